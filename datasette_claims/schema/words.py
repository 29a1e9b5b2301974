"""What an enumeration is: a closed list of terms, each with a label and a meaning."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

NOT_STATED = "not_stated"


@dataclass(frozen=True)
class Term:
    """One word of an enumeration: as stored, as shown to people, and what it means."""

    word: str
    label: str
    meaning: str


@dataclass(frozen=True)
class Enumeration:
    """A closed list of terms. ``default`` is stored when a row leaves the column blank (None: it must not)."""

    name: str
    meaning: str
    terms: tuple[Term, ...]
    default: str | None = None

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The stored words, in the order in which they are shown."""
        return tuple(term.word for term in self.terms)

    def term(self, word: str) -> Term:
        """The term for a stored word. Raises KeyError for a word that is not in the list."""
        for term in self.terms:
            if term.word == word:
                return term
        raise KeyError(f"{word!r} is not a {self.name}; the words are: {', '.join(self.words)}")


_MISSING = Term(NOT_STATED, "Not stated", "The source does not say, and nobody has supplied it.")


def enumeration(name: str, meaning: str, terms: list[tuple[str, str, str]], default: str | None = None) -> Enumeration:
    """Build an enumeration; a default of ``not_stated`` adds that term at the end."""
    listed = tuple(Term(*term) for term in terms)
    if default == NOT_STATED:
        listed += (_MISSING,)
    return Enumeration(name, meaning, listed, default)
