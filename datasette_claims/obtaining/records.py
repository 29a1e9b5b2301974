"""Articles as records: JSON Lines and Parquet -> one text each. Parquet needs pyarrow, in the extra ``[distributed]``.

A record has its article in ``text`` or, as a page, in ``html``; beside it may stand title, byline, publisher,
published_on, language, url and retrieved_at. Other columns are passed over and named once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timezone
from typing import Any, BinaryIO

from .raw import Consumed, Raw
from .refusals import NotObtained
from .values import day, one_line, tag, web_address

BODIES = {"text": "text", "html": "html"}
READ: dict[str, Callable[[str], str | None]] = {
    "title": one_line,
    "byline": one_line,
    "publisher": one_line,
    "published_on": day,
    "language": tag,
    "url": web_address,
}
BATCH = 256
"""Rows of a Parquet file that are held at once."""


def read_json_lines(
    file: BinaryIO, source: str, limit: int, passed: Callable[[str], None], consumed: Consumed
) -> Iterator[Raw | NotObtained]:
    """The article of each line; for a line that has none, the reason. No line may be longer than ``limit`` bytes."""
    others: set[str] = set()
    number = 0
    while line := file.readline(limit + 1):
        number += 1
        consumed(len(line))
        if len(line) > limit:
            raise NotObtained(f"{source}:{number}", f"the line is longer than {limit:,} bytes", "divide the article")
        if line.strip():
            yield _of_line(line, f"{source}:{number}", others)
    _tell(source, others, passed)


def _of_line(line: bytes, source: str, others: set[str]) -> Raw | NotObtained:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return NotObtained(source, f"not valid JSON ({error})", "write one object a line, in UTF-8")
    if not isinstance(record, dict):
        return NotObtained(source, "the line is no object", "write {“text”: “…”}")
    return _article(record, source, others)


def read_parquet(
    file: BinaryIO, source: str, passed: Callable[[str], None], consumed: Consumed
) -> Iterator[Raw | NotObtained]:
    """The article of each row of a Parquet file; for a row that has none, the reason."""
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        wrong = "Parquet files are read with pyarrow, which is not installed"
        raise NotObtained(source, wrong, "install it: pip install 'datasette-claims[distributed]'") from error
    size = file.seek(0, 2)
    file.seek(0)
    others: set[str] = set()
    try:
        table = ParquetFile(file)
        rows, number = table.metadata.num_rows, 0
        for batch in table.iter_batches(batch_size=BATCH):
            for record in batch.to_pylist():
                number += 1
                yield _article(record, f"{source}:{number}", others)
            consumed(size * batch.num_rows // max(rows, 1))
    except (ArrowException, OSError) as error:
        wrong = f"the Parquet file is damaged, or is none ({str(error).splitlines()[0]})"
        raise NotObtained(source, wrong, "get it again; the rows before this place were read") from error
    _tell(source, others, passed)


def _article(record: Mapping[str, Any], source: str, others: set[str]) -> Raw | NotObtained:
    bodies = [name for name in BODIES if record.get(name)]
    others.update(name for name in record if name not in (*BODIES, *READ, "retrieved_at"))
    if len(bodies) != 1 or not isinstance(record[bodies[0]], str):
        wrong = "it has both a text and a page" if len(bodies) > 1 else "it has no article"
        return NotObtained(source, wrong, "give the article in “text”, or in “html” as a page")
    stated, notes = [], []
    for name, read in READ.items():
        given = _as_text(record.get(name))
        value = read(given) if given else None
        if value is not None:
            stated.append((name, value))
        elif given:
            notes.append(f"What stands in “{name}” could not be read and was left out: {given[:80]}")
    content = record[bodies[0]].encode("utf-8", "replace")
    at = _as_text(record.get("retrieved_at"))
    return Raw(content, source, BODIES[bodies[0]], "utf-8", None, at or None, tuple(stated), tuple(notes))


def _as_text(value: object) -> str:
    """A cell as text; a moment as ISO 8601 in UTC."""
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
        return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


def _tell(source: str, others: set[str], passed: Callable[[str], None]) -> None:
    if others:
        passed(f"{source}: passed over: columns {', '.join(sorted(others))}")
