"""What a comparison page is asked to show: the filters, and the page's own parameters, in one canonical URL.

The page's own parameters begin with “_”, as Datasette's do, so that the query string of any view can be used on the
``stances`` table as it is. ``rows`` and ``view`` are understood without it too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..comparison import CLAIM_ORDERS, FILTER_COLUMNS, FilterError, Filters, MatrixRequest, StanceIndex
from ..comparison import encode as encode_pairs
from .numbers import natural

ROWS = {"actors": "actor", "organizations": "organization", "countries": "country"}
"""What ``_rows`` may be -> the column that it stands for."""

SHAPES = ("matrix", "timeline")
ORDERS = ("count", "name", "contradictions")
ROWS_A_PAGE = 50
CLAIMS_A_PAGE = 20
MOST_PAGES = 100_000

ALIASES = {"rows": "_rows", "view": "_view", "row": "_row"}
OWN = ("_rows", "_view", "_claims", "_order", "_by", "_reverse", "_page", "_claims_page", "_more")
"""The page's own parameters, in the order of a canonical query string."""

OTHERS = frozenset((*OWN, "rows", "view"))


@dataclass(frozen=True)
class View:
    """One view. ``shape``: matrix or timeline. ``claims``: the order of the claims. ``order``: that of the rows, by
    the stance on claim ``by`` where one is given. Pages count from 1. ``more``: the facet that shows all it can.
    ``as_of``: the revision that is shown, None for the present."""

    filters: Filters = field(default_factory=Filters)
    rows: str = "actors"
    shape: str = "matrix"
    claims: str = "contested"
    order: str = "count"
    by: str | None = None
    reverse: bool = False
    page: int = 1
    claims_page: int = 1
    more: str | None = None
    as_of: int | None = None

    @property
    def column(self) -> str:
        """The column of the rows: actor, organization or country."""
        return ROWS[self.rows]

    @property
    def chosen_claims(self) -> tuple[str, ...]:
        """The claims that are chosen one by one; they stay as columns even where nobody has a stance on them."""
        return self.filters.chosen("claim")

    @property
    def request(self) -> MatrixRequest:
        """The matrix that the view asks for."""
        return MatrixRequest(
            rows=self.column,
            claims=self.chosen_claims,
            claim_order=self.claims,
            claim_offset=(self.claims_page - 1) * CLAIMS_A_PAGE,
            claim_limit=CLAIMS_A_PAGE,
            row_order="claim" if self.by else self.order,
            row_claim=self.by,
            reverse=self.reverse,
            row_offset=(self.page - 1) * ROWS_A_PAGE,
            row_limit=ROWS_A_PAGE,
        )

    def own_pairs(self) -> list[tuple[str, str]]:
        """The page's own parameters, without defaults."""
        default = View()
        values: dict[str, str | None] = {
            "_rows": self.rows if self.rows != default.rows else None,
            "_view": self.shape if self.shape != default.shape else None,
            "_claims": self.claims if self.claims != default.claims else None,
            "_order": self.order if self.order != default.order and self.by is None else None,
            "_by": self.by,
            "_reverse": "1" if self.reverse else None,
            "_page": str(self.page) if self.page > 1 else None,
            "_claims_page": str(self.claims_page) if self.claims_page > 1 else None,
            "_more": self.more,
            "_as_of": None if self.as_of is None else str(self.as_of),
        }
        return [(name, value) for name, value in values.items() if value is not None]

    def pairs(self) -> list[tuple[str, str]]:
        """The canonical (parameter, value) pairs: the filters, then the page's own."""
        return [*self.filters.pairs(), *self.own_pairs()]

    def query(self) -> str:
        """The canonical query string with its “?”; empty for the default view."""
        pairs = self.pairs()
        return f"?{encode_pairs(pairs)}" if pairs else ""

    def filtered(self, filters: Filters) -> View:
        """The same with other filters, from the first page on."""
        return replace(self, filters=filters, page=1, claims_page=1)

    def sorted_by(self, *, order: str = "count", by: str | None = None) -> View:
        """The same with the rows in another order; asked for the order that it has, the other way round."""
        same = (order, by) == (self.order, self.by)
        return replace(self, order=order, by=by, reverse=same and not self.reverse, page=1)


def view_of(pairs: Sequence[tuple[str, str]], filters: Filters, index: StanceIndex, as_of: int | None) -> View:
    """The view that a query string asks for. Raises FilterError for a value that the page does not know."""
    given = _own(pairs)
    by = given.get("_by")
    if by is not None and by not in index.dictionary("claim").codes:
        raise FilterError("_by", f"there is no claim “{by[:80]}”", "choose one of the claims shown")
    if by is not None and "_order" in given:
        raise FilterError("_order", "the rows are ordered by a claim already (_by)", "give one of the two")
    return View(
        filters=filters,
        rows=_rows(given.get("_rows")),
        shape=_one_of(given, "_view", SHAPES),
        claims=_one_of(given, "_claims", CLAIM_ORDERS),
        order=_one_of(given, "_order", ORDERS),
        by=by,
        reverse=given.get("_reverse") is not None and _one_of(given, "_reverse", ("1",)) == "1",
        page=page_number(given, "_page"),
        claims_page=page_number(given, "_claims_page"),
        more=None if "_more" not in given else _one_of(given, "_more", tuple(FILTER_COLUMNS)),
        as_of=as_of,
    )


def _own(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The page's own parameters by name; each may be given once."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in OWN or not value:
            continue
        if found.setdefault(name, value) != value:
            raise FilterError(name, "it is given twice, with different values", "give it once")
    return found


def _rows(value: str | None) -> str:
    if value is None:
        return "actors"
    for many, one in ROWS.items():
        if value in (many, one):
            return many
    raise FilterError("_rows", f"there is no “{_shown(value)}”", f"use one of: {', '.join(ROWS)}", "actors")


def _one_of(given: dict[str, str], name: str, known: tuple[str, ...]) -> str:
    value = given.get(name, known[0])
    if value not in known:
        raise FilterError(name, f"there is no “{_shown(value)}”", f"use one of: {', '.join(known)}", known[0])
    return value


def page_number(given: Mapping[str, str], name: str) -> int:
    """The number of a page, from 1, which the parameter of that name asks for. Raises FilterError for what is none."""
    value = given.get(name, "1")
    number = natural(value, 7) or 0
    if not 1 <= number <= MOST_PAGES:
        raise FilterError(name, f"“{_shown(value)}” is no page", f"give a number from 1 to {MOST_PAGES:,}", "1")
    return number


def _shown(value: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in value[:80])
