"""The configuration: its model, the file it is read from, what is wrong with it, what it means to the workflow."""

__all__ = ["entries", "file", "model", "policy"]
