"""What one running process stands on: the clock, its presence, the log, incidents, its limits, a desk opened."""

__all__ = [
    "alone",
    "clock",
    "described",
    "failure",
    "finding",
    "incidents",
    "lean_libraries",
    "lean_patterns",
    "lease",
    "limits",
    "log",
    "opening",
    "ops",
    "presence",
    "private_file",
    "processes",
    "timed",
]
