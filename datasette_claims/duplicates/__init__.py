"""Near-duplicates: the same utterance reported in several documents, found among all quotations of a database.

``runs`` makes numbers of a quotation's words, ``pairs`` finds which quotations have some in common, ``verdicts`` says
of two of them whether they may be one utterance, and ``proposing`` puts that to a person. Nothing is merged here.
"""

from __future__ import annotations

from .finding import Found, Limits, propose_duplicates
from .verdicts import ALIKE, Quote, Verdict, verdict

__all__ = ["ALIKE", "Found", "Limits", "Quote", "Verdict", "propose_duplicates", "verdict"]
