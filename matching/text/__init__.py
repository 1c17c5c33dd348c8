"""Characters and numerals: one spelling for the many in which the same text is written. What a reader gives back."""

__all__ = ["alike", "normalise", "numerals", "span", "spoken", "understood"]
