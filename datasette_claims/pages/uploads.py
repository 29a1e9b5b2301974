"""Forms with files: ``multipart/form-data`` (RFC 7578), read piece by piece and never more than is allowed.

Datasette 0.65 reads plain forms only, and its check of the form's token cannot read files either (asgi-csrf relies on
a part of python-multipart that is gone: it answers 500). So on 0.65 a request with files to any page of ours passes
that check (``skip_csrf``). Those to a page that takes files (``page(…, files=True)``) are held against the same token
here, by ``compat.is_own_form``, before anything is done with them; the others are refused in ``requests``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import compat
from .errors import PageError, bad_request
from .framework import Visit
from .requests import FILES, READING
from .writing import DRAINED, Received, received

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

MOST_PARTS = 100
TOO_OLD = "The form is too old, or was not sent from this page, so nothing was saved."


@dataclass
class Upload:
    """A file that was sent. ``too_large``: it was larger than allowed, and the rest was not kept."""

    name: str
    content: bytes
    too_large: bool = False


@dataclass(frozen=True)
class Sent:
    """What a form sent: its fields, and its files by field. ``own``: it carries the token of our own form."""

    fields: Received
    files: Mapping[str, Upload]
    own: bool = True


def checks_itself(scope: Mapping[str, Any]) -> bool:
    """Whether a request is one whose token is checked here and not by Datasette 0.65."""
    headers = dict(scope.get("headers") or [])
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    ours = "/-/claims" in str(scope.get("path", ""))
    return ours and kind == FILES.encode() and scope.get("method") not in READING


async def received_with_files(visit: Visit, limit: int) -> Sent:
    """What a request sent, files included, each of at most ``limit`` bytes. Raises PageError 400, 413 or 415."""
    request = visit.request
    kind = (request.headers.get("content-type") or "").partition(";")[0].strip().lower()
    if kind != FILES:
        return Sent(await received(visit), {})
    fields, files = await _parts(request, limit)
    visit.sent[:] = fields.pairs
    return Sent(fields, files, compat.is_own_form(request, fields.get("csrftoken", "")))


async def _parts(request: Request, limit: int) -> tuple[Received, dict[str, Upload]]:
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import MultipartParser, parse_options_header

    _, options = parse_options_header(request.headers.get("content-type") or "")
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise bad_request("The form has no boundary between its parts.", "Send it again.")
    reader = _Reader(limit)
    try:
        parser = MultipartParser(boundary, reader.callbacks())
        size, more = 0, True
        while more:
            message = await request.receive()
            if message["type"] != "http.request":
                raise bad_request("The connection ended before the form was complete.", "Send it again.")
            piece = message.get("body", b"")
            size += len(piece)
            if size > 2 * limit + DRAINED:
                raise PageError(413, "This is too much to take in at once.", f"Send at most {limit:,} bytes.")
            parser.write(piece)
            more = message.get("more_body", False)
        parser.finalize()
    except FormParserError as error:
        raise bad_request(f"The form cannot be read ({error}).", "Send it again.") from error
    if not reader.complete:
        raise bad_request("The form ended before its end.", "Send it again.")
    return reader.fields(), reader.files


class _Reader:
    """Takes the parts of a form as the parser finds them."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.files: dict[str, Upload] = {}
        self.complete = False
        self._pairs: list[tuple[str, bytes]] = []
        self._headers: dict[bytes, bytes] = {}
        self._name = self._value = b""
        self._body = bytearray()
        self._over = False

    def callbacks(self) -> Any:
        """By the names that python-multipart gives them."""
        names = ("part_begin", "part_data", "part_end", "header_field", "header_value", "header_end", "end")
        return {f"on_{name}": getattr(self, f"_{name}") for name in names}

    def _part_begin(self) -> None:
        self._headers, self._body, self._over = {}, bytearray(), False
        self._name = self._value = b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        room = 2 * self.limit - len(self._body)  # more than allowed, so that a text that is too long can be given back
        self._body += data[start : min(end, start + room)]
        self._over = self._over or end - start > room

    def _part_end(self) -> None:
        from python_multipart.multipart import parse_options_header

        if len(self._pairs) + len(self.files) >= MOST_PARTS:
            raise bad_request("The form has too many fields.", "Send it again.")
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name = _text(options.get(b"name", b""))
        if b"filename" not in options:
            self._pairs.append((name, bytes(self._body)))
        elif options[b"filename"] or self._body:  # a field for a file that was left empty sends neither
            over = self._over or len(self._body) > self.limit
            file_name = _text(options[b"filename"]).replace("\\", "/").rpartition("/")[2]
            self.files[name] = Upload(file_name or "upload", b"" if over else bytes(self._body), over)

    def _end(self) -> None:
        self.complete = True

    def fields(self) -> Received:
        """The fields as text, with line ends as they were typed."""
        return Received(tuple((name, _text(value).replace("\r\n", "\n")) for name, value in self._pairs))


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise bad_request("The form is not in UTF-8.", "Send it in UTF-8.") from error
