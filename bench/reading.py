"""Server time of the reading page, beside an empty page in Datasette's base template of the same run.

A mention has four marks: its own, and within it its source, cue and quoted words. Each mention has a statement, a
speaker, a stance and a card. The last line is one JSON object:

- ``page_over_empty``: the page of a document of 5,000 words with 200 marks (50 mentions) / the empty page. At most 20.
- ``dense_over_empty``: the same with 800 marks (200 mentions).
- ``growth``: 20,000 words with 2,000 marks (500 mentions) / 5,000 words with 200 marks, in time; ``linear_growth``:
  the same in bytes of the page; ``growth_over_linear``: the one divided by the other. At most about 1: time grows
  with the page.

    python bench/reading.py
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from datasette.app import Datasette

from datasette_claims.schema import migrate

RUNS = 31
SIZES = {"small": (5_000, 50), "dense": (5_000, 200), "large": (20_000, 500)}
"""Words and mentions of each document."""

_WORDS = ("harbour", "threat", "the", "says", "of", "ministry", "ships", "increase", "and", "coalition", "it", "denies")


def text_of(words: int) -> str:
    """Paragraphs of 60 words."""
    listed = [_WORDS[n * 7 % len(_WORDS)] for n in range(words)]
    return "\n\n".join(" ".join(listed[n : n + 60]) for n in range(0, words, 60))


def fill(path: Path) -> None:
    """A claims database with the documents of ``SIZES``."""
    conn = sqlite3.connect(path)
    migrate(conn)
    conn.executemany(
        "insert into actors (id, name, kind, country, revision) values (?, ?, 'person', 'GB', 1)",
        [(f"actor-{n}", f"Actor {n}") for n in range(40)],
    )
    conn.executemany(
        "insert into claims (id, text, kind, revision) values (?, ?, 'factual', 1)",
        [(f"claim-{n}", f"The ships increase the threat of harbour number {n}.") for n in range(30)],
    )
    for name, (words, mentions) in SIZES.items():
        _document(conn, name, text_of(words), mentions)
    conn.commit()
    conn.execute("analyze")
    conn.close()


def _document(conn: sqlite3.Connection, name: str, text: str, mentions: int) -> None:
    conn.execute(
        "insert into documents (id, title, kind, rights, text, text_length, revision) "
        "values (?, ?, 'news_article', 'cc0', ?, ?, 1)",
        [name, f"The {name} document", text, len(text)],
    )
    step = len(text) // mentions
    length = step + step // 4  # each reaches into the next one
    for n in range(mentions):
        id, start = f"{name}-{n}", n * step
        end = min(start + length, len(text))
        conn.execute(
            "insert into statements (id, content, speaker, country, speaker_label, speaker_role, kind, report_type, "
            "document, revision) values (?, 'ships increase', ?, 'GB', 'he', 'minister', 'utterance', 'direct', ?, 1)",
            [id, f"actor-{n % 40}", name],
        )
        conn.execute(
            "insert into mentions (id, statement, document, report_type, speaker_label, content, span_start, span_end, "
            "revision) values (?, ?, ?, 'direct', 'he', 'ships increase', ?, ?, 1)",
            [f"{id}--m", id, name, start, end],
        )
        third = (end - start) // 3
        conn.executemany(
            "insert into evidence (id, mention, part, span_start, span_end, revision) values (?, ?, ?, ?, ?, 1)",
            [
                (f"{id}--{part}", f"{id}--m", part, start + k * third, start + (k + 1) * third)
                for k, part in enumerate(("source", "cue", "verbatim"))
            ],
        )
        conn.execute(
            "insert into stances (id, claim, stance, basis, actor, country, statement, revision) "
            "values (?, ?, 'supports', 'explicit', ?, 'GB', ?, 1)",
            [f"{id}--t", f"claim-{n % 30}", f"actor-{n % 40}", id],
        )


async def measure(path: Path, templates: Path) -> dict[str, float]:
    """Milliseconds of the empty page and of each document, medians of interleaved requests; and bytes."""
    (templates / "pages").mkdir()
    (templates / "pages" / "empty.html").write_text('{% extends "base.html" %}{% block content %}{% endblock %}')
    site = Datasette([str(path)], template_dir=str(templates))
    await site.invoke_startup()
    urls = {"empty": "/empty", **{name: f"/{path.stem}/-/claims/read/{name}" for name in SIZES}}
    times: dict[str, list[float]] = {name: [] for name in urls}
    found: dict[str, float] = {}
    for run in range(RUNS + 3):
        for name, url in urls.items():
            if name == "large" and run % 4:
                continue
            begin = time.perf_counter()
            answer = await site.client.get(url)
            taken = time.perf_counter() - begin
            if answer.status_code != 200:
                raise SystemExit(f"{url}: {answer.status_code}")
            found[f"{name} bytes"] = len(answer.content)
            if run >= 3:
                times[name].append(taken * 1000)
    return found | {name: median(listed) for name, listed in times.items()}


def main() -> None:
    """Measure and print; the last line is the JSON object of ratios."""
    with tempfile.TemporaryDirectory() as folder:
        path, templates = Path(folder) / "bench.db", Path(folder) / "templates"
        templates.mkdir()
        fill(path)
        found = asyncio.run(measure(path, templates))
    for name in ("empty", *SIZES):
        print(f"{name:6} {found[name]:8.2f} ms {found[f'{name} bytes']:10,.0f} bytes", file=sys.stderr)
    growth, linear = found["large"] / found["small"], found["large bytes"] / found["small bytes"]
    ratios = {
        "page_over_empty": found["small"] / found["empty"],
        "dense_over_empty": found["dense"] / found["empty"],
        "growth": growth,
        "linear_growth": linear,
        "growth_over_linear": growth / linear,
    }
    print(json.dumps({name: round(value, 2) for name, value in ratios.items()}))


if __name__ == "__main__":
    main()
