"""The whole comparison page, beside plain Datasette's table page of the same rows and an empty page.

    python bench/page.py --folder out                                   # this interpreter's Datasette
    python bench/page.py --folder out --python a/bin/python b/bin/python   # both lines in one run

Measured is a request to the ASGI application in the server's own process, made once as a server makes it
(``datasette.client`` makes it anew for each request): permissions, the stance index, every facet, 50 rows by 20
claims, names, HTML in Datasette's base template. Every figure is the median of requests that
alternate with those of its peers, so that what else the machine does touches all alike. Peers, in the same run:

- plain Datasette without this plugin, its default settings, ``/claims/stances?_facet=country`` of the same file (with
  all indexes that the loader makes, so faster than a table that somebody just imported);
- an empty page: Datasette's base template with nothing in it.

A view that was counted before is not counted again until somebody writes, so ``matrix``, ``filtered``, ``countries``
and ``json`` are what a link costs that is opened often. Nobody has asked before for the ``fresh`` ones, because each
request has another date in it: ``fresh`` is ``filtered``, ``fresh_whole`` lets nearly every stance pass and fills
nearly every cell; ``fresh_json`` and ``fresh_whole_json`` are their twins. ``first`` is the very first request, which
builds the index.

The last line is one JSON object of ratios, above 1 where the comparison page is the faster, but ``*_to_empty`` (at most
20 is wanted) and ``*_5m_to_1m`` (at most 2.5).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
START = "/claims/-/claims/compare"
PAGES = {
    "matrix": START,
    "filtered": f"{START}?country__in={{countries}}&basis__in=explicit,vote&date_start__gte=2018-01-01",
    "countries": f"{START}?_rows=countries",
    "json": f"{START}.json",
    "fresh": f"{START}?country__in={{countries}}&basis__in=explicit,vote&date_start__gte=2018-{{day}}",
    "fresh_whole": f"{START}?date_start__gte=2015-{{day}}",
    "fresh_json": f"{START}.json?country__in={{countries}}&basis__in=explicit,vote&date_start__gte=2019-{{day}}",
    "fresh_whole_json": f"{START}.json?date_start__gte=2016-{{day}}",
    "empty": "/-/empty",
}
OURS = [name for name in PAGES if name != "empty"]
PLAIN = "/claims/stances?_facet=country"


CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}


def worker(path: str, plugin: bool, clock: str) -> None:
    """Serve one database; for every line on stdin (a path) print the milliseconds of its request, or why it failed."""
    sys.path.insert(0, str(ROOT))
    from datasette import hookimpl
    from datasette.app import Datasette
    from datasette.plugins import pm
    from datasette.utils.asgi import Response

    class Empty:
        __name__ = "empty"

        @hookimpl
        def register_routes(self) -> list[Any]:
            return [(r"^/-/empty$", empty)]

    async def empty(datasette: Any, request: Any) -> Any:
        template = '{% extends "base.html" %}{% block content %}{% endblock %}'
        environment = getattr(datasette, "_jinja_env", None) or datasette.jinja_env
        made = environment.from_string(template)
        return Response.html(await datasette.render_template(made, {}, request=request))

    pm.register(Empty(), name="empty")
    settings = {"suggest_facets": False} if plugin else {}
    datasette = Datasette([path], settings=settings)

    async def serve() -> None:
        await datasette.invoke_startup()
        app, now = datasette.app(), CLOCKS[clock]
        print("ready", flush=True)
        for line in sys.stdin:
            start = now()
            status, body = await get(app, line.strip())
            took = (now() - start) * 1000
            print(took if status == 200 else f"{status} {body[:200]!r}", flush=True)

    asyncio.run(serve())


async def get(app: Any, path: str) -> tuple[int, bytes]:
    """(status, body) of a GET request to an ASGI application."""
    path, _, query = path.partition("?")
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
    }
    await app(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


class Server:
    """A worker in a process of its own."""

    def __init__(self, python: str, path: Path, plugin: bool, clock: str) -> None:
        command = [python, str(Path(__file__).resolve()), "--worker", str(path.resolve()), "--clock", clock]
        environment = dict(os.environ)
        if not plugin:
            command.append("--without-plugin")
            environment["DATASETTE_LOAD_PLUGINS"] = ""
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self._line()

    def ask(self, path: str) -> float:
        """Milliseconds of one request."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{path}\n")
        self.process.stdin.flush()
        line = self._line()
        try:
            return float(line)
        except ValueError:
            raise SystemExit(f"{path}: {line}") from None

    def _line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("a server stopped; see above")
        return line.strip()

    def stop(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)


def database(folder: Path, rows: int) -> Path:
    """The seeded database of that size, made where it is not there yet."""
    path = folder / f"claims-{rows}" / "claims.db"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, str(ROOT / "bench" / "generate.py"), "--rows", str(rows), "--statements", "200000"]
        subprocess.run([*command, str(path)], check=True)
    return path


def measure(python: str, paths: dict[str, Path], rounds: int, clock: str) -> dict[str, float]:
    """Median milliseconds of every page on every database, by "<page>_<size>"."""
    own = {size: Server(python, path, True, clock) for size, path in paths.items()}
    plain = {size: Server(python, path, False, clock) for size, path in paths.items()}
    taken: dict[str, list[float]] = {}
    for number in range(rounds + 1):
        for size in paths:
            for name, path in PAGES.items():
                day = f"{1 + number // 28:02}-{1 + number % 28:02}"
                took = own[size].ask(path.format(countries="FR,DE,US,IN", day=day))
                if number:  # the first request builds the index and compiles the templates
                    taken.setdefault(f"{name}_{size}", []).append(took)
                elif name == "matrix":
                    taken[f"first_{size}"] = [took]
            took = plain[size].ask(PLAIN)
            if number:
                taken.setdefault(f"plain_{size}", []).append(took)
    for server in (*own.values(), *plain.values()):
        server.stop()
    return {name: statistics.median(values) for name, values in taken.items()}


def version(python: str) -> str:
    """The Datasette of an interpreter."""
    code = "from datasette.version import __version__; print(__version__)"
    return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def ratios(found: dict[str, float], sizes: list[str]) -> dict[str, float]:
    """What the figures come to."""
    made = {}
    for size in sizes:
        for page in OURS:
            made[f"plain_to_{page}_{size}"] = found[f"plain_{size}"] / found[f"{page}_{size}"]
            made[f"{page}_{size}_to_empty"] = found[f"{page}_{size}"] / found[f"empty_{size}"]
    if len(sizes) > 1:
        small, large = sizes[0], sizes[-1]
        for page in OURS:
            made[f"{page}_{large}_to_{small}"] = found[f"{page}_{large}"] / found[f"{page}_{small}"]
    return {name: round(value, 2) for name, value in made.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("bench-data"), help="where the databases are kept")
    parser.add_argument("--python", nargs="*", default=[sys.executable], help="interpreters, one a line of Datasette")
    parser.add_argument("--rows", type=int, nargs="*", default=[1_000_000, 5_000_000])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--clock", choices=CLOCKS, default="wall", help="cpu: where others use the machine as well")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--without-plugin", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        worker(options.worker, not options.without_plugin, options.clock)
        return
    paths = {
        f"{rows // 1_000_000}m" if rows >= 1_000_000 else str(rows): database(options.folder, rows)
        for rows in options.rows
    }
    result = {}
    for python in options.python:
        line = version(python)
        found = measure(python, paths, options.rounds, options.clock)
        print(f"\nDatasette {line}, median milliseconds ({options.clock}) of {options.rounds} requests")
        for name, value in found.items():
            print(f"  {name:24} {value:10.1f}")
        result[line] = ratios(found, list(paths))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
