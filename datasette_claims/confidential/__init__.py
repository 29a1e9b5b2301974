"""Protected people: whose identity is kept in a database file of its own, and nowhere else.

The public record of a protected actor holds a role and a description. ``store`` keeps the identities, ``names`` knows
how a name is found and replaced, ``searching`` looks for it in a whole database, and ``rewriting`` writes a database
anew in which an actor that was public is not named any more, in no row, in no revision and in no free page.
"""

from __future__ import annotations

from .names import Names, forms_of
from .rewriting import Rewritten, protect
from .searching import Found, found_in, remaining
from .store import Identity, identities, make, put, remove

__all__ = [
    "Found",
    "Identity",
    "Names",
    "Rewritten",
    "forms_of",
    "found_in",
    "identities",
    "make",
    "protect",
    "put",
    "remaining",
    "remove",
]
