"""What people look up: lists, one request, what stands in the record, figures of their unit, help."""

__all__ = [
    "auditing",
    "exports",
    "finding",
    "helping",
    "lists",
    "misread",
    "pages",
    "pressed_again",
    "showing",
    "unit_pages",
    "views",
]
