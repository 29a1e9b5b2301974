"""Documents that the tests of the reading page add to a claims database."""

import sqlite3

from datasette_claims.schema import migrate

TRICKY = (
    "Überschrift 👩‍👩‍👧\r\n\r\n"
    "Cafe\u0301 & <b>bold</b> \u201cשלום עולם\u201d said the minister.\r\nSecond line.\r\n\r\n"
    "مرحبا بالعالم هذا نص\r\n\r\n🇬🇧🇩🇪 flags"
)
"""Line ends, emoji, combining marks, two directions and markup in one text."""


def add_document(path, id="tricky", text=TRICKY, spans=(), address=None):
    """A document with a text and a mention with evidence for each span, by one speaker."""
    conn = sqlite3.connect(path)
    migrate(conn)
    conn.execute(
        "insert or ignore into actors (id, name, kind, revision) values ('minister', '<i>Minister</i>', 'person', 1)"
    )
    conn.execute(
        "insert into documents (id, title, kind, rights, text, text_length, url, revision) "
        "values (?, 'A <tricky> title', 'news_article', 'cc0', ?, ?, ?, 1)",
        [id, text, len(text), address],
    )
    for n, (start, end) in enumerate(spans):
        conn.execute(
            "insert into statements (id, content, speaker, kind, report_type, document, revision) "
            "values (?, 'x', 'minister', 'utterance', 'direct', ?, 1)",
            [f"{id}-s{n}", id],
        )
        conn.execute(
            "insert into mentions (id, statement, document, report_type, span_start, span_end, quote, revision) "
            "values (?, ?, ?, 'direct', ?, ?, ?, 1)",
            [f"{id}-m{n}", f"{id}-s{n}", id, start, end, text[start:end]],
        )
        conn.execute(
            "insert into evidence (id, mention, part, span_start, span_end, quote, revision) "
            "values (?, ?, 'verbatim', ?, ?, ?, 1)",
            [f"{id}-e{n}", f"{id}-m{n}", start, end, text[start:end]],
        )
    conn.commit()
    conn.close()


def add_long_document(path, words=2_000, mentions=120, id="long"):
    """A long document with overlapping mentions, two marks each; returns its id."""
    text = "\n\n".join(" ".join(f"word{n}" for n in range(start, start + 50)) for start in range(0, words, 50))
    step = len(text) // mentions
    add_document(path, id, text, [(n * step, min(len(text), n * step + step * 3 // 2)) for n in range(mentions)])
    return id
