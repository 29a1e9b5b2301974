"""Marking a passage: a statement with its mention, the parts of the mention, and the stances that it takes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from ..loading.problems import LoadError, Problem
from .acts import Act, By, Gathered, find, problem, refuse
from .places import Place, Source, open_source, read_marks, segment_of, whole_number
from .references import actor, checked, claim, membership, picked
from .slugs import slug, telling

BOTH = ("report_type", "cue", "content", "wording", "speaker_label", "identification")
"""What a statement and its mention share; a statement takes it from its first mention."""

STATEMENT = (
    *("kind", "country", "country_basis", "speaker_role", "attribution_terms", "speech_act", "date_text"),
    *("date_start", "date_end", "date_basis", "channel", "access", "audience_label", "polarity", "certainty"),
    *("hedge_terms", "translation", "note"),
)
"""What the form gives of a new statement alone, besides references."""

ACTORS = ("speaker", "organization", "on_behalf_of", "audience")
STATEMENTS = ("parent_statement", "in_reply_to")
PARTS = {
    "source": "speaker_label",
    "cue": "cue",
    "date": "date_text",
    "audience": "audience_label",
    "hedge": "hedge_terms",
}
"""Parts of a mention whose words stand in a field, which are looked for within the passage."""

MOST_STANCES = 12
UNKNOWN = "?"
"""Stands for a statement that cannot be made, while the rest of a form is checked; nothing of it is written."""

_LEFT_OUT = re.compile(r"\[…\]|\[\.\.\.\]|…")
_OPEN, _CLOSE = "“„«‘\"'", "”“»’\"'"

Form = Mapping[str, str]


def annotate(conn: sqlite3.Connection, document: str, form: Form, marks: Sequence[str], by: By) -> Act:
    """Mark a passage of a document.

    ``form`` has the fields of the annotation form by name, as text; ``start`` and ``end`` are code points. With
    ``statement`` the passage is another mention of that statement, else of a new one. ``marks`` are the parts
    (``places.read_marks``); parts that are not marked are looked for in the passage by the words of their fields.

    Raises LoadError with everything that is wrong, by field.
    """
    made = Gathered(conn, by)
    source = open_source(conn, document)
    start, end = whole_number(form.get("start", ""), "start"), whole_number(form.get("end", ""), "end")
    passage = source.passage(start, end, form.get("exact", ""))
    wrong: list[Problem] = []
    shared = _shared(made, form, source, (start, end), wrong)
    places = _parts(form, source, (start, end), read_marks(list(marks), source), wrong)
    statement = _statement(made, form, source, shared, wrong)
    if statement is None or wrong:
        _stances(made, form, UNKNOWN, wrong)  # so that everything that is wrong is told at once
        raise LoadError(wrong)
    segment = segment_of(conn, document, start, end)
    place = "--".join([statement, document, str(segment["kind"]) if segment else "text"])
    values = {
        **shared,
        "statement": statement,
        "document": document,
        "segment": segment["id"] if segment else None,
        "span_start": start,
        "span_end": end,
        "quote": source.quote("mention", passage.start, passage.end),
    }
    mention = made.insert("mentions", made.free("mentions", place), values)
    add_parts(made, mention, source, _with_verbatim(form, source, places, shared, (start, end)))
    _stances(made, form, statement, wrong)
    if wrong:
        raise LoadError(wrong)
    return made.act("mentions", mention)


def add_parts(made: Gathered, mention: str, source: Source, parts: Sequence[Place]) -> None:
    """New evidence rows of a mention."""
    counts: dict[str, int] = {}
    for part in parts:
        counts[part.part] = counts.get(part.part, 0) + 1
        values = {
            "mention": mention,
            "part": part.part,
            "span_start": part.start,
            "span_end": part.end,
            "quote": source.quote(part.part, part.start, part.end),
        }
        made.insert("evidence", made.free("evidence", f"{mention}--{part.part}-{counts[part.part]}"), values)


def _shared(
    made: Gathered, form: Form, source: Source, span: tuple[int, int], wrong: list[Problem]
) -> dict[str, object]:
    """What statement and mention share. Whose words the content holds follows from the text where it is not said."""
    cells = {name: form.get(name, "").strip() for name in BOTH}
    if not cells["wording"]:
        cells["wording"] = wording_of(source, cells["content"], cells["report_type"], span)
    try:
        values = checked(made, "mentions", {**cells, "statement": "x", "document": source.id})
    except LoadError as error:
        wrong.extend(error.problems)
        return {}
    if values.get("wording") == "verbatim" and not located(source, cells["content"], span):
        remedy = "copy them exactly as they stand there, or choose another wording"
        wrong.append(
            problem("content", "", "these words do not stand in the passage, so they are not verbatim", remedy)
        )
    return {name: value for name, value in values.items() if name in BOTH}


def wording_of(source: Source, content: str, report_type: str, span: tuple[int, int]) -> str:
    """Whose words a content is: a word of ``wording``, by whether it stands in the passage, and within marks."""
    if not content:
        return ""
    places = located(source, content, span)
    if not places:
        return "paraphrase"
    if report_type == "direct" or all(_quoted(source.text, *place) for place in places):
        return "verbatim"
    return "mixed" if report_type == "mixed" else "reported"


def located(source: Source, content: str, span: tuple[int, int]) -> list[tuple[int, int]]:
    """Where a content stands in the passage, in order; an ellipsis stands for what is left out between two pieces.

    Empty where any piece does not stand there.
    """
    found: list[tuple[int, int]] = []
    start, end = span
    for piece in filter(None, (each.strip() for each in _LEFT_OUT.split(content))):
        place = source.locate(piece, start, end)
        if place is None:
            return []
        found.append(place)
        start = place[1]
    return found


def _quoted(text: str, start: int, end: int) -> bool:
    """Whether a passage stands directly between quotation marks."""
    return text[start - 1 : start] in tuple(_OPEN) and text[end : end + 1] in tuple(_CLOSE)


def _statement(
    made: Gathered, form: Form, source: Source, shared: Mapping[str, object], wrong: list[Problem]
) -> str | None:
    """The statement that the passage reports: the one that was chosen, or a new one."""
    chosen = _chosen(made, form, "statement")
    if chosen:
        if find(made.conn, "statements", chosen) is None:
            wrong.append(problem("statement", chosen, "there is no such statement", "choose from the list"))
            return None
        return chosen
    references = _references(made, form, wrong)
    cells = {name: form.get(name, "").strip() for name in STATEMENT}
    cells["kind"] = cells["kind"] or "utterance"
    if cells["country"] in ("", "not_stated"):
        cells["country"] = ""
        cells["country_basis"] = ""
    cells["hedge_terms"] = ";".join(each.strip() for each in re.split(r"[;\n]", cells["hedge_terms"]) if each.strip())
    cells["hedged"] = "1" if cells["hedge_terms"] else ""
    if cells["date_start"] and not cells["date_basis"]:
        wrong.append(problem("date_basis", "", "how the date is known is missing", "choose it"))
    try:
        values = {**checked(made, "statements", cells), **shared, **references, "document": source.id}
    except LoadError as error:
        wrong.extend(error.problems)
        return None
    _known_country(made, values, wrong)
    if not form.get("speaker", "").strip() and not form.get("speaker_label", "").strip():
        remedy = "name the speaker, or write how the text names the source"
        wrong.append(problem("speaker", "", "who said it is missing", remedy))
    if wrong:
        return None
    id = made.insert("statements", _statement_id(made, values), values)
    _membership(made, form, source, values, wrong)
    return id


def _chosen(made: Gathered, form: Form, field: str) -> str:
    """The id of a statement: the one that was picked from a list, else what stands in the field."""
    return picked(made.conn, "statements", form, field) or form.get(field, "").strip()


def _references(made: Gathered, form: Form, wrong: list[Problem]) -> dict[str, str]:
    found: dict[str, str] = {}
    for field in ACTORS:
        try:
            id = actor(made, form, field)
        except LoadError as error:
            wrong.extend(error.problems)
            continue
        if id is not None:
            found[field] = id
    for field in STATEMENTS:
        id = _chosen(made, form, field)
        if id and find(made.conn, "statements", id) is None:
            wrong.append(problem(field, id, "there is no such statement", "choose from the list"))
        elif id:
            found[field] = id
    return found


def _known_country(made: Gathered, values: Mapping[str, Any], wrong: list[Problem]) -> None:
    code = values.get("country")
    if code and find(made.conn, "countries", str(code)) is None:
        wrong.append(problem("country", code, "there is no such country", "choose from the list"))


def _statement_id(made: Gathered, values: Mapping[str, Any]) -> str:
    """The speaker's last name and the words that tell most: ``ghika-no-increased-threat``."""
    speaker = str(values.get("speaker") or slug(str(values.get("speaker_label") or "")))
    words = telling(str(values.get("content") or values.get("cue") or ""))
    wanted = "-".join(part for part in (slug(speaker.rpartition("-")[2]) or slug(speaker), words) if part)
    return made.free("statements", wanted or "statement")


def _membership(made: Gathered, form: Form, source: Source, values: Mapping[str, Any], wrong: list[Problem]) -> None:
    """That the speaker holds the role, as the document attests it, where the form asks to record it."""
    if form.get("membership", "") != "1" or not values.get("speaker"):
        return
    if not values.get("speaker_role") and not values.get("organization"):
        wrong.append(problem("membership", "", "there is no role to record", "give a role or an organization"))
        return
    given = {"role": values.get("speaker_role"), "organization": values.get("organization")}
    given |= {"on_behalf_of": values.get("on_behalf_of"), "as_of": source.row["published_on"], "document": source.id}
    try:
        membership(made, str(values["speaker"]), {name: str(value) for name, value in given.items() if value})
    except LoadError as error:
        wrong.extend(error.problems)


def _parts(form: Form, source: Source, span: tuple[int, int], marked: list[Place], wrong: list[Problem]) -> list[Place]:
    """The marked parts, and those whose words stand in a field and in the passage."""
    found = list(marked)
    done = {part.part for part in marked}
    for part, field in PARTS.items():
        for words in [] if part in done else re.split(r"[;\n]", form.get(field, "")):
            place = source.locate(words, *span)
            if place is not None:
                found.append(Place(part, *place))
    for words in [] if "verbatim" in done else form.get("quoted", "").splitlines():
        place = source.locate(words, *span)
        if place is not None:
            found.append(Place("verbatim", *place))
        elif words.strip():
            remedy = "copy them exactly as they stand between the quotation marks"
            wrong.append(problem("quoted", words, "these words do not stand in the passage", remedy))
    if "content" not in done:
        whole = located(source, form.get("content", ""), span) or [(p.start, p.end) for p in _verbatim(found)]
        found += [Place("content", *place) for place in whole]
    return sorted(dict.fromkeys(found), key=lambda place: (place.start, place.end, place.part))


def _with_verbatim(
    form: Form, source: Source, parts: list[Place], shared: Mapping[str, object], span: tuple[int, int]
) -> list[Place]:
    """Where the whole content is the speaker's own words, it is also marked as such."""
    if shared.get("wording") != "verbatim" or _verbatim(parts):
        return parts
    return [*parts, *(Place("verbatim", *place) for place in located(source, form.get("content", ""), span))]


def _verbatim(parts: Sequence[Place]) -> list[Place]:
    return [part for part in parts if part.part == "verbatim"]


def _stances(made: Gathered, form: Form, statement: str, wrong: list[Problem]) -> None:
    """The stances of the form: ``claim-1``, ``stance-1``, ``basis-1`` and so on; blank ones are passed over."""
    row: Mapping[str, Any] | None = {"speaker": UNKNOWN}
    if statement != UNKNOWN:
        row = made.inserts.get(("statements", statement)) or find(made.conn, "statements", statement)
    for number in range(1, MOST_STANCES + 1):
        field = f"claim-{number}"
        if not form.get(field, "").strip():
            if form.get(f"stance-{number}", "").strip():
                wrong.append(problem(field, "", "the claim is missing", "choose or write the claim"))
            continue
        try:
            add_stance(made, form, number, statement, row or {})
        except LoadError as error:
            wrong.extend(error.problems)


def add_stance(made: Gathered, form: Form, number: int, statement: str, row: Mapping[str, Any]) -> str:
    """One stance of a statement, from the fields with this number; returns its id. Raises LoadError."""
    fields = {name: f"{name}-{number}" for name in ("stance", "basis", "actor", "note")}
    id = claim(made, form, f"claim-{number}")
    holder = actor(made, form, fields["actor"]) or row.get("speaker")
    if holder is None:
        remedy = "name the speaker of the statement, or the actor of the stance"
        raise refuse(fields["actor"], "", "whose stance it is is missing", remedy)
    cells = {name: form.get(field, "").strip() for name, field in fields.items() if name != "actor"}
    values = checked(made, "stances", {**cells, "claim": str(id), "actor": str(holder)}, fields)
    values["statement"] = statement
    for name in ("organization", "identification", "report_type"):
        if row.get(name) and holder == row.get("speaker"):
            values.setdefault(name, row[name])
    return made.insert("stances", made.free("stances", f"{id}--{holder}"), values)
