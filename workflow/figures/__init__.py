"""What happened to requests, counted: for ``/stats``, reports of a year or a month, pictures of a week."""

__all__ = ["counting", "periods", "report", "week"]
