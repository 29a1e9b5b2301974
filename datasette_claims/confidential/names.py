"""How a person's name is recognized in texts and ids, and what is put in its place. Pure functions.

A form of a name is found whole, whatever stands between its words and in whichever case; a single word only as it is
written, or in capitals, and in small letters within ids: "Page" is a name, "page" is a page.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

LEAST = 3
"""Letters that a form must have: a shorter one would be found everywhere."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_PARTICLES = frozenset(("al", "bin", "da", "de", "del", "der", "di", "el", "ibn", "jr", "la", "le", "sr", "van", "von"))


def forms_of(name: str, other_names: str | None = None, more: Iterable[str] = (), *, family: bool = True) -> list[str]:
    """The forms by which an actor is looked for: the name, the other names, ``more``, and (``family``) the last word
    of the name of a person. Longer forms come first; raises ValueError for one that is too short to be told."""
    given = [name, *(part.strip() for part in (other_names or "").split(";")), *more]
    forms = [form.strip() for form in given if form.strip()]
    for form in forms:
        if len(re.sub(r"[\W_]", "", form)) < LEAST:
            raise ValueError(
                f"“{form}” has fewer than {LEAST} letters: it would be found everywhere; give a longer form"
            )
    words = [word for word in _WORD.findall(name) if word.casefold() not in _PARTICLES]
    if family and len(words) > 1 and len(words[-1]) >= LEAST:
        forms.append(words[-1])
    return sorted(dict.fromkeys(forms), key=lambda form: (-len(form), form))


def plain(text: str) -> str:
    """Without accents, as ids are written: "Müller" -> "Muller"."""
    kept = unicodedata.normalize("NFKD", text)
    return "".join(character for character in kept if not unicodedata.combining(character))


@dataclass(frozen=True)
class Names:
    """The forms of one actor's name. ``id`` is the actor's present id, which is a form of its own within ids."""

    forms: tuple[str, ...]
    id: str = ""

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        every = dict.fromkeys(variant for form in self.forms for variant in (form, plain(form)))
        parts = [part for form in every if (part := _pattern_of(form))]
        if self.id:
            parts.insert(0, rf"(?i:{re.escape(self.id)})")
        return re.compile(rf"(?<![^\W_])(?:{'|'.join(parts)})(?![^\W_])")

    @cached_property
    def _in_ids(self) -> re.Pattern[str]:
        """As ``_pattern``, and single words in small letters too."""
        every = dict.fromkeys(variant for form in self.forms for variant in (form, plain(form)))
        parts = [rf"(?i:{_joined(form)})" for form in every if _WORD.search(form)]
        if self.id:
            parts.insert(0, rf"(?i:{re.escape(self.id)})")
        return re.compile(rf"(?<![^\W_])(?:{'|'.join(parts)})(?![^\W_])")

    def find(self, text: str) -> str | None:
        """The first form that stands in a text, as it is written there; escapes of JSON and URLs do not hide it."""
        for each in _readings(text):
            found = self._pattern.search(each) or (self._in_ids.search(each) if _is_id(each) else None)
            if found is not None:
                return found[0]
        return None

    def replace(self, text: str, description: str) -> str:
        """The text with ``[description]`` in the place of every form; of JSON, within its texts."""
        return self._pattern.sub(lambda _: f"[{description}]", text)

    def replace_in_id(self, id: str, new: str) -> str:
        """An id with ``new`` in the place of every form."""
        return self._in_ids.sub(new, id)


def as_json(text: str) -> Any:
    """What a text holds if it is a JSON object or list; None otherwise."""
    if text[:1] not in ("{", "["):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, (dict, list)) else None


def _pattern_of(form: str) -> str:
    words = _WORD.findall(form)
    if not words:
        return re.escape(form)
    if len(words) == 1:
        return "|".join(dict.fromkeys(re.escape(each) for each in (words[0], words[0].upper())))
    return rf"(?i:{_joined(form)})"


def _joined(form: str) -> str:
    """The words of a form with anything but letters and digits between them."""
    return r"[\W_]{1,6}".join(re.escape(word) for word in _WORD.findall(form))


def _is_id(text: str) -> bool:
    return len(text) <= 200 and not re.search(r"\s", text)


def _readings(text: str) -> Iterable[str]:
    """The text itself and, where it is JSON, the texts in it."""
    yield text
    found = as_json(text)
    if found is not None:
        yield from _texts(found)


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
        yield from _readings(value) if value[:1] in ("{", "[") else ()
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
