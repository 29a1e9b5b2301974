"""How long the pages of provenance take, beside an empty page in Datasette's base template and in ours.

    python bench/provenance_pages.py [--statements 1000000] [--python a/bin/python b/bin/python] [--rounds 40]

The database is that of ``bench/provenance.py``. Measured is a request through ``datasette.client`` in the server's own
process, as processor time of all its threads: the statement page (other statements in each request, the deepest
chain, the most copied document) and the page of a claim with its sources, by how many stances it has. ``new``: every
request is for a claim that nobody has asked for since the last change of the database; ``again``: for one that
somebody has. Every figure is the median of requests that alternate with those for the empty pages. The last line is
one JSON object by version of Datasette: how many times longer than the empty page each page takes (at most 10 is
wanted); ``frame`` is an empty page of ours, with the gate, the navigation and the citation.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.generate import statement_id  # noqa: E402
from bench.provenance import DEPTH, OUT, database  # noqa: E402


def paths(path: Path, rounds: int) -> dict[str, list[str]]:
    """The requests by what they are for, one a round; the last of each is asked before all others."""
    conn = sqlite3.connect(path)
    (statements,) = conn.execute("SELECT count(*) FROM statements").fetchone()
    copied = conn.execute("SELECT object FROM provenance GROUP BY object ORDER BY count(*) DESC LIMIT 1").fetchone()
    most_copied = conn.execute("SELECT statement FROM mentions WHERE document = ?", copied).fetchone()[0]
    counts = conn.execute("SELECT claim, count(*) FROM stances GROUP BY claim ORDER BY 2").fetchall()
    conn.close()
    prefix = f"/{path.stem}/-/claims"
    random = np.random.default_rng(23).integers(0, statements, rounds).tolist()
    deep = [DEPTH * int(i) + DEPTH - 1 for i in np.random.default_rng(29).integers(0, statements // DEPTH, rounds)]
    found = {
        "empty": ["/-/empty"] * rounds,
        "frame": [f"{prefix}/empty"] * rounds,
        "statement": [f"{prefix}/statement/{statement_id(i)}" for i in random],
        "statement, deepest chain": [f"{prefix}/statement/{statement_id(i)}" for i in deep],
        "statement, most copied": [f"{prefix}/statement/{most_copied}"] * rounds,
    }
    for share in (0.5, 0.9, 0.99):
        first = min(int(share * len(counts)) - rounds // 2, len(counts) - rounds)
        several = counts[first : first + rounds]
        name = f"claim, about {several[rounds // 2][1]:,} stances"
        listed = [f"{prefix}/claim/{several[at][0]}" for at in np.random.default_rng(31).permutation(rounds).tolist()]
        found |= {f"{name}, new": listed, f"{name}, again": [listed[-1]] * rounds}
    return found


def worker(path: str) -> None:
    """Serve one database; for every line on stdin (a path) print the milliseconds of its request, or why it failed."""
    from datasette import hookimpl
    from datasette.app import Datasette
    from datasette.plugins import pm
    from datasette.utils.asgi import Response

    from datasette_claims.pages.framework import Answer, page

    async def empty(datasette: Any, request: Any) -> Any:
        template = '{% extends "base.html" %}{% block content %}{% endblock %}'
        environment = getattr(datasette, "_jinja_env", None) or datasette.jinja_env
        return Response.html(await datasette.render_template(environment.from_string(template), {}, request=request))

    class Empty:
        __name__ = "empty"

        @hookimpl
        def register_routes(self) -> list[Any]:
            return [(r"^/-/empty$", empty)]

    @page("/empty", template="base.html")
    async def frame(visit: Any) -> Any:
        return Answer("Empty", "There is nothing here.", {})

    pm.register(Empty(), name="empty")
    datasette = Datasette([path], settings={"suggest_facets": False})

    async def serve() -> None:
        await datasette.invoke_startup()
        for line in sys.stdin:
            start = time.process_time()
            answer = await datasette.client.get(line.strip())
            took = (time.process_time() - start) * 1000
            print(took if answer.status_code == 200 else f"{answer.status_code} {answer.text[:200]}", flush=True)

    asyncio.run(serve())


def measure(python: str, path: Path, requests: dict[str, list[str]], rounds: int) -> dict[str, float]:
    """Median milliseconds of each kind of request; a first round builds the indexes and compiles the templates."""
    command = [python, str(Path(__file__).resolve()), "--worker", str(path.resolve())]
    taken: dict[str, list[float]] = {name: [] for name in requests}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(-1, rounds):
            for name, listed in requests.items():
                process.stdin.write(f"{listed[number]}\n")
                process.stdin.flush()
                line = process.stdout.readline().strip()
                try:
                    took = float(line)
                except ValueError:
                    raise SystemExit(f"{listed[number]}: {line or 'the server stopped; see above'}") from None
                if number >= 0:
                    taken[name].append(took)
                elif name != "empty":
                    print(f"    first request, {name}: {took:,.0f} ms", flush=True)
        process.stdin.close()
    return {name: median(values) for name, values in taken.items()}


def main() -> None:
    """Measure every interpreter."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--statements", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=OUT, help="where the database is kept")
    parser.add_argument("--python", nargs="*", default=[sys.executable], help="interpreters, one a line of Datasette")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        worker(options.worker)
        return
    path = database(options.statements, options.folder)
    requests = paths(path, options.rounds)
    ratios: dict[str, dict[str, float]] = {}
    for python in options.python:
        code = "from datasette.version import __version__; print(__version__)"
        version = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()
        print(f"Datasette {version}", flush=True)
        found = measure(python, path, requests, options.rounds)
        for name, took in found.items():
            print(f"    {name}: {took:.2f} ms, {took / found['empty']:.1f} times the empty page")
        ratios[version] = {f"{name} / empty": round(took / found["empty"], 1) for name, took in found.items()}
    print(json.dumps(ratios))


if __name__ == "__main__":
    main()
