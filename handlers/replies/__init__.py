"""How a chat answers the one who acted: by a toast, a reaction or a reply, from what the use case returned.

What the others hear is said by ``workflow/notices``; a page or an API calls the same use cases and words their
results in its own way.
"""

__all__ = ["refusals", "replies"]
