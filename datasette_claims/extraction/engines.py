"""Our own engines: the rules, and those of the extras where these are installed."""

from __future__ import annotations

from importlib.util import find_spec

from .drafts import Document, Draft
from .engine import assemble, find_by_rules, read
from .language_model import LanguageModel
from .parser import Parser


class Rules:
    """The default: rules in plain Python, without a model."""

    name = "rules"
    label = "Rules"
    languages = ("en",)

    def extract(self, document: Document) -> Draft:
        """The draft of the rules; linear in the length of the text."""
        reading = read(document)
        return assemble(reading, find_by_rules(reading))


def own_engines() -> list[Rules | Parser | LanguageModel]:
    """The rules, and the engines whose libraries are installed."""
    found: list[Rules | Parser | LanguageModel] = [Rules()]
    if find_spec("spacy") is not None:
        found.append(Parser())
    if find_spec("llm") is not None:
        found.append(LanguageModel())
    return found
