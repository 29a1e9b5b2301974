"""How things of a database are named in exports: IRIs that lead to their pages, and addresses of the web."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from ..schema import SUBJECT_TABLES

_PAGES = {
    "statement": "-/claims/statement/",
    "claim": "-/claims/claim/",
    "actor": "-/claims/actor/",
    "document": "-/claims/read/",
    "mention": "-/claims/annotations/",
}
_PLAIN = re.compile(r"[A-Za-z0-9_-]")


@dataclass(frozen=True, slots=True)
class Iris:
    """Makes IRIs from ``base``, the absolute URL of the database (``https://example.org/claims``).

    Each leads to the page about the thing: ours where there is one, else Datasette's page of the row.
    """

    base: str

    def folder(self, kind: str) -> str:
        """What the IRIs of one kind of thing begin with."""
        page = _PAGES.get(kind)
        return f"{self.base.rstrip('/')}/{page or _table(kind) + '/'}"

    def of(self, kind: str, id: str) -> str:
        """The IRI of a row, by a word of ``subject_type``, or "evidence", "membership", "assessment"."""
        return self.folder(kind) + encoded(id)

    def id_of(self, iri: str, kind: str) -> str | None:
        """The id of the row that an IRI of ours names; None if it is not one of that kind."""
        folder = self.folder(kind)
        if not iri.startswith(folder) or "/" in iri[len(folder) :]:
            return None
        return decoded(iri[len(folder) :])


def _table(kind: str) -> str:
    return SUBJECT_TABLES.get(kind, kind if kind == "evidence" else f"{kind}s")


def encoded(id: str) -> str:
    """An id as it stands in a URL of Datasette: tilde encoding of its UTF-8 bytes, a space as "+"."""
    return "".join(
        chr(byte) if _PLAIN.match(chr(byte)) else "+" if byte == 0x20 else f"~{byte:02X}"
        for byte in id.encode("utf-8", "surrogatepass")
    )


def decoded(part: str) -> str:
    """The id that ``encoded`` made a part of a URL from."""
    raw = re.sub(rb"~([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), part.replace("+", " ").encode("utf-8"))
    return raw.decode("utf-8", "surrogatepass")


def web_address(url: str | None) -> str | None:
    """A URL as an RFC 3986 URI if it is an absolute http or https address without a user name; else None.

    Characters that a URI may not hold are percent-encoded (RFC 3987, section 3.1), the host by IDNA.
    """
    try:
        parts = urlsplit(url or "")
        port = f":{parts.port}" if parts.port is not None else ""
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[a-z0-9.-]+", host) or "@" in parts.netloc:
        return None
    rest = urlunsplit(("", "", parts.path, parts.query, parts.fragment))
    rest = quote(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", rest), safe=_URI_SAFE, errors="surrogatepass")
    return f"{parts.scheme}://{host}{port}{rest}"


_URI_SAFE = "%/:@!$&'()*+,;=-._~?#"


def without_none(pairs: Iterable[tuple[str, Any]] | Mapping[str, Any]) -> dict[str, Any]:
    """A JSON object without its null, empty text, empty list and empty object members."""
    items: Iterator[tuple[str, Any]] = iter(pairs.items() if isinstance(pairs, Mapping) else pairs)
    return {name: value for name, value in items if value is not None and value not in ("", [], {}, ())}
