"""Content negotiation (RFC 9110, section 12.5.1): which of several representations a request asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_PART = re.compile(r'((?:[^,;"]|"(?:[^"\\]|\\.)*")*)([,;]|$)')


@dataclass(frozen=True)
class Offer:
    """A representation by name, the media types under which one may ask for it, and its profile (RFC 6906).

    ``profiled`` are media types that mean it only together with the profile.
    """

    name: str
    types: Sequence[str]
    profile: str | None = None
    profiled: Sequence[str] = ()


@dataclass(frozen=True)
class _Range:
    type: str
    profiles: tuple[str, ...]
    quality: float

    def fits(self, offer: Offer) -> int:
        """How precisely it asks for the offer, from 1 (anything) to 4 (type and profile); 0: not at all."""
        if self.profiles and offer.profile not in self.profiles:
            return 0
        if self.profiles and self.type in (*offer.types, *offer.profiled):
            return 4
        if self.type in offer.types:
            return 3
        if self.type.endswith("/*") and any(each.startswith(self.type[:-1]) for each in offer.types):
            return 2
        return 1 if self.type == "*/*" else 0


def best(accept: str | None, offers: Sequence[Offer]) -> Offer:
    """The offer with the highest quality; of equals the one that is asked for more precisely, then the first.

    Without a header, or where nothing offered is acceptable, the first: a representation is more use than a 406.
    """
    ranges = list(_ranges(accept or "*/*"))
    ranked = [(*_rank(ranges, offer), -number) for number, offer in enumerate(offers)]
    chosen = max(range(len(offers)), key=ranked.__getitem__)
    return offers[chosen] if ranked[chosen][0] > 0 else offers[0]


def _rank(ranges: Sequence[_Range], offer: Offer) -> tuple[float, int]:
    """(quality, precision) by the range that is most precise about the offer."""
    found = [(each.fits(offer), each.quality) for each in ranges]
    precision, quality = max(found, default=(0, 0.0))
    return (quality, precision) if precision else (0.0, 0)


def _ranges(accept: str) -> Iterator[_Range]:
    """The ranges of a header; what cannot be read is passed over."""
    parts: list[str] = []
    for value, end in _PART.findall(accept):
        parts.append(value.strip())
        if end != ";":
            kind, *parameters = parts
            parts = []
            if re.fullmatch(r"[^/\s]+/[^/\s]+", kind):
                yield _range(kind.lower(), parameters)


def _range(kind: str, parameters: Sequence[str]) -> _Range:
    given = {name.strip().lower(): value.strip() for name, _, value in (each.partition("=") for each in parameters)}
    profiles = re.sub(r"\\(.)", r"\1", given.get("profile", "").strip('"')).split()
    quality = given.get("q", "1")
    known = re.fullmatch(r"0(\.\d{0,3})?|1(\.0{0,3})?", quality)
    return _Range(kind, tuple(profiles), float(quality) if known else 1.0)
