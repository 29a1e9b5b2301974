"""Several people code the same document: how far they agree, layer by layer, and where they differ.

Pure functions on what each coder marked; nothing here knows a database. ``marks`` says what a coder's mark is,
``matching`` which marks of different coders mean the same report, ``layers`` what is compared and by which figures,
``kappas`` and ``unitizing`` hold the figures, ``differences`` lists every disagreement.
"""

from __future__ import annotations

from .differences import Difference, differences
from .kappas import cohen_kappa, fleiss_kappa, nominal_alpha
from .layers import LAYERS, Layer, LayerAgreement, agreement_by_layer
from .marks import NO_STANCE, Mark, Span
from .matching import Match, match
from .unitizing import Unit, apart, unitizing_alpha

__all__ = [
    "LAYERS",
    "NO_STANCE",
    "Difference",
    "Layer",
    "LayerAgreement",
    "Mark",
    "Match",
    "Span",
    "Unit",
    "agreement_by_layer",
    "apart",
    "cohen_kappa",
    "differences",
    "fleiss_kappa",
    "match",
    "nominal_alpha",
    "unitizing_alpha",
]
