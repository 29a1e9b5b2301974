"""What was read in earlier versions of a document and stands in this one too, by its stored anchorings.

A mention keeps its own version. Here it is shown where its passage was found, with what became of its words; those
that are ambiguous or gone are on the page of the passages (``anchorings``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import replace

from .reading_rows import Carried, Mention, Reading, Sight, Span, read

# Not a join: for one SQLite reads all documents first, into a Bloom filter.
_EARLIER = """
with recursive earlier(id, depth) as (
  select revision_of, 1 from documents where id = :document and revision_of is not null
  union select (select revision_of from documents where id = earlier.id) as before, depth + 1 from earlier
  where before is not null and depth < 1000
)
select e.id, d.published_on from earlier e join documents d on d.id = e.id where e.id <> :document
group by e.id order by min(e.depth)
"""

_PLACES = """
select subject_type, subject, span_start, span_end, state, decided_by is not null from anchorings
where document = ? and span_start is not null
"""


def with_carried(conn: sqlite3.Connection, reading: Reading, sight: Sight, blind: Collection[str] = ()) -> Reading:
    """The reading with the mentions of earlier versions whose passages stand in it, the nearest version first.

    A passage that this version reports itself, as the same statement at the same place, is not shown twice. Of the
    versions in ``blind`` only the viewer's own rows are shown.
    """
    document = reading.document["id"]
    earlier = conn.execute(_EARLIER, {"document": document}).fetchall()
    if not earlier or reading.text is None or not sight.anchorings:
        return reading
    places = {(row[0], row[1]): tuple(row)[2:] for row in conn.execute(_PLACES, [document])}
    carried: list[Mention] = []
    for id, published_on in earlier:
        old = read(conn, id, replace(sight, blind=sight.blind or id in blind))
        for mention in old.mentions if old is not None else ():
            place = places.get(("mention", mention.id))
            if place is None:
                continue
            start, end, state, decided = place
            if _told_here([*reading.mentions, *carried], mention.statement, start, end):
                continue
            spans = (_moved(span, places.get(("evidence", span.id))) for span in mention.spans)
            told = Carried(id, published_on or "", state, bool(decided), mention.quote or "")
            number = len(reading.mentions) + len(carried) + 1
            kept = tuple(span for span in spans if span is not None)
            carried.append(replace(mention, number=number, start=start, end=end, spans=kept, carried=told))
    return replace(reading, carried=tuple(carried))


def in_order(reading: Reading) -> tuple[Mention, ...]:
    """The mentions of this version and of earlier ones in the order of the text; those without a place last."""
    if not reading.carried:
        return reading.mentions
    every = (*reading.mentions, *reading.carried)
    return tuple(sorted(every, key=lambda m: (m.start is None, m.start or 0, -(m.end or 0), m.number)))


def _told_here(mentions: Sequence[Mention], statement: str, start: int, end: int) -> bool:
    return any(
        mention.statement == statement
        and mention.start is not None
        and mention.end is not None
        and mention.start < end
        and start < mention.end
        for mention in mentions
    )


def _moved(span: Span, place: tuple[int, int, str, bool] | None) -> Span | None:
    return None if place is None else span._replace(start=place[0], end=place[1])
