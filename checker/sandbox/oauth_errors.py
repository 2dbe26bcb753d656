"""A refusal of the token and revoke endpoints."""

from __future__ import annotations


class TokenError(Exception):
    """A refusal in OAuth's shape.

    Args:
        status: HTTP status.
        error: the word for programs.
        description: the words for people.
        forwarded: whether the authorization server said so; False for what is refused in front of it.
    """

    def __init__(self, status: int, error: str, description: str, *, forwarded: bool = True) -> None:
        super().__init__(description)
        self.status, self.error, self.description, self.forwarded = status, error, description, forwarded

    def as_json(self) -> dict[str, str]:
        """Return the two keys of the answer."""
        return {"error": self.error, "error_description": self.description}


def missing(name: str) -> TokenError:
    """Return the refusal of a request without a field; ORCID answers 401 here where RFC 6749 has 400."""
    return TokenError(401, "invalid_request", f"{name} is required", forwarded=False)
