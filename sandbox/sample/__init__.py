"""The sample bureau: units, people, a ledger, its last day, the tour."""

__all__ = ["day", "sample"]
