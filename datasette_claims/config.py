"""The plugin's configuration, read and validated once.

.. code-block:: yaml

    plugins:
      datasette-claims:
        database: claims      # the attached database that holds the tables and may be written
        load: [data/]         # data packages, folders or files that are loaded at start-up when they changed
        index: .claims-index  # a folder for copies of the stance index, so that a restart need not build it again
        confidential: identities  # the attached database with the identities of protected people (docs/protecting.md)
        base: https://example.org/claims # the public URL of the database, with which every IRI of an export begins
        upload_limit: 2000000 # the most bytes of a text that is pasted or uploaded
        limits: {writes: 600} # how much one request or person may ask for, see bounds.py and docs/limits.md
        fetch: true           # fetch pages of the web that people name; off unless it stands here, and see Fetching
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .bounds import Bounds
from .bounds import read as read_bounds
from .interchange.iris import web_address
from .obtaining import Limits

SETTINGS = {
    "database": "the name of an attached database, such as “claims”",
    "load": "a list of paths, such as [data/]",
    "index": "a folder, such as .claims-index",
    "confidential": "the name of an attached database that an allow block closes, such as “identities”",
    "base": "the public URL of the database, such as https://example.org/claims",
    "upload_limit": "a number of bytes, such as 2000000",
    "limits": "limits by name, such as {writes: 600}",
    "fetch": "true, false, or limits below it: bytes, seconds, redirects, hosts",
}
"""Every setting and what its value is."""

FETCH_SETTINGS = {
    "bytes": "the most bytes of one page, such as 5000000",
    "seconds": "the most seconds for one page, such as 20",
    "redirects": "the most redirects of one page, such as 5",
    "hosts": "a list of hosts from which alone is fetched, such as [example.org]",
}
"""The settings below ``fetch``. None of them opens an address that is not public."""

UPLOAD_LIMIT = 2_000_000


class ConfigError(ValueError):
    """The configuration is wrong; the message names the setting, the value and the remedy."""


@dataclass(frozen=True)
class Config:
    """``database``: the database that the plugin makes, loads and writes. ``load``: what is loaded into it.
    ``index``: the folder in which copies of the stance index are kept; None for nowhere. ``upload_limit``: the most
    bytes of a text that somebody pastes or uploads. ``fetching``: the limits within which pages of the web are
    fetched; None: they are not. ``confidential``: the database that holds the identities of protected people.
    ``base``: the public URL of the database, with which the IRIs of exports begin; None: that of each request.
    ``bounds``: how much one request or person may ask for."""

    database: str
    load: tuple[Path, ...] = ()
    index: Path | None = None
    upload_limit: int = UPLOAD_LIMIT
    fetching: Limits | None = None
    confidential: str | None = None
    base: str | None = None
    bounds: Bounds = field(default_factory=Bounds)


def read(settings: object) -> Config | None:
    """The configuration from what stands under ``plugins: datasette-claims:``; None where nothing does.

    Paths stay as they are written, relative to the folder in which the server runs. Raises ConfigError.
    """
    if settings is None or settings == {}:
        return None
    if not isinstance(settings, Mapping):
        raise _wrong("", settings, f"write the settings below it: {', '.join(SETTINGS)}")
    for key in settings:
        if key not in SETTINGS:
            close = difflib.get_close_matches(str(key), SETTINGS, 1)
            advice = f"did you mean “{close[0]}”?" if close else f"the settings are: {', '.join(SETTINGS)}"
            raise _wrong(str(key), settings[key], f"there is no such setting; {advice}")
    database = settings.get("database")
    if not isinstance(database, str) or not database.strip():
        raise _wrong("database", database, f"give {SETTINGS['database']}")
    index = settings.get("index")
    if index is not None and (not isinstance(index, str) or not index.strip()):
        raise _wrong("index", index, f"give {SETTINGS['index']}, or leave it out")
    limit = settings.get("upload_limit", UPLOAD_LIMIT)
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
        raise _wrong("upload_limit", limit, f"give {SETTINGS['upload_limit']}, or leave it out")
    apart = settings.get("confidential")
    if apart is not None and (not isinstance(apart, str) or not apart.strip() or apart == database):
        raise _wrong("confidential", apart, f"give {SETTINGS['confidential']}, or leave it out")
    where, base = Path(index) if index else None, _base(settings.get("base"))
    fetching, bounds = _fetching(settings.get("fetch")), _bounds(settings.get("limits"))
    return Config(database, _paths(settings.get("load")), where, limit, fetching, apart, base, bounds)


def _bounds(value: object) -> Bounds:
    if value is None:
        return Bounds()
    if not isinstance(value, Mapping):
        raise _wrong("limits", value, f"give {SETTINGS['limits']}")
    try:
        return read_bounds(value)
    except ValueError as error:
        name, given, remedy = error.args
        raise _wrong(f"limits: {name}", given, remedy) from error


def _base(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or web_address(value) != value or "?" in value or "#" in value:
        raise _wrong("base", value, f"give {SETTINGS['base']}, or leave it out")
    return value.rstrip("/")


def _fetching(value: object) -> Limits | None:
    if value is None or value is False:
        return None
    if value is True:
        return Limits()
    if not isinstance(value, Mapping):
        raise _wrong("fetch", value, f"give {SETTINGS['fetch']}")
    for key in value:
        if key not in FETCH_SETTINGS:
            raise _wrong(
                f"fetch: {key}", value[key], f"there is no such setting; they are: {', '.join(FETCH_SETTINGS)}"
            )
    given: dict[str, Any] = {}
    for key, whole in (("bytes", True), ("seconds", False), ("redirects", True)):
        number = value.get(key)
        if number is None:
            continue
        if isinstance(number, bool) or not isinstance(number, int if whole else (int, float)) or not 0 <= number < 1e9:
            raise _wrong(f"fetch: {key}", number, f"give {FETCH_SETTINGS[key]}")
        given[key] = number
    hosts = value.get("hosts") or []
    if not isinstance(hosts, list) or not all(isinstance(host, str) and host.strip(". ") for host in hosts):
        raise _wrong("fetch: hosts", hosts, f"give {FETCH_SETTINGS['hosts']}")
    return Limits(**given, hosts=tuple(host.strip(". ").lower() for host in hosts))


def _paths(value: object) -> tuple[Path, ...]:
    if value is None:
        return ()
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list):
        raise _wrong("load", value, f"give {SETTINGS['load']}")
    for item in listed:
        if not isinstance(item, str) or not item.strip():
            raise _wrong("load", item, f"each entry is a path in quotes or plain text; give {SETTINGS['load']}")
    return tuple(Path(item) for item in listed)


def _wrong(key: str, value: object, remedy: str) -> ConfigError:
    where = ": ".join(part for part in ("plugins", "datasette-claims", key) if part)
    return ConfigError(f"{where}: {value!r}: {remedy}")
