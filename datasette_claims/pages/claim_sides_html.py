"""What stands above and beneath the stances of a side, as HTML: how they are known, and where the others are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from . import marks
from .escaping import safe
from .wording import number

Side = Mapping[str, Any]


def bases_of(side: Side) -> Markup:
    """How many stances of a side (see ``claim_sides``) have each basis."""
    counted = side["by_basis"].items()
    return Markup(
        " ".join([f'<span class="claims-of">{number(many)} {marks.basis(basis)}</span>' for basis, many in counted])
    )


def rest_of(side: Side) -> Markup:
    """Which of the stances stand on this page, with the way to all; nothing where all do."""
    shown, many, before = len(side["shown"]), side["count"], side["before"]
    if many <= shown:
        return Markup("")
    if not shown:
        told = f"All {number(many)} stand on earlier pages."
    elif before:
        told = f"{number(before + 1)}–{number(before + shown)} of {number(many)}, best known first."
    else:
        told = f"The first {number(shown)} of {number(many)}, best known first."
    link = f' <a href="{safe(side["table"])}">All of them in the table</a>' if side["table"] else ""
    return Markup(f'<p class="claims-rest">{told}{link}</p>')
