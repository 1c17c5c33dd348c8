"""What people look up: lists, one request, what stands in the record, figures of their unit, help."""

__all__ = [
    "auditing",
    "explaining",
    "exports",
    "finding",
    "helping",
    "lists",
    "looking",
    "misread",
    "pages",
    "pressed_again",
    "reports",
    "showing",
    "tracing",
    "trail_file",
    "unit_figures",
    "unit_pages",
    "views",
    "watching",
]
