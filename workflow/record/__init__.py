"""The record: an append-only chain of events for each request, and one for the desk itself."""

__all__ = ["chains", "record", "sealing", "signed", "verifying"]
