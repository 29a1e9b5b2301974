"""Layer by layer: what of the coders' work is compared, and how far they agree on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .kappas import Figure, cohen_kappa, fleiss_kappa, nominal_alpha, percent_agreement
from .marks import NO_STANCE, Mark, Span
from .matching import Match
from .unitizing import Unit, apart, unitizing_alpha

Value = str | None


@dataclass(frozen=True)
class Layer:
    """One thing on which coders can agree. ``says`` explains in a sentence what is compared; ``counts`` is what its n
    counts, (one, many). Either ``spans`` or ``ratings`` tells what each coder has.
    """

    name: str
    label: str
    says: str
    counts: tuple[str, str]
    spans: Callable[[Mark], Iterable[Span]] | None = None
    value: Callable[[Mark], str] | None = None


@dataclass(frozen=True)
class LayerAgreement:
    """How far the coders agree on a layer.

    ``figures``: name -> value (at most 1; None where it is not defined) and n. ``left_out``: spans within other spans
    of the same coder, which the unitizing figure cannot take in.
    """

    layer: Layer
    coders: tuple[str, ...]
    figures: dict[str, Figure]
    left_out: int = 0

    @property
    def n(self) -> int:
        """How many units all of it rests on."""
        return max((figure.n for figure in self.figures.values()), default=0)


def _extent(mark: Mark) -> Iterable[Span]:
    return [mark.extent] if mark.extent is not None else mark.place


def _part(name: str) -> Callable[[Mark], Iterable[Span]]:
    return lambda mark: mark.parts.get(name, ())


_UNITS = ("marked stretch", "marked stretches")
_REPORTS = ("report that at least two coders marked", "reports that at least two coders marked")

LAYERS: tuple[Layer, ...] = (
    Layer("mentions", "Reports", "Which stretches of the text report that somebody said something.", _UNITS, _extent),
    Layer("source", "Source", "Which words name the speaker.", _UNITS, _part("source")),
    Layer("cue", "Cue", "Which words say that it was said: “said”, “tweeted”.", _UNITS, _part("cue")),
    Layer("content", "Content", "Which words tell what was said.", _UNITS, _part("content")),
    Layer(
        "speaker",
        "Speaker",
        "Who is said to speak, where the same report was marked.",
        _REPORTS,
        value=lambda mark: mark.spoken_by,
    ),
    Layer(
        "report_type",
        "Report type",
        "Whether the words are quoted, reported or mixed, where the same report was marked.",
        _REPORTS,
        value=lambda mark: mark.report_type,
    ),
    Layer(
        "country",
        "Country",
        "For which country the speaker is recorded, where the same report was marked.",
        _REPORTS,
        value=lambda mark: mark.country,
    ),
    Layer(
        "stance",
        "Stance",
        "Which side is taken on a claim, where the same report was marked and at least one coder saw a stance; “none” "
        "is the value of a coder who saw none.",
        ("stance on a claim in such a report", "stances on a claim in such reports"),
    ),
)
"""The layers, in the order in which they are told."""


def agreement_by_layer(
    marks: Sequence[Mark], matches: Sequence[Match], coders: Sequence[str], length: int
) -> list[LayerAgreement]:
    """Every layer's agreement. ``coders`` are all who coded the document, also one who marked nothing; ``length`` is
    that of the text in code points."""
    found = []
    for layer in LAYERS:
        if layer.spans is not None:
            found.append(_on_spans(layer, marks, coders, length))
        else:
            found.append(LayerAgreement(layer, tuple(coders), _figures(ratings(layer, matches, coders))))
    return found


def ratings(layer: Layer, matches: Iterable[Match], coders: Sequence[str]) -> list[list[Value]]:
    """The units of a layer that at least two coders marked: one value a coder, None where a coder has no mark."""
    shared = [each.marks for each in matches if len(each.marks) >= 2]
    if layer.value is not None:
        value = layer.value
        return [[value(marks[c]) if c in marks else None for c in coders] for marks in shared]
    return [
        [marks[c].stances.get(claim, NO_STANCE) if c in marks else None for c in coders]
        for marks in shared
        for claim in sorted({claim for mark in marks.values() for claim in mark.stances})
    ]


def _figures(values: list[list[Value]]) -> dict[str, Figure]:
    figures = {"agree": percent_agreement(values), "alpha": nominal_alpha(values)}
    if values and len(values[0]) == 2:
        figures["cohen"] = cohen_kappa(values)
    figures["fleiss"] = fleiss_kappa(values)
    return figures


def _on_spans(layer: Layer, marks: Sequence[Mark], coders: Sequence[str], length: int) -> LayerAgreement:
    assert layer.spans is not None
    codings: list[list[Unit]] = []
    left_out = 0
    for coder in coders:
        spans = [span for mark in marks if mark.coder == coder for span in layer.spans(mark)]
        units, inner = apart(spans, layer.name)
        codings.append(units)
        left_out += inner
    return LayerAgreement(layer, tuple(coders), {"u_alpha": unitizing_alpha(codings, length)}, left_out)
