"""Dates, moments, deadlines and periods as people write them. Read, could be these, or not read."""

__all__ = ["dates", "period", "shifts", "when", "when_feasts", "when_words"]
