"""What a person names (a file, a folder, an archive, an address, standard input) or pastes -> texts."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from .document import Obtained, now
from .encodings import clean_lines, decode, is_readable
from .fetching import Fetched, Limits, fetch
from .html import read_html
from .plain import read_markdown, read_plain
from .raw import Consumed, Raw
from .records import read_json_lines, read_parquet
from .refusals import NotObtained
from .warc import read_warc

STDIN = "-"
FORMATS = ("text", "markdown", "html", "warc", "jsonl", "parquet")
SEVERAL = {"warc": "a web archive", "jsonl": "a file of records", "parquet": "a Parquet file"}
"""The formats that hold several documents, in words."""

SUFFIXES = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".warc": "warc",
    ".warc.gz": "warc",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
LARGEST_SOURCE = 25_000_000
"""Bytes of a page or a text, before its text is taken out of it. An archive may be larger, its pages may not."""

LARGEST_TEXT = 5_000_000
"""Code points of a text: a long book. More is no document to be read, and drafts of it could not be reviewed."""

ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
HTML_START = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*)*(?:<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>])", re.I | re.S
)
META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
XML_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
DECLARED_WITHIN = 4096
"""Bytes at the start of a page in which its encoding is declared (the standard asks for 1024)."""


@dataclass(frozen=True)
class Wishes:
    """How sources are to be read. ``format`` and ``encoding`` are what a person says of them, None where the source
    tells itself. ``fetching``: the limits within which addresses are fetched, None where nothing may be fetched.
    ``passed`` is told, in sentences, what of a folder or an archive is no text; ``consumed`` how many bytes were read.
    """

    format: str | None = None
    encoding: str | None = None
    fetching: Limits | None = None
    passed: Callable[[str], None] = field(default=lambda sentence: None)
    consumed: Consumed = field(default=lambda count: None)


def obtain(source: str, wishes: Wishes | None = None) -> Iterator[Obtained | NotObtained]:
    """The texts of a source, one after the other; for one that cannot be had, the reason in its place.

    A folder is read with its subfolders, in the order of names; hidden files are passed over.
    """
    wishes = wishes or Wishes()
    if ADDRESS.match(source):
        try:
            yield of_address(source, wishes)
        except NotObtained as error:
            yield error
        return
    for raw in gather(source, wishes):
        try:
            yield raw if isinstance(raw, NotObtained) else read_raw(raw, wishes.encoding)
        except NotObtained as error:
            yield error


def gather(source: str, wishes: Wishes) -> Iterator[Raw | NotObtained]:
    """The bytes of each text of a file, a folder or standard input, before they are read; else the reason."""
    try:
        if source == STDIN:
            yield _of_bytes(_limited(sys.stdin.buffer, "standard input"), "standard input", wishes)
        elif ADDRESS.match(source):
            raise NotObtained(source, "this is an address", "name files or folders")
        elif Path(source).is_dir():
            yield from _of_folder(Path(source), wishes)
        else:
            yield from _of_file(Path(source), wishes)
    except NotObtained as error:
        yield error


def read_raw(raw: Raw, encoding: str | None = None) -> Obtained:
    """The text that the bytes are; ``encoding`` is what a person says of them. Raises NotObtained."""
    read = read_bytes(raw.content, raw.source, raw.format, encoding or raw.declared, raw.address)
    if raw.retrieved_at is not None:
        read = replace(read, retrieved_at=raw.retrieved_at)
    stated: dict[str, str] = dict(raw.stated)
    return replace(read, notes=(*read.notes, *raw.notes), **stated)  # type: ignore[arg-type]


def of_pasted(text: str) -> Obtained:
    """What a person pasted: a text, or the source of a page. Raises NotObtained."""
    source = "pasted text"
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise NotObtained(source, "the text holds half characters (surrogates)", "copy it again, or upload the file")
    read = read_html(text, source) if HTML_START.match(text) else read_plain(clean_lines(text), source)
    return _checked(replace(read, obtained="pasted", retrieved_at=now(), source_sha256=_sha256(text.encode())))


def of_upload(name: str, content: bytes, wishes: Wishes | None = None) -> Obtained:
    """An uploaded file. Raises NotObtained; an archive is refused, because it can hold many documents."""
    wishes = wishes or Wishes()
    several = SEVERAL.get(wishes.format or _format_of(name, content))
    if several:
        raise NotObtained(name, f"this is {several}", "read it with: datasette claims extract DB FILE")
    return replace(read_raw(_of_bytes(content, name, wishes), wishes.encoding), obtained="uploaded")


def of_address(url: str, wishes: Wishes) -> Obtained:
    """A page of the web. Raises NotObtained."""
    if wishes.fetching is None:
        wrong = "fetching pages is switched off"
        raise NotObtained(url, wrong, "save the page and name the file, or allow fetching (--fetch, or the setting)")
    if url.lower().split(":")[0] not in ("http", "https"):
        raise NotObtained(url, "only http and https addresses are fetched", "save it as a file and name that")
    return of_fetched(fetch(url, wishes.fetching), url, wishes)


def of_fetched(page: Fetched, source: str, wishes: Wishes) -> Obtained:
    """The text of a page that was fetched. Raises NotObtained."""
    read = read_bytes(page.content, source, page.format, wishes.encoding or page.charset, page.url)
    return replace(read, obtained="fetched", retrieved_at=page.retrieved_at)


def read_bytes(content: bytes, source: str, format: str, declared: str | None, address: str | None) -> Obtained:
    """The text of one file or page. ``declared``: its encoding, if anything but the page itself tells it; ``address``:
    where it stands on the web. Raises NotObtained.
    """
    if format == "html":
        declared = declared or _declared(content)
    decoded = decode(content, source, declared)
    if not is_readable(decoded.text):
        raise NotObtained(source, "this is no text: its beginning is mostly control characters", "name a text")
    if format == "html":
        read = read_html(decoded.text, source, fetched=address)
    elif format == "markdown":
        read = read_markdown(decoded.text, source)
    else:
        read = read_plain(decoded.text, source)
    read = replace(read, url=read.url or address, notes=(*decoded.notes, *read.notes), source_sha256=_sha256(content))
    return _checked(replace(read, obtained="file", retrieved_at=now()))


def _checked(read: Obtained) -> Obtained:
    """A text that can be stored. Raises NotObtained."""
    if not any(character.isalnum() for character in read.text):
        raise NotObtained(read.source, "there is no text in it", "check that it is the right one")
    if len(read.text) > LARGEST_TEXT:
        wrong = f"the text has {len(read.text):,} characters, and a document has at most {LARGEST_TEXT:,}"
        raise NotObtained(read.source, wrong, "divide it into its articles or chapters")
    if "\0" in read.text:
        raise NotObtained(read.source, "the text holds NUL characters", "it may be binary data: save it as UTF-8")
    return read


def _of_bytes(content: bytes, name: str, wishes: Wishes) -> Raw:
    format = wishes.format or _format_of(name, content)
    if format in SEVERAL:
        raise NotObtained(name, f"this is {SEVERAL[format]}", "save it as a file and name that")
    if len(content) > LARGEST_SOURCE:
        raise _too_large(name)
    wishes.consumed(len(content))
    return Raw(content, name, format)


def _too_large(name: str) -> NotObtained:
    wrong = f"it has more than {LARGEST_SOURCE:,} bytes, the most that is read"
    return NotObtained(name, wrong, "divide it into its articles or chapters")


def _of_file(path: Path, wishes: Wishes) -> Iterator[Raw | NotObtained]:
    try:
        if path.exists() and not path.is_file():
            raise NotObtained(str(path), "this is neither a file nor a folder", "name a file, a folder or an address")
        with path.open("rb") as file:
            head = file.read(DECLARED_WITHIN)
            file.seek(0)
            format = wishes.format or _format_of(path.name, head)
            if format in SEVERAL:
                yield from _of_several(file, str(path), format, wishes)
            else:
                yield _of_bytes(_limited(file, str(path)), str(path), wishes)
    except OSError as error:
        raise NotObtained(str(path), *_why(error)) from error


def _why(error: OSError) -> tuple[str, str]:
    if isinstance(error, FileNotFoundError):
        return "there is no such file", "check the path"
    if isinstance(error, PermissionError):
        return "it may not be read", "check its permissions"
    return f"it cannot be read ({error.strerror or error})", "check the path"


def _limited(file: BinaryIO, name: str) -> bytes:
    content = file.read(LARGEST_SOURCE + 1)
    if len(content) > LARGEST_SOURCE:
        raise _too_large(name)
    return content


def _of_folder(folder: Path, wishes: Wishes) -> Iterator[Raw | NotObtained]:
    others = 0
    found = False
    for path in _files(folder):
        if _suffix(path.name) is None:
            others += 1
            continue
        found = True
        try:
            yield from _of_file(path, wishes)
        except NotObtained as error:
            yield error
    if others:
        files = "one file" if others == 1 else f"{others:,} files"
        wishes.passed(f"{folder}: passed over: {files} of other kinds than {', '.join(SUFFIXES)}")
    if not found:
        yield NotObtained(str(folder), "there is no text in this folder", f"texts end in {', '.join(SUFFIXES)}")


def _files(folder: Path) -> Iterator[Path]:
    """The files of a folder and its subfolders by name; nothing hidden, no links to other folders."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place) / name for name in sorted(names) if not name.startswith("."))


def _of_several(file: BinaryIO, name: str, format: str, wishes: Wishes) -> Iterator[Raw | NotObtained]:
    """The documents of an archive or of a file of records."""
    if format == "warc":
        inside = read_warc(file, name, LARGEST_SOURCE, wishes.passed, wishes.consumed)
    elif format == "jsonl":
        inside = read_json_lines(file, name, LARGEST_SOURCE, wishes.passed, wishes.consumed)
    else:
        inside = read_parquet(file, name, wishes.passed, wishes.consumed)
    found = False
    for each in inside:
        found = True
        yield each
    if not found:
        what = "page in this archive" if format == "warc" else "article in this file"
        yield NotObtained(name, f"there is no {what}", "check that it is the right one")


def _suffix(name: str) -> str | None:
    lowered = name.lower()
    return next((format for suffix, format in SUFFIXES.items() if lowered.endswith(suffix)), None)


def _format_of(name: str, content: bytes) -> str:
    """By the name, else by the first bytes."""
    known = _suffix(name)
    if known is not None:
        return known
    if content.startswith(b"WARC/"):
        return "warc"
    if content.startswith(b"PAR1"):
        return "parquet"
    head = content[:DECLARED_WITHIN].decode("latin-1").lstrip("\xef\xbb\xbf")
    return "html" if HTML_START.match(head) or head.startswith("<?xml") else "text"


def _declared(content: bytes) -> str | None:
    """The encoding that a page declares in its markup."""
    head = content[:DECLARED_WITHIN]
    match = META_CHARSET.search(head) or XML_ENCODING.search(head)
    if match is None:
        return None
    name = match[1].decode("ascii")
    # A page whose markup could be read as ASCII is not in UTF-16, whatever it says (HTML, section 13.2.3.2).
    return "utf-8" if name.lower().startswith("utf-16") else name


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
