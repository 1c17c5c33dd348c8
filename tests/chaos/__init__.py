"""Crashes and faults, counted: `python -m tests.chaos`."""
