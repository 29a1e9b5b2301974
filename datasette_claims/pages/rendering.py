"""The body of a large page, made at once by the thread that read it, and kept with what it says.

Datasette renders asynchronously, so that a template can await, which ours need not: each of a thousand expressions is
asked whether it is to be awaited. Templates are found as Datasette finds them, so that a site can replace them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from markupsafe import Markup

if TYPE_CHECKING:
    from jinja2 import Environment

_plain: WeakKeyDictionary[Environment, Environment] = WeakKeyDictionary()
"""Environment of Datasette -> the same without awaiting."""


def rendered(environment: Environment, template: str, context: Mapping[str, Any]) -> Markup:
    """A template of ours (a name in ``templates/claims``) as HTML. ``context`` is all that it knows of."""
    plain = _plain.get(environment)
    if plain is None:
        plain = _plain[environment] = _without_awaiting(environment)
    return Markup(plain.get_template(f"claims/{template}").render(context))


def _without_awaiting(environment: Environment) -> Environment:
    plain = type(environment)(
        loader=environment.loader, autoescape=environment.autoescape, undefined=environment.undefined
    )
    plain.filters.update(environment.filters)
    plain.tests.update(environment.tests)
    plain.globals.update(environment.globals)
    return plain
