"""Anchoring: passages of a text that keep their place when the text changes.

    >>> from datasette_claims.anchoring import reanchor, select
    >>> old = "The minister said that talks would resume. He left."
    >>> new = "Update: the minister said talks would resume soon. He left."
    >>> select(old, 23, 41).quote.exact
    'talks would resume'
    >>> reanchor(old, new, [(23, 41)])[0].exact
    'talks would resume'

All functions are pure: text in, values out, no database, no Datasette. All offsets are Unicode code points,
half-open, unless a name says ``utf16`` or ``utf8``.

- ``select`` makes the selectors of a passage; ``reanchor`` carries passages from an old text to a new one;
  ``anchor`` and ``anchor_all`` find passages of which only the selectors are known. Each answer is an
  ``Anchoring`` with one of ``STATES``, a score, and the name and version of the algorithm. A passage is never
  placed where it is in doubt.
- ``word_diff`` shows two versions side by side.
- ``to_utf16``, ``from_utf16``, ``to_utf8``, ``from_utf8`` convert vectors of offsets.
- ``fold`` and ``same_wording`` tell typography from wording.
"""

from .diffing import Operation, word_diff
from .folding import Folded, fold, same_wording, styled, typographic
from .offsets import OffsetError, from_utf8, from_utf16, to_utf8, to_utf16
from .reanchor import ALGORITHM, ALGORITHM_VERSION, STATES, Anchoring, Method, State, anchor, anchor_all, reanchor
from .selectors import (
    CONTEXT_LENGTH,
    PassageSelector,
    SelectorError,
    TextPositionSelector,
    TextQuoteSelector,
    holds,
    select,
)

__all__ = [
    "ALGORITHM",
    "ALGORITHM_VERSION",
    "CONTEXT_LENGTH",
    "STATES",
    "Anchoring",
    "Folded",
    "Method",
    "OffsetError",
    "Operation",
    "PassageSelector",
    "SelectorError",
    "State",
    "TextPositionSelector",
    "TextQuoteSelector",
    "anchor",
    "anchor_all",
    "fold",
    "from_utf8",
    "from_utf16",
    "holds",
    "reanchor",
    "same_wording",
    "select",
    "styled",
    "to_utf8",
    "to_utf16",
    "typographic",
    "word_diff",
]
