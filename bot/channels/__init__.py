"""What a chat platform is to this process: what it can do, where it sends, and what its refusals mean."""

__all__ = ["channel", "registry", "trouble"]
