"""When something is due, counted in the calendar of the desk, and which reminders follow from it."""

__all__ = ["clocks", "deadlines", "kinds", "plan", "reached", "times"]
