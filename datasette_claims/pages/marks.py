"""How words of the vocabulary, stances, quotations and checksums look, as HTML. Data is always escaped.

A stance is told by a glyph, a word and a colour, in that order of importance; its basis by the border. These
functions know no request, so that table cells, templates and strings built for large pages share them.
"""

from __future__ import annotations

from functools import cache

from markupsafe import Markup, escape

from ..schema.vocabulary import BASIS, STANCE, WORDING, Enumeration

GLYPHS = {
    "supports": "▲",
    "disputes": "▼",
    "mixed": "◆",
    "neutral": "●",
    "queries": "?",
    "declines": "–",
}
"""The glyph of each stance."""

_OPENING = "“”„«‘‚‹\"'"


_WORDS: dict[tuple[str, str], Markup] = {}
"""The words of the vocabulary that were shown: a page of a table has thousands of them."""


def word(enumeration: Enumeration, stored: str) -> Markup:
    """A stored word as its label, with the word itself and its meaning in the title; unknown words as they are."""
    made = _WORDS.get((enumeration.name, stored))
    if made is None:
        try:
            term = enumeration.term(stored)
        except KeyError:
            return escape(stored)
        made = _WORDS[enumeration.name, stored] = Markup(
            '<span class="claims-word" data-word="{}" title="{}: {}">{}</span>'
        ).format(stored, stored, term.meaning, term.label)
    return made


def stance(stored: str, basis: str | None = None) -> Markup:
    """A stance as a labelled pill; ``basis`` draws its border and is told in the title."""
    if stored not in GLYPHS:
        return escape(stored)
    return _stance(stored, basis if basis in BASIS.words else None)


@cache
def _stance(stored: str, known: str | None) -> Markup:
    term = STANCE.term(stored)
    told = f"{stored}: {term.meaning}"
    if known:
        told += f" Basis: {BASIS.term(known).label}. {BASIS.term(known).meaning}"
    return Markup(
        '<span class="claims-stance claims-{stance}{basis}" data-word="{stance}" title="{told}">'
        '<span class="claims-glyph" aria-hidden="true">{glyph}</span> {label}</span>'
    ).format(
        stance=stored,
        basis=Markup(" claims-basis-{}").format(known) if known else "",
        told=told,
        glyph=GLYPHS[stored],
        label=term.label,
    )


def basis(stored: str) -> Markup:
    """A basis as a label with the border that it gives to a stance."""
    return _basis(stored) if stored in BASIS.words else escape(stored)


@cache
def _basis(stored: str) -> Markup:
    term = BASIS.term(stored)
    return Markup('<span class="claims-basis claims-basis-{}" data-word="{}" title="{}: {}">{}</span>').format(
        stored, stored, stored, term.meaning, term.label
    )


def content(text: str, wording: str | None) -> Markup:
    """What was said, set by whose words it holds: the speaker's own as a quotation, the rest as plain text."""
    if wording == "verbatim":
        tag = "span" if text[:1] in _OPENING else "q"
        return Markup(f'<{tag} class="claims-quote">{escape(text)}</{tag}>')
    return Markup(f"{_said(wording if wording in WORDING.words else None)}{escape(text)}</span>")


@cache
def _said(wording: str | None) -> Markup:
    """What stands before words that are no quotation."""
    if wording is None:
        return Markup('<span class="claims-said">')
    term = WORDING.term(wording)
    return Markup('<span class="claims-said claims-wording-{}" title="{}: {}">').format(
        wording, term.label, term.meaning
    )


def quotation(text: str) -> Markup:
    """Words copied from a document, with the marks that they have there and no others."""
    return Markup('<span class="claims-quote">{}</span>').format(text)


def checksum(value: str) -> Markup:
    """A checksum by its first twelve digits; all of it in the title."""
    return Markup('<code class="claims-hash" title="{}">{}…</code>').format(value, value[:12])


@cache
def legend() -> Markup:
    """Each stance and each basis with what it means, as two lists of terms."""
    made = Markup('<div class="claims-columns">')
    for heading, terms, mark in (
        ("Stance: on which side an actor is", STANCE.terms, stance),
        ("Basis: how the stance is known", BASIS.terms, basis),
    ):
        listed = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(mark(t.word), t.meaning) for t in terms)
        made += Markup("<div>\n<h3>{}</h3>\n<dl>{}</dl>\n</div>").format(heading, listed)
    return made + Markup("</div>")
