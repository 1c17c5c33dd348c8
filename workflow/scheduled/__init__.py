"""What the clock brings about: reminders, digests, requests that close and drafts that end by themselves."""

__all__ = ["counting", "digests", "ticks", "watches"]
