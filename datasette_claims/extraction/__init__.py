"""Extraction: a text -> a draft of who says what, with exact spans, for a person to check.

``extract`` is the whole interface of the rules; ``drafts`` holds what it returns; ``own_engines`` has the rules and
the engines of the extras behind one method, and ``verify`` holds what any engine returns against the text. The rules
read English in plain Python, without a model; they know closed classes of words and reporting words (``cues.csv``,
``words.csv``), never names of people. For other languages they find quotation marks and «name: "…"» and say that the
rest is not supported.
"""

from __future__ import annotations

from .confidence import TIERS
from .drafts import (
    Actor,
    Candidate,
    DateInterval,
    Document,
    Draft,
    Evidence,
    KnownActor,
    Membership,
    Mention,
    Segment,
)
from .engine import extract
from .engines import own_engines
from .verifying import verify

__all__ = [
    "TIERS",
    "Actor",
    "Candidate",
    "DateInterval",
    "Document",
    "Draft",
    "Evidence",
    "KnownActor",
    "Membership",
    "Mention",
    "Segment",
    "extract",
    "own_engines",
    "verify",
]
