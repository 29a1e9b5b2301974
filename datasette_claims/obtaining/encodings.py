"""Bytes -> text: by byte order mark, by what is declared, or as UTF-8; never by a guess.

Declared encodings mean what the WHATWG Encoding Standard says that they mean on the web (“ISO-8859-1” is
windows-1252). Bytes that are valid UTF-8 and hold more than ASCII are UTF-8 whatever a one-byte encoding is declared:
other texts practically never have that form, and a text read as windows-1252 by mistake has its quotation marks wrong.
"""

from __future__ import annotations

import codecs
import unicodedata
from dataclasses import dataclass

from .refusals import NotObtained

SAMPLE = 1 << 18  # bytes that are looked at to name an encoding

MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

WEB_LABELS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf-16": "utf-16-le",
}
"""Python's name of an encoding -> the codec that the Encoding Standard means by it."""

KNOWN = frozenset(
    {"utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "koi8-r", "koi8-u", "cp866"}
    | {"cp874", "cp932", "cp949", "gb18030", "big5hkscs", "euc_jp", "iso2022_jp", "mac-roman", "mac-cyrillic"}
    | {f"cp125{number}" for number in range(9)}
    | {f"iso8859-{number}" for number in range(2, 17)}
)
"""The codecs that read texts; Python has others, which unpack or decipher."""

DISGUISES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF", "save its text as a text file first, for instance with: pdftotext FILE"),
    (b"PK\x03\x04", "a ZIP archive, or a document of a word processor", "save it as plain text or HTML"),
    (b"\xd0\xcf\x11\xe0", "a document of an old word processor", "save it as plain text or HTML"),
    (b"{\\rtf", "a Rich Text document", "save it as plain text or HTML"),
    (b"\x1f\x8b", "compressed with gzip", "unpack it first, for instance with gunzip"),
    (b"BZh", "compressed with bzip2", "unpack it first, for instance with bunzip2"),
    (b"\xfd7zXZ", "compressed with xz", "unpack it first, for instance with unxz"),
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard", "unpack it first, for instance with unzstd"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it first"),
    (b"SQLite format 3\x00", "an SQLite database", "name a text"),
    (b"\x89PNG", "a PNG picture", "name a text"),
    (b"\xff\xd8\xff", "a JPEG picture", "name a text"),
    (b"GIF8", "a GIF picture", "name a text"),
    (b"OggS", "a sound or film file", "name its transcript"),
    (b"ID3", "a sound file", "name its transcript"),
)


@dataclass(frozen=True)
class Decoded:
    """A text with LF line ends and without byte order mark, the codec that read it, and what a person should know."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(content: bytes, source: str, declared: str | None = None) -> Decoded:
    """The text in ``content``. ``declared`` is what the source says of its encoding (a header, a person), if anything.

    Raises NotObtained, naming byte, line and the likely encoding, where the bytes are no text or in another encoding.
    """
    for magic, what, remedy in DISGUISES:
        if content.startswith(magic):
            raise NotObtained(source, f"this is {what}, not text", remedy)
    for mark, name in MARKS:
        if content.startswith(mark):
            return _finish(_strict(content[len(mark) :], name, source, None), name, source, ())
    codec = _codec(declared, source) if declared else None
    if codec in (None, "utf-8"):
        return _finish(_strict(content, "utf-8", source, declared), "utf-8", source, ())
    unicode = _unless_wrong(content, "utf-8") if not content.isascii() else None
    if unicode is not None and not (codec or "").startswith("utf-16"):
        note = f"It is declared as {declared}, but it is UTF-8 and was read as UTF-8."
        return _finish(unicode, "utf-8", source, (note,))
    return _finish(_strict(content, codec or "utf-8", source, declared), codec or "utf-8", source, ())


def clean_lines(text: str) -> str:
    """The text as it is stored: LF line ends, no byte order mark, no blank lines and spaces around it.

    So the same text is the same whether it comes from a file, a form or a page.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").strip()


def _codec(declared: str, source: str) -> str:
    try:
        name = codecs.lookup(declared.strip().strip("\"'").lower()).name
    except (LookupError, ValueError):
        name = ""
    codec = WEB_LABELS.get(name, name)
    if codec not in KNOWN:
        wrong = f"the encoding “{declared[:40]}” is not known"
        raise NotObtained(source, wrong, "name the right one, such as utf-8 or windows-1252")
    return codec


def _unless_wrong(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except UnicodeDecodeError:
        return None


def _strict(content: bytes, codec: str, source: str, declared: str | None) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        raise _wrong_bytes(content, codec, source, declared, error) from error


def _wrong_bytes(
    content: bytes, codec: str, source: str, declared: str | None, error: UnicodeDecodeError
) -> NotObtained:
    line = content.count(b"\n", 0, error.start) + 1
    where = f"line {line}, byte {error.start}: 0x{content[error.start]:02x}" if content[error.start :] else "its end"
    if b"\0" in content[:SAMPLE] and not codec.startswith(("utf-16", "utf-32")):
        return NotObtained(source, "this is no text but binary data", "name a text, a page or an archive of pages")
    said = f"declared as {declared}, but it is not" if declared else f"not {codec.upper()}"
    likely = _likely(content)
    if likely is None:
        return NotObtained(source, f"the text is {said} ({where})", "save it as UTF-8, or say its encoding")
    remedy = f"if it is {likely}, give that as its encoding, else save it as UTF-8"
    return NotObtained(source, f"the text is {said} ({where})", remedy)


def _likely(content: bytes) -> str | None:
    """The encoding that the bytes look like, for a message only."""
    from charset_normalizer import from_bytes

    sample = content[:SAMPLE]
    high = sum(byte > 0x7F for byte in sample)
    if high * 5 < len(sample) and _unless_wrong(sample, "cp1252") is not None:
        return "windows-1252"  # a text in a Western language with some accents and quotation marks
    best = from_bytes(sample).best()
    if best is None:
        return None
    name = best.encoding.replace("_", "-")
    return f"windows-{name[2:]}" if name.startswith("cp125") else name


def _finish(text: str, encoding: str, source: str, notes: tuple[str, ...]) -> Decoded:
    if "\0" in text:
        wrong = f"the text holds NUL characters (the first on line {text.count(chr(10), 0, text.index(chr(0))) + 1})"
        raise NotObtained(source, wrong, "it may be binary data, or UTF-16 without a byte order mark: save it as UTF-8")
    text = clean_lines(text)
    lost = text.count("\ufffd")
    if lost:
        times = "once" if lost == 1 else f"{lost:,} times"
        notes = (*notes, f"A character that could not be read (U+FFFD) stands in it {times}: it was lost earlier.")
    return Decoded(text, encoding, notes)


def is_readable(text: str, limit: int = 4000) -> bool:
    """Whether the beginning of a text is mostly letters, marks and spaces, not control characters."""
    head = text[:limit]
    strange = sum(1 for c in head if unicodedata.category(c) in ("Cc", "Cn", "Co") and c not in "\n\t\r\f\v\x85")
    return strange * 20 <= len(head)
