"""The plugin's configuration, read and validated once.

.. code-block:: yaml

    plugins:
      datasette-claims:
        database: claims      # the attached database that holds the tables and may be written
        load: [data/]         # data packages, folders or files that are loaded at start-up when they changed
        index: .claims-index  # a folder for copies of the stance index, so that a restart need not build it again
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SETTINGS = {
    "database": "the name of an attached database, such as “claims”",
    "load": "a list of paths, such as [data/]",
    "index": "a folder, such as .claims-index",
}
"""Every setting and what its value is."""


class ConfigError(ValueError):
    """The configuration is wrong; the message names the setting, the value and the remedy."""


@dataclass(frozen=True)
class Config:
    """``database``: the database that the plugin makes, loads and writes. ``load``: what is loaded into it.
    ``index``: the folder in which copies of the stance index are kept; None for nowhere."""

    database: str
    load: tuple[Path, ...] = ()
    index: Path | None = None


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
    return Config(database, _paths(settings.get("load")), Path(index) if index else None)


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
