"""The pages below ``/{database}/-/claims``: request -> room -> response, one file a page.

To add a page, write ``pages/<name>.py`` and name it in the import below:

.. code-block:: python

    @page("/claim/{id}", template="claim.html", tables=("claims", "stances"))
    async def claim(visit: Visit) -> Answer:
        '''One claim with everybody's stance.'''
        rows = await visit.rows("select id, text from claims where id = ?", [visit.ids["id"]])
        if not rows:
            raise not_found("claim", visit.ids["id"], "All claims stand in the claims table.")
        data = {"claim": dict(rows[0])}
        return Answer(rows[0]["text"], "Eight stances on this claim: …", data)

and ``templates/claims/claim.html``:

.. code-block:: jinja

    {% extends "claims/base.html" %}
    {% block page %}<p>{{ data.claim.text }} <a href="{{ links.table("stances", claim=data.claim.id) }}">…</a></p>
    {% endblock %}

The frame does the rest: the gate (``tables`` and ``action``; ask ``await visit.sees("mentions")`` before showing
anything of a further table), the ``.json`` twin of ``data``, title, crumbs, navigation (give a ``label``), the
sentence at the top, “Cite”, the notice of a failed load, dark mode and print. Raise ``bad_request``, ``not_found``
or ``PageError`` with a sentence and a remedy. Make URLs with ``visit.links``, words with ``wording``, pills with
``marks`` (in templates: ``marks.stance(…)``, ``wording.count(…)``).
"""

# Each of these declares its pages when it is imported.
from . import (  # noqa: F401
    actor,
    add,
    adjudicate,
    agreement,
    anchorings,
    annotate,
    assignments,
    attach,
    changes,
    claim,
    coding,
    compare,
    compare_cell,
    contradictions,
    edit,
    edit_acts,
    history,
    protecting,
    reading,
    review,
    start,
    statement,
    suggest,
    undo,
)
from .errors import PageError, bad_request, not_found
from .framework import Answer, Page, Visit, page, routes

__all__ = ["Answer", "Page", "PageError", "Visit", "bad_request", "not_found", "page", "routes"]
