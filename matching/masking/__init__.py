"""What of a text a group may read: what is not known to be harmless is hidden."""

__all__ = ["masking", "people"]
