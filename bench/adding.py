"""python bench/adding.py [ARTICLE.txt]: from “Add” to the page with the drafts, and the reading of web pages.

Added is the reference article if it is at hand (../shared/seed/article.txt) or the file that is named, else the longest
text of data/. Each time it gets another last line, because a text that is known is not added again. The time is that of
the two requests, inside the server, without the network; the goal is one second. The peer of the web pages is
trafilatura by itself, whose reading ours contains. The last line printed is one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

import trafilatura
from datasette.app import Datasette

from datasette_claims.compat import IS_1
from datasette_claims.loading import Options, load
from datasette_claims.obtaining.html import read_html

ROOT = Path(__file__).parents[1]
ARTICLE = ROOT / ".." / "shared" / "seed" / "article.txt"
GOAL = 1.0
TIMES = 9


def main() -> None:
    """Add, read, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("article", type=Path, nargs="?", default=ARTICLE if ARTICLE.exists() else None)
    text = article(parser.parse_args().article)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.db"
        load(path, [ROOT / "data"], Options(who="bench"))
        started = time.process_time()
        stored, read, drafts = asyncio.run(adding(path, text))
        cpu = (time.process_time() - started) / (TIMES + 1)
    total = [a + b for a, b in zip(stored, read, strict=True)]
    print(f"text: {len(text):,} characters; drafts of statements: {drafts}")
    print(f"stored with its drafts: median {statistics.median(stored):.3f} s, slowest {max(stored):.3f} s")
    print(f"processor time for both: {cpu:.3f} s (start of the site included)")
    print(f"the page on which it is read: median {statistics.median(read):.3f} s, slowest {max(read):.3f} s")
    figures = {
        "median_to_goal": statistics.median(total) / GOAL,
        "slowest_to_goal": max(total) / GOAL,
        "cpu_to_goal": cpu,
    }
    figures |= pages(text)
    print(json.dumps({name: round(value, 4) for name, value in figures.items()}))


def article(path: Path | None) -> str:
    """The text that is added."""
    if path is not None:
        return path.read_text(encoding="utf-8")
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "data").rglob("*.txt")]
    if not texts:
        sys.exit("Name an article: data/ holds no text.")
    return max(texts, key=len)


async def adding(path: Path, text: str) -> tuple[list[float], list[float], int]:
    """Seconds of each POST and of each page that it leads to, and how many statements were drafted at last."""
    settings = {
        "plugins": {"datasette-claims": {"database": "claims"}},
        "permissions": {"claims-annotate": {"id": "ann"}},
    }
    datasette = Datasette([str(path)], metadata=settings, **({"config": settings} if IS_1 else {}))
    await datasette.invoke_startup()
    cookies = {"ds_actor": datasette.sign({"a": {"id": "ann"}}, "actor")}
    form = await datasette.client.get("/claims/-/claims/add", cookies=cookies)
    token = re.search(r'name="csrftoken" value="([^"]*)"', form.text)[1]
    cookies |= {"ds_csrftoken": token} if not IS_1 else {}
    stored, read = [], []
    for number in range(TIMES + 1):
        sent = {"csrftoken": token, "text": f"{text}\n\n{number}", "published_on": "2019-05-16"}
        started = time.perf_counter()
        answer = await datasette.client.post("/claims/-/claims/add", data=sent, cookies=cookies)
        between = time.perf_counter()
        assert answer.status_code == 303, answer.text
        page = await datasette.client.get(answer.headers["location"], cookies=cookies)
        ended = time.perf_counter()
        assert page.status_code == 200, page.text
        if number:  # the first one also imports
            stored.append(between - started)
            read.append(ended - between)
    document = re.search(r"/read/([^?]+)", answer.headers["location"])[1]
    db = datasette.get_database("claims")
    rows = await db.execute("select count(*) from statements where document = ? and status = 'draft'", [document])
    return stored, read, rows.first()[0]


def pages(text: str) -> dict[str, float]:
    """How long our reading of a web page takes next to trafilatura alone, on a page around the text."""
    lines = [line for line in text.split("\n") if line.strip()]
    menu = "".join(f'<li><a href="/{i}">Section {i}</a></li>' for i in range(200))
    body = "".join(f"<p>{line}</p>" for line in lines)
    page = f"<html lang=en><body><ul>{menu}</ul><article>{body}</article><footer><ul>{menu}</ul></footer></body></html>"
    ours, peer = timed(lambda: read_html(page, "page")), timed(lambda: trafilatura.bare_extraction(page))
    found = read_html(page, "page").text
    kept = sum(" ".join(line.split()) in found for line in lines) / len(lines)
    print(f"web page of {len(page):,} characters: ours {ours:.3f} s, trafilatura alone {peer:.3f} s; kept {kept:.2f}")
    return {"page_to_trafilatura": ours / peer, "lines_kept": kept}


def timed(act: object) -> float:
    """The median of several CPU times."""
    spent = []
    for _ in range(TIMES):
        started = time.process_time()
        act()
        spent.append(time.process_time() - started)
    return statistics.median(spent)


if __name__ == "__main__":
    main()
