"""When something is due, counted in the calendar of the desk, and which reminders follow from it."""

__all__ = ["deadlines", "kinds", "plan", "times"]
