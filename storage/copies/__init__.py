"""Copies of a desk: backed up, restored, moved to another engine, sealed anew under another key."""

__all__ = ["backup", "months", "move", "rekey", "restore"]
