"""Form data (URL Standard, application/x-www-form-urlencoded) -> names and values, in memory of the size of the data.

``urllib.parse.parse_qsl`` gives the same; for a text in which nearly every byte is escaped, as those in other scripts
than ours are, it needs seventy times the memory, which a form of two megabytes must not cost.
"""

from __future__ import annotations

import re

_ESCAPES = re.compile(rb"(?:%[0-9A-Fa-f]{2}){1,64}")


def pairs_of(sent: str) -> list[tuple[str, str]]:
    """The names with their values, in order, blank ones as well; what is no UTF-8 becomes U+FFFD."""
    found = []
    for each in sent.split("&"):
        if each:
            name, _, value = each.partition("=")
            found.append((_decoded(name), _decoded(value)))
    return found


def _decoded(escaped: str) -> str:
    plain = escaped.replace("+", " ")
    if "%" not in plain:
        return plain
    return _ESCAPES.sub(_bytes, plain.encode("utf-8")).decode("utf-8", "replace")


def _bytes(run: re.Match[bytes]) -> bytes:
    return bytes.fromhex(run[0].replace(b"%", b"").decode("ascii"))
