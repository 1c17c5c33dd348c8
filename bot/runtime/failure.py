"""What a command tells the person who ran it when it cannot be done."""

from __future__ import annotations


class Failure(Exception):
    """One clear line for stderr, and exit code 1; no stack."""
