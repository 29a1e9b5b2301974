"""Obtaining: a file, a page of the web, an archive or pasted words -> a text with its origin, ready to be drafted.

Nothing is written here and nothing is taken out of a text: what is no part of the article is marked by segments.
"""

from __future__ import annotations

from .document import Hint, Obtained

__all__ = ["Hint", "Obtained"]
