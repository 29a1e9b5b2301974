"""All targets by name, without importing more than is asked for: atheris takes its time with every module."""

from __future__ import annotations

import importlib

from fuzz.target import Target

MODULES = {
    "anchors": ("offsets", "selectors", "versions", "folding"),
    "formats": ("brat", "followthemoney", "webannotation", "hypothesis", "claimreview", "popolo"),
    "queries": ("filters", "lists", "reconciling", "accepting", "forms"),
    "received": ("annotation",),
    "sources": ("upload", "pasted", "page", "archive"),
    "tables": ("cells", "table", "descriptor", "mapping"),
    "texts": ("extraction", "answers"),
    "values": ("dates", "addresses", "words", "hidden", "settings"),
}
"""Module -> the names of its targets."""

NAMES = tuple(name for names in MODULES.values() for name in names)


def find(name: str) -> Target:
    """The target of that name."""
    module = next(module for module, names in MODULES.items() if name in names)
    return next(target for target in importlib.import_module(f"fuzz.{module}").TARGETS if target.name == name)
