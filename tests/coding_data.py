"""Two coders' readings of a short text, drafts and proposals: rows for the tests of review and adjudication."""

import hashlib

from datasette_claims.loading.writing import Change, apply_changes

TEXT = (
    "Mr Hunt said the threat was rising. “We are ready,” said General Ghika. Officials denied the report. "
    "“It is quiet,” she added, according to a local paper."
)
DOCUMENT = "coded-2019-05-20"


def at(words, start=0):
    begin = TEXT.index(words, start)
    return begin, begin + len(words)


def document(conn):
    values = {"title": "A coded text", "kind": "news_article", "rights": "cc0", "text": TEXT, "text_length": len(TEXT)}
    values["text_sha256"] = hashlib.sha256(TEXT.encode()).hexdigest()
    apply_changes(conn, [Change("insert", "documents", DOCUMENT, values)], "root")


def reading(coder, id, words, content, source, cue=None, *, speaker=None, kind="indirect", stances=(), status="draft"):
    """The changes that make one report: statement, mention, evidence, stances; coder None: the record's own."""
    start, end = at(words)
    parts = [("source", source), ("cue", cue), ("content", content)]
    statement = {"content": content, "kind": "utterance", "report_type": kind, "speaker": speaker, "document": DOCUMENT}
    mention = {"statement": id, "document": DOCUMENT, "report_type": kind, "speaker_label": source, "cue": cue}
    mention |= {"content": content, "span_start": start, "span_end": end, "quote": words, "coder": coder}
    made = [Change("insert", "statements", id, {**statement, "status": status, "speaker_label": source})]
    made.append(Change("insert", "mentions", f"{id}--m", {**mention, "status": status}))
    for part, said in parts:
        if said:
            a, b = at(said, start)
            row = {"mention": f"{id}--m", "part": part, "span_start": a, "span_end": b, "quote": said}
            made.append(Change("insert", "evidence", f"{id}--{part}", row))
    for claim, side in stances:
        values = {"claim": claim, "stance": side, "basis": "explicit", "actor": speaker, "statement": id}
        made.append(Change("insert", "stances", f"{claim}--{id}", {**values, "coder": coder, "status": status}))
    return made


HUNT = ("Mr Hunt said the threat was rising", "the threat was rising", "Mr Hunt", "said")
GHIKA = ("“We are ready,” said General Ghika", "“We are ready,”", "General Ghika", "said")
OFFICIALS = ("Officials denied the report", "the report", "Officials", "denied")
QUIET = ("“It is quiet,” she added", "“It is quiet,”", "she", "added")


def two_coders(conn):
    """ann and ben agree on Hunt, differ on Ghika (type, stance), and each marks one report that the other does not."""
    side = [("threat-increasing", "supports")]
    changes = [
        *reading("ann", "ann-hunt", *HUNT, speaker="jeremy-hunt", stances=side),
        *reading("ben", "ben-hunt", *HUNT, speaker="jeremy-hunt", stances=side),
        *reading("ann", "ann-ghika", *GHIKA, speaker="chris-ghika", kind="direct"),
        *reading(
            "ben", "ben-ghika", *GHIKA, speaker="chris-ghika", kind="mixed", stances=[("threat-increasing", "disputes")]
        ),
        *reading("ann", "ann-officials", *OFFICIALS),
        *reading("ben", "ben-quiet", *QUIET, kind="direct"),
    ]
    apply_changes(conn, changes, "importer")


def drafts(conn):
    """Two drafts of the record, the second with a proposed speaker who is a draft too."""
    changes = [
        Change("insert", "actors", "local-officials", {"name": "Local officials", "kind": "group", "status": "draft"}),
        *reading(None, "draft-hunt", *HUNT, speaker="jeremy-hunt", stances=[("threat-increasing", "supports")]),
        *reading(None, "draft-officials", *OFFICIALS, speaker="local-officials"),
        *reading(None, "draft-quiet", *QUIET, kind="direct"),
    ]
    apply_changes(conn, changes, "drafter")


def proposal(conn, id, kind, subject, **values):
    given = {"kind": kind, "subject_type": "statement", "subject": subject, "status": "open", "reason": "It may be so."}
    apply_changes(conn, [Change("insert", "proposals", id, {**given, **values})], "drafter")
