"""The cards beside a text, one a mention, and the groups by which text and cards are coloured. Pure functions.

Large documents have thousands of cards, so they are built as strings here and not in a template.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from markupsafe import Markup, escape

from ..schema.vocabulary import ANCHOR_STATE, COUNTRY_BASIS, REPORT_TYPE, STANCE
from . import marks, wording
from .links import encode
from .passages import anchor
from .reading_rows import Mention, Stance
from .status import status_mark

COLOURS = ("speaker", "country", "stance")
"""By what text and cards can be coloured; the first is the default."""

_SENSES = {"nationality": ", by nationality", "based_in": ", based there"}
"""How a card tells in which sense the speaker has a country; without a word the speaker speaks for it."""
_HUES, _LINES = 8, 4  # colours and kinds of underline in reading.css; no two of the first 32 groups share both
_FRAGMENT_WORDS = 6  # words at either end that a text fragment names of a long quotation


@dataclass(frozen=True, slots=True)
class Group:
    """Mentions of one colour: a key, a label for people, the classes of the style sheet, and how many there are.

    ``parameter`` and ``value`` are the filter that chooses exactly this group, "" where there is none.
    """

    key: str
    label: str
    classes: str
    count: int
    parameter: str = ""
    value: str = ""


def groups(mentions: Sequence[Mention], colour: str) -> dict[str, Group]:
    """The groups of a document's mentions, the most frequent first, by key. ``colour`` is one of ``COLOURS``."""
    counts: dict[str, list[Mention]] = {}
    for mention in mentions:
        counts.setdefault(key(mention, colour), []).append(mention)
    ordered = sorted(counts.items(), key=lambda item: -len(item[1]))
    if colour == "stance":
        order = [*STANCE.words, "several", "none"]
        ordered.sort(key=lambda item: order.index(item[0]))
    return {name: _group(name, members, colour, n) for n, (name, members) in enumerate(ordered)}


def key(mention: Mention, colour: str) -> str:
    """The group to which a mention belongs."""
    if colour == "country":
        return mention.country
    if colour == "speaker":
        return mention.speaker or f"printed {mention.printed}"
    stances = {stance.stance for stance in mention.stances}
    return "none" if not stances else stances.pop() if len(stances) == 1 else "several"


def _group(name: str, members: list[Mention], colour: str, n: int) -> Group:
    first, count = members[0], len(members)
    if colour == "stance":
        if name in STANCE.words:
            return Group(name, STANCE.term(name).label, f"claims-hue-{name}", count, "stance", name)
        label = "Several stances" if name == "several" else "No stance on record"
        return Group(name, label, f"claims-hue-{name}", count)
    classes = f"claims-hue-{n % _HUES} claims-line-{(n + n // _HUES) % _LINES}"
    if colour == "country":
        return Group(name, country(first), classes, count, "country", name)
    return Group(name, first.who, classes, count, "actor" if first.speaker else "", first.speaker or "")


def country(mention: Mention) -> str:
    """The speaker's country by name."""
    return "Country not stated" if mention.country == "not_stated" else mention.country_name or mention.country


@dataclass(frozen=True)
class Cards:
    """How cards are written: what is where, and what the viewer asked for.

    ``ranges`` are the pieces of the text by mention id, ``dimmed`` and ``here`` ids of mentions. ``page`` makes the
    URL of a page of ours from its path and an id; ``original`` is the URL of the document, if it has one; ``edit`` the
    path of the pages on which mentions are corrected, for those who may.
    """

    groups: Mapping[str, Group]
    colour: str
    ranges: Mapping[str, Sequence[tuple[int, int]]]
    dimmed: Collection[str]
    here: Collection[str]
    page: Callable[[str, str], str]
    original: str = ""
    edit: str = ""

    def write(self, mentions: Sequence[Mention]) -> Markup:
        """All cards in text order, as items of a list."""
        first: dict[str, Mention] = {}
        for mention in mentions:
            first.setdefault(mention.statement, mention)
        return Markup("\n".join(self._card(mention, first[mention.statement]) for mention in mentions))

    def _card(self, mention: Mention, first: Mention) -> str:
        name = anchor(mention.id)
        dim = " claims-dim" if mention.id in self.dimmed else ""
        here = " claims-here" if mention.id in self.here else ""
        current = ' aria-current="true"' if here else ""
        ranges = " ".join(f"{first}-{last}" for first, last in self.ranges.get(mention.id, ()))
        classes = f"claims-card {self.groups[key(mention, self.colour)].classes}{dim}{here}"
        return (
            f'<li class="{classes}" id="m-{name}" data-ranges="{ranges}"{current}>'
            f"{self._who(mention, name, bool(ranges))}{_role(mention)}{self._how(mention, first)}"
            f"{self._carried(mention)}{self._said(mention)}{self._stances(mention.stances)}</li>"
        )

    def _who(self, mention: Mention, name: str, placed: bool) -> str:
        number = f"<b>{mention.number}</b>"
        if placed:
            told = f"{mention.number}, in the text"
            number = f'<a class="claims-card-number" href="#a-{name}" aria-label="{told}">{mention.number}</a>'
        who = str(escape(mention.who))
        if mention.speaker and mention.speaker_name:
            who = f'<a class="claims-card-name" href="{escape(self.page("actor", mention.speaker))}">{who}</a>'
        else:
            who = f'<span class="claims-card-name">{who}</span>'
        basis = COUNTRY_BASIS.term(mention.country_basis)
        of = _SENSES.get(basis.word, "")
        where = f'<span title="{escape(basis.meaning)}">{escape(country(mention))}{of}</span>'
        mark = f" {status_mark(mention.status)}" if mention.status != "reviewed" else ""
        if self.edit:  # before the country, so that a narrow card does not cut it off
            told = escape(f"Edit number {mention.number}, {mention.who}")
            url = escape(f"{self.edit}/{encode(mention.id)}")
            mark += f' <a class="claims-card-edit" href="{url}" aria-label="{told}">edit</a>'
        return f'<p class="claims-card-who">{number} {who}{mark} <span class="claims-card-country">{where}</span></p>'

    def _how(self, mention: Mention, first: Mention) -> str:
        parts = [report_type(mention.report_type)]
        date = wording.full_dates(mention.date_start, mention.date_end)
        if date:
            told = f'<time datetime="{escape(mention.date_start or "")}">{escape(date)}</time>'
            parts[0] += f'<span class="claims-card-when"> · {told}</span>'
        told = escape(f"The statement of {mention.who}, number {mention.number}")
        url = escape(self.page("statement", mention.statement))
        parts.append(f'<a href="{url}" aria-label="{told}">statement</a>')
        if first is not mention:
            parts[-1] += f', the same as <a href="#m-{anchor(first.id)}">{first.number}</a>'
        verbatim = next((span.quote for span in mention.spans if span.part == "verbatim" and span.quote), "")
        if self.original and verbatim:
            url = escape(fragment_url(self.original, verbatim))
            parts.append(f'<a href="{url}" aria-label="Number {mention.number} in the original">in the original</a>')
        return f'<p class="claims-card-how">{" · ".join(parts)}</p>'

    def _carried(self, mention: Mention) -> str:
        """From which version the mention is carried over, and what became of its words."""
        where = mention.carried
        if where is None:
            return ""
        date = wording.full_date(where.published_on)
        url = f"{self.page('read', where.document)}?annotation={quote(mention.id, safe='')}#a-{anchor(mention.id)}"
        state = ANCHOR_STATE.term(where.state)
        link = f'<a href="{escape(url)}">an earlier version{escape(f", {date}" if date else "")}</a>'
        decided = "; a person chose the place" if where.decided else ""
        words = f' <del dir="auto">{escape(where.words)}</del>' if where.state == "changed" and where.words else ""
        told = f'<span title="{escape(state.meaning)}">{escape(state.label.lower())}</span>'
        return f'<p class="claims-card-carried">Read in {link}; here {told}{decided}.{words}</p>'

    def _said(self, mention: Mention) -> str:
        """What was said, where the text does not show it: the words of the record instead of the document's."""
        if mention.wording != "paraphrase" or not mention.content:
            return ""
        return f'<p class="claims-card-said" dir="auto">{marks.content(mention.content, mention.wording)}</p>'

    def _stances(self, stances: Sequence[Stance]) -> str:
        if not stances:
            return ""
        return f'<ul class="claims-card-stances">{"".join(self._stance(stance) for stance in stances)}</ul>'

    def _stance(self, stance: Stance) -> str:
        text, url = escape(stance.text or stance.claim), escape(self.page("claim", stance.claim))
        mark = f" {status_mark(stance.fields['status'])}" if stance.fields["status"] != "reviewed" else ""
        return f'<li>{_pill(stance.stance, stance.basis)}{mark} <a href="{url}" title="{text}">{text}</a></li>'


def _role(mention: Mention) -> str:
    """As printed where that is not the name, the role, the organization; nothing if none is known."""
    parts = []
    if mention.printed and mention.printed.casefold() != mention.who.casefold():
        parts.append(f'<span dir="auto">printed “{escape(mention.printed)}”</span>')
    if mention.role:
        parts.append(str(escape(mention.role)))
    if mention.organization and mention.organization != mention.who:
        parts.append(str(escape(mention.organization)))
    return f'<p class="claims-card-role">{", ".join(parts)}</p>' if parts else ""


@lru_cache(maxsize=64)
def _pill(stance: str, basis: str) -> str:
    return str(marks.stance(stance, basis))


@lru_cache(maxsize=16)
def report_type(word: str) -> str:
    """A report type as its label with its meaning."""
    return str(marks.word(REPORT_TYPE, word))


def fragment_url(url: str, *passages: str) -> str:
    """A link that opens a page at the first of these passages and marks all of them (URL Fragment Text Directives,
    WICG).

    A passage must stand in the page without a gap. A long one is named by its first and last words, so that the link
    stays short.
    """
    named = "&".join(f"text={_directive(passage.split())}" for passage in passages)
    return f"{url.partition('#')[0]}#:~:{named}"


def _directive(words: Sequence[str]) -> str:
    ends = [" ".join(words)]
    if len(words) > 3 * _FRAGMENT_WORDS:
        ends = [" ".join(words[:_FRAGMENT_WORDS]), " ".join(words[-_FRAGMENT_WORDS:])]
    return ",".join(quote(end, safe="").replace("-", "%2D") for end in ends)
