"""Single values as sources state them -> as the record keeps them; what cannot be read is None, never a guess."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlsplit, urlunsplit

ISO_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?=$|[T ])", re.ASCII)
COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})(?=$|T)", re.ASCII)
TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
LONGEST = 500  # code points of a title or a name


def day(value: str | None) -> str | None:
    """The ISO date with which a value begins (2019, 2019-05, 2019-05-16, 2019-05-16T10:00+02:00): the day as printed
    where it was printed. None for other forms: 5/6/2019 is two different days.
    """
    text = (value or "").strip()
    match = ISO_DAY.match(text) or COMPACT_DAY.match(text)
    if match is None:
        return None
    parts = [part for part in match.groups() if part is not None]
    year, month, number = (int(part) for part in (*parts, "1", "1")[:3])
    try:
        date(year, month, number)
    except ValueError:
        return None
    return "-".join(parts)


def tag(value: str | None) -> str | None:
    """A BCP 47 language tag; en_US, as some pages write it, becomes en-US."""
    text = (value or "").strip().replace("_", "-")
    return text if TAG.fullmatch(text) and text.lower() not in ("und", "mul", "zxx") else None


def one_line(value: str | None) -> str | None:
    """A title or name on one line, without what UTF-8 cannot hold; None where it is blank or far too long."""
    if value is None:
        return None
    text = " ".join(value.encode("utf-8", "replace").decode("utf-8").split())
    return text if 0 < len(text) <= LONGEST else None


def web_address(value: str | None) -> str | None:
    """An absolute http(s) address without fragment and without user name; None for anything else."""
    text = "".join((value or "").split())
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port  # the port raises where it is no number up to 65535
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host or "@" in parts.netloc or len(text) > 2000:
        return None
    netloc = parts.netloc.lower()
    default = {"http": ":80", "https": ":443"}[parts.scheme.lower()]
    return urlunsplit((parts.scheme.lower(), netloc.removesuffix(default), parts.path or "/", parts.query, ""))
