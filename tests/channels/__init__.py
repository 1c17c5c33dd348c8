"""Channels that only the tests have."""
