"""What a Bot API call can fail with."""

from typing import Any


class ApiError(Exception):
    """An answer with `ok: false`, in the words that Telegram's server uses."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON object that is sent to the bot."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(reason: str) -> ApiError:
    """400, with Telegram's usual prefix."""
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """403, with Telegram's usual prefix."""
    return ApiError(403, f"Forbidden: {reason}")


class SandboxError(Exception):
    """A person on the page (or a test) asked for something that Telegram would not allow."""
