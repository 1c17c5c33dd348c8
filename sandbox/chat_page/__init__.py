"""The chat page in a browser, and the control API by which tests play fate."""

__all__ = ["server"]
