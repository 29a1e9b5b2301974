"""Bytes to text: which encoding a file has, and what it is when it is no text at all.

UTF-8 (with or without byte order mark) and UTF-16 with byte order mark are read. Anything else is named in the
message and never guessed: a wrong guess would change the words that somebody said.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

from charset_normalizer import from_bytes

from .problems import LoadError, Problem

CHUNK = 1 << 20
SAMPLE = 1 << 18

_DISGUISES: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive", "unpack it and load the files in it"),
    (b"\x1f\x8b", "compressed with gzip", "unpack it first, for instance with gunzip"),
    (b"BZh", "compressed with bzip2", "unpack it first, for instance with bunzip2"),
    (b"\xfd7zXZ", "compressed with xz", "unpack it first, for instance with unxz"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it and load the files in it"),
    (b"%PDF", "a PDF", "get the table itself, as CSV"),
    (b"SQLite format 3\x00", "an SQLite database", "export its tables as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (xls)", "save it as CSV in UTF-8"),
    (b"{\\rtf", "a Rich Text document", "save it as plain text in UTF-8"),
    (b"\x89PNG", "a PNG picture", "name a file of rows"),
    (b"\xff\xd8\xff", "a JPEG picture", "name a file of rows"),
    (b"PAR1", "a Parquet file", "export it as CSV"),
)


@dataclass(frozen=True)
class Inspected:
    """What one reading of the bytes tells: the codec to decode with, the size in bytes, the SHA-256 in hex."""

    encoding: str
    size: int
    sha256: str


def inspect(file: BinaryIO, name: str) -> Inspected:
    """Read all bytes once, from the start, and rewind.

    Raises LoadError where the bytes are not text in an encoding that is read, or hold NUL.
    """
    head = file.read(4096)
    _refuse_disguise(file, head, name)
    encoding = _encoding(head, name)
    file.seek(0)
    digest, size, decoder = hashlib.sha256(), 0, codecs.getincrementaldecoder(encoding)("strict")
    lines = 0
    while True:
        chunk = file.read(CHUNK)
        digest.update(chunk)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            _refuse_encoding(file, name, encoding, error, lines)
        if "\0" in text:
            _refuse_nul(file, name, lines + text[: text.index("\0")].count("\n") + 1)
        lines += text.count("\n")
        size += len(chunk)
        if not chunk:
            break
    file.seek(0)
    return Inspected(encoding, size, digest.hexdigest())


def _encoding(head: bytes, name: str) -> str:
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise LoadError([Problem(name, 1, "", "", "the file is encoded in UTF-32", "save it as UTF-8")])
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"


def _refuse_disguise(file: BinaryIO, head: bytes, name: str) -> None:
    for magic, kind, remedy in _DISGUISES:
        if head.startswith(magic):
            if magic.startswith(b"PK"):
                kind, remedy = _zip_kind(file)
            raise LoadError([Problem(name, None, "", "", f"the file is {kind}, not text", remedy)])
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        wrong = "the file is an HTML or XML page, not a table"
        raise LoadError([Problem(name, 1, "", "", wrong, "download the data itself, as CSV or JSON")])


def _zip_kind(file: BinaryIO) -> tuple[str, str]:
    file.seek(0)
    try:
        names = zipfile.ZipFile(file).namelist()
    except (zipfile.BadZipFile, OSError):
        return "a damaged ZIP archive", "get it again and unpack it"
    if "xl/workbook.xml" in names:
        return "an Excel workbook (xlsx)", "save the sheet as CSV in UTF-8"
    if "content.xml" in names:
        return "an OpenDocument file", "save the sheet as CSV in UTF-8"
    return "a ZIP archive", "unpack it and load the files in it"


def _refuse_encoding(file: BinaryIO, name: str, encoding: str, error: UnicodeDecodeError, lines: int) -> None:
    bad = error.object[error.start : error.start + 1]
    line = lines + error.object[: error.start].count(b"\n") + 1
    file.seek(0)
    best = from_bytes(file.read(SAMPLE)).best()
    looks = f"; it looks like {best.encoding.replace('_', '-')}" if best is not None else ""
    wrong = f"the file is not valid {'UTF-16' if encoding == 'utf-16' else 'UTF-8'}{looks}"
    convert = f", for instance with: iconv -f {best.encoding.replace('_', '-')} -t utf-8" if best is not None else ""
    value = f"byte 0x{bad.hex()}" if bad else "the end of the file"
    raise LoadError([Problem(name, line, "", value, wrong, f"save it as UTF-8{convert}")])


def _refuse_nul(file: BinaryIO, name: str, line: int) -> None:
    file.seek(0)
    head = file.read(200)
    wide = head and head.count(b"\0") * 3 >= len(head)
    wrong = "the file holds NUL characters" + ("; it looks like UTF-16 without a byte order mark" if wide else "")
    raise LoadError([Problem(name, line, "", "\0", wrong, "save it as UTF-8 without NUL characters")])


def text_stream(file: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """The file as text with line ends as they are; closing it closes the file."""
    return io.TextIOWrapper(file, encoding=encoding, errors="strict", newline="")
