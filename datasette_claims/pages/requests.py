"""What every page asks of a request before it looks at it: the method, where it comes from, and its type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .errors import PageError

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

READING = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing."""

FILES = "multipart/form-data"
"""The type of a form that may hold files (RFC 7578)."""


def check(request: Request, methods: Sequence[str], files: bool) -> None:
    """405 for a method that the page does not take; 403 for a write that another site's page makes a browser send;
    415 for a form with files to a page that takes none (``files``).

    Datasette protects against other sites itself: 0.65 by a token in the form, 1.0 by the headers that are looked at
    here. 0.65 lets requests without a cookie and those with a bearer token pass; a browser that sends them says so
    here. Its check cannot read forms with files at all, so that those come here unchecked (``uploads``).
    """
    if request.method not in methods:
        error = PageError(405, f"This page does not take {request.method}.", f"Use {' or '.join(methods)}.")
        error.headers["allow"] = ", ".join(methods)
        raise error
    if request.method in READING:
        return
    if request.actor and not _is_from_here(request):
        raise PageError(403, "This request comes from another site.", "Open the page here and send the form again.")
    if type_of(request) == FILES and not files:
        raise PageError(415, f"A body of type {FILES} is not understood here.", "Send a form or a JSON object.")


def _is_from_here(request: Request) -> bool:
    """Whether no browser sent a request (Fetch Metadata, W3C) or a page of this site made it do so."""
    if (request.headers.get("sec-fetch-site") or "none") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def sends_json(request: Request) -> bool:
    """Whether a request that writes speaks JSON, so that its answer should."""
    return request.method not in READING and type_of(request) == "application/json"


def type_of(request: Request) -> str:
    """The media type of the body, without its parameters."""
    return (request.headers.get("content-type") or "").partition(";")[0].strip().lower()
