"""The command line: one module a command. Data goes to stdout, everything for people to stderr."""

__all__ = ["cli"]
