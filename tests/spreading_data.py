"""Invented articles for the tests of spreading, in every form in which they can be handed in."""

import json
import os
import random
import signal
from pathlib import Path

PEOPLE = ("Mara Olsen", "Jonas Brandt", "Ines Duarte", "Paul Stone")
ROLES = ("minister", "mayor", "spokesperson")
THINGS = (
    "the harbour bridge will open in June after two years of work",
    "the budget of the city will be cut next year",
    "inspectors were not allowed into the building on Monday",
    "the talks on the new line have failed for good",
)


def article(number):
    """A seeded article with four sources."""
    chance = random.Random(number)
    parts = [f"Council differs over plan {number}"]
    for _ in range(4):
        name, thing, place = chance.choice(PEOPLE), chance.choice(THINGS), chance.randrange(999)
        parts.append(
            chance.choice(
                (
                    f"“{thing.capitalize()} in district {place},” {name} said on Tuesday.",
                    f"{name}, the {chance.choice(ROLES)}, said that {thing} in district {place}.",
                )
            )
        )
    return "\n\n".join(parts) + "\n"


def records(count):
    """Articles as records."""
    for number in range(count):
        yield {
            "text": article(number),
            "title": f"Plan {number}",
            "published_on": "2024-05-16",
            "url": f"https://news.example/{number}",
            "publisher": "Harbour News",
            "retrieved_at": "2024-05-17T08:00:00Z",
        }


def write_lines(path, given):
    """Records as JSON Lines."""
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in given), encoding="utf-8")
    return path


def write_archive(path, number):
    """An article as the one page of a web archive."""
    from io import BytesIO

    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    page = f"<html><body><article><p>{article(number)}</p></article></body></html>".encode()
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
        record = writer.create_warc_record(
            "https://archive.example/x", "response", payload=BytesIO(page), http_headers=headers
        )
        writer.write_record(record)


def write_parquet(path, numbers):
    """Articles as Parquet, with a column that nobody reads."""
    from pyarrow import Table
    from pyarrow.parquet import write_table

    write_table(Table.from_pylist([{"text": article(n), "title": f"Row {n}", "pages": 3} for n in numbers]), path)


def write_folder(folder, lines):
    """A folder with articles in every form, ``lines`` of them as JSON Lines and one or two in each of the others."""
    folder.mkdir()
    write_lines(folder / "a.jsonl", records(lines))
    (folder / "b.txt").write_text(article(100), encoding="utf-8")
    (folder / "c.html").write_text(
        f"<html><body><article><p>{article(101)}</p></article></body></html>", encoding="utf-8"
    )
    write_parquet(folder / "d.parquet", (200, 201))
    write_archive(folder / "e.warc.gz", 300)
    return folder


def contents(folder):
    """Every file of an order that is made of its articles, by name."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".db"
    }


def kill_self_once(task, shared):
    """A task that takes its process along, the first time."""
    marker = Path(task["marker"])
    if task["number"] == task["fatal"] and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return task["number"] ** 2


def kill_self(task):
    """A task that takes its process along, always."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(task, *shared):
    """A task that takes its process along before it begins, where it has a marker that is not there yet."""
    function, given, marker = task
    if marker is not None and not marker.exists():
        marker.write_text(str(os.getpid()))
        os.kill(os.getpid(), signal.SIGKILL)
    return function(given, *shared)
