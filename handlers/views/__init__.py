"""What goes out, as its reader reads it: worded late, in the language of the place. No rule, no database."""

__all__ = ["catalogue", "digest", "lines", "outgoing", "reader", "rich"]
