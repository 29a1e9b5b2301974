"""Engines by name: our own and those that plugins add through the hook ``claims_extractors``."""

from __future__ import annotations

from ..hookspecs import Extractor, extractors

DEFAULT = "rules"


class DraftingError(ValueError):
    """Why nothing could be drafted, as a sentence for a person."""


def engines() -> dict[str, Extractor]:
    """Every engine that is installed, by name; the rules first."""
    found = extractors()
    return {name: found[name] for name in sorted(found, key=lambda name: (name != DEFAULT, name))}


def find_engine(name: str) -> Extractor:
    """The engine of that name; what follows a colon is the model. Raises DraftingError naming those there are."""
    kind, _, model = name.partition(":")
    found = engines()
    if kind not in found:
        known = ", ".join(found)
        extra = f" Install it with the extra [{kind}]." if kind in ("spacy", "llm") else ""
        raise DraftingError(f"There is no extraction engine named “{kind}”. There are: {known}.{extra}")
    if not model:
        return found[kind]
    chosen = getattr(found[kind], "with_model", None)
    if chosen is None:
        raise DraftingError(f"The extraction engine “{kind}” takes no model; leave out “:{model}”.")
    engine: Extractor = chosen(model)
    return engine
