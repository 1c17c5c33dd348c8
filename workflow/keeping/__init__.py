"""What is kept, and for how long: purging, a new key, the match index made anew."""

__all__ = ["covering", "purging", "reindex", "rekey"]
