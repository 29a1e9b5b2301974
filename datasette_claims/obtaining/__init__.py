"""Obtaining: a file, a page of the web, an archive or pasted words -> a text with its origin, ready to be drafted.

Nothing is written here and nothing inside a text is taken out of it: what is no part of the article is marked by
segments. ``sources`` has the ways in; ``document`` what comes out. The room knows nothing of Datasette and of the
database. Web pages are read better, archives and addresses are read only, with the extra ``[web]``.
"""

from __future__ import annotations

from .document import Hint, Obtained
from .fetching import Limits
from .refusals import NotObtained
from .sources import LARGEST_TEXT, Wishes, obtain, of_address, of_pasted, of_upload

__all__ = [
    "LARGEST_TEXT",
    "Hint",
    "Limits",
    "NotObtained",
    "Obtained",
    "Wishes",
    "obtain",
    "of_address",
    "of_pasted",
    "of_upload",
]
