"""Web archives (WARC, ISO 28500) -> the bytes of each page in them. Needs warcio, in the extra ``[web]``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from .raw import Consumed, Raw
from .refusals import NotObtained
from .values import web_address

RECORDS = ("response", "resource")
TYPES = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text", "text/markdown": "markdown"}
TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z", re.ASCII)
PIECE = 1 << 16


def read_warc(
    file: BinaryIO, source: str, limit: int, passed: Callable[[str], None], consumed: Consumed
) -> Iterator[Raw | NotObtained]:
    """The pages of an archive in its order, with the time at which each was fetched; for a page that cannot be had,
    the reason. What is no page (pictures, scripts, redirects, errors) is passed over and counted in a sentence given
    to ``passed``.

    ``limit``: the most bytes of one page, unpacked. Raises NotObtained where the file is no archive or is damaged.
    """
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ImportError as error:
        wrong = "web archives are read with warcio, which is not installed"
        raise NotObtained(source, wrong, "install it: pip install 'datasette-claims[web]'") from error
    skipped: Counter[str] = Counter()
    try:
        read = 0
        for record in ArchiveIterator(file, check_digests="raise"):
            consumed(file.tell() - read)
            read = file.tell()
            if record.rec_type in RECORDS:
                why = _why_not(record)
                if why:
                    skipped[why] += 1
                else:
                    yield _page(record, source, limit)
    except (ArchiveLoadFailed, EOFError, OSError, ValueError, AttributeError, LookupError, TypeError) as error:
        # warcio takes headers that every record needs for granted: the last three are what it then raises
        wrong = f"the archive is damaged, or is none ({str(error).splitlines()[0] if str(error) else 'it ends early'})"
        raise NotObtained(source, wrong, "get it again; the pages before this place were read") from error
    if skipped:
        passed(f"{source}: passed over: {', '.join(f'{number:,} {why}' for why, number in skipped.most_common())}")


def _why_not(record: Any) -> str | None:
    """Why a record is no page, or None if it is one."""
    status = record.http_headers.get_statuscode() if record.http_headers else "200"
    if status != "200":
        return f"answered with status {status}" if status else "without status"
    kind = _type(record)[0]
    return None if kind in TYPES else f"of type {kind or 'unknown'}"


def _type(record: Any) -> tuple[str, str | None]:
    """Media type and declared encoding."""
    headers = record.http_headers or record.rec_headers
    kind, _, parameters = (headers.get_header("Content-Type") or "").partition(";")
    match = re.search(r"charset\s*=\s*[\"']?([^\s;\"']+)", parameters, re.IGNORECASE)
    return kind.strip().lower(), match[1] if match else None


def _page(record: Any, source: str, limit: int) -> Raw | NotObtained:
    address = web_address((record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>"))
    name = f"{source}: {address or 'a page without address'}"
    try:
        content = _content(record, name, limit)
    except NotObtained as error:
        return error
    kind, charset = _type(record)
    match = TIME.fullmatch(record.rec_headers.get_header("WARC-Date") or "")
    return Raw(content, name, TYPES[kind], charset, address, f"{match[1]}Z" if match else None)


def _content(record: Any, name: str, limit: int) -> bytes:
    """The body, unpacked, read no further than the limit. Raises EOFError or warcio's ArchiveLoadFailed where it is
    cut off, or is not what its digest says: then its words may be wrong."""
    stream, parts, size = record.content_stream(), [], 0
    while piece := stream.read(PIECE):
        parts.append(piece)
        size += len(piece)
        if size > limit:
            raise NotObtained(name, f"the page is larger than {limit:,} bytes", "give its text as a file of its own")
    if record.raw_stream.limit > 0:  # of the record's length, so much was not there
        raise EOFError(f"{name} ends before its end")
    return b"".join(parts)
