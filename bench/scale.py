"""How the pages stand up to size: every page at each size, beside itself when small and plain Datasette.

    python bench/scale.py --folder out                                     # 10,000 and 1,000,000 statements
    python bench/scale.py --folder out --sizes 10000 1000000 5000000 --python a/bin/python b/bin/python

Data are seeded (``generate.py``): so many statements and stances, actors and claims by Zipf's law, 200 countries, ten
years, copies, statements told within statements. A database is generated once and kept in the folder.

Measured is a request to the ASGI application in the server's own process, made as a server makes it. With one client
requests follow one another; with eight, eight run at the same time, and a figure is the time of a request among them.
Pages are those of a claim and an actor in the middle of the distribution, and (``…_top``) of the most frequent ones,
which have one stance in nine. The word that is searched for fills the page at every size. A table page shows the
facets of ``metadata.yml``. Every page is opened once before, as any server's pages are; what that first time takes is
told apart (``first``). Where Datasette stopped a query for its time limit, the figure is 1,000,000,000.

Peers: (a) the same page at the smallest size; (b) Datasette without this plugin, with its default settings, on the
same file, ``/claims/statements?_facet=country``. What DuckDB takes for the counts of the comparison, the facets and the
agreement is in ``compare.py``.

The last line is one JSON object: ratios by line of Datasette. ``*_to_small`` is at most 2 at 1,000,000 and 5 at
5,000,000; ``plain_to_table`` at least 10 on 0.65 and at least 1 on 1.0.
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
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

PAGES = {
    "start": "/claims/-/claims",
    "compare": "/claims/-/claims/compare",
    "agreement": "/claims/-/claims/agreement",
    "claim": "/claims/-/claims/claim/claim-0100",
    "claim_top": "/claims/-/claims/claim/claim-0000",
    "actor": "/claims/-/claims/actor/actor-00200",
    "actor_top": "/claims/-/claims/actor/actor-00000",
    "statement": "/claims/-/claims/statement/s00000501",
    "reading": "/claims/-/claims/read/doc-0000100",
    "contradictions": "/claims/-/claims/contradictions",
    "search": "/claims/statements?_search={word}",
    "table_statements": "/claims/statements",
    "table_stances": "/claims/stances",
    "table_mentions": "/claims/mentions",
    "table_actors": "/claims/actors",
    "table_documents": "/claims/documents",
    "table_filtered": "/claims/stances?country=BB&stance=supports",
}
PLAIN = "/claims/statements?_facet=country"
CLIENTS = (1, 8)


def database(folder: Path, size: int) -> Path:
    """The seeded database of that size, made where it is not there yet."""
    path = folder / f"scale-{size}" / "claims.db"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part.db")
        command = [sys.executable, str(ROOT / "bench" / "generate.py"), "--rows", str(size), "--chain", "3"]
        subprocess.run([*command, "--statements", str(size), str(part)], check=True)
        part.rename(path)
    return path


def worker(path: str, plugin: bool, clients: int, clock: str) -> None:
    """Serve one database; for every line on stdin (a path) print JSON: the milliseconds of each client's request."""
    from page import get

    told, sys.stdout = sys.stdout, sys.stderr  # where others print what went wrong

    async def serve() -> None:
        from datasette.app import Datasette

        datasette = Datasette([path], **_options(plugin))
        await datasette.invoke_startup()
        app = datasette.app()

        async def ask(path: str) -> float:
            start = CLOCKS[clock]()
            status, body = await get(app, path)
            took = (CLOCKS[clock]() - start) * 1000
            if status in (400, 500) and b"nterrupted" in body:
                return LIMIT  # Datasette stopped a query: its limit is a second
            if status != 200:
                raise SystemExit(f"{path}: {status} {body[:200]!r}")
            return took

        print("ready", file=told, flush=True)
        for line in sys.stdin:
            took = await asyncio.gather(*(ask(line.strip()) for _ in range(clients)))
            print(json.dumps(took), file=told, flush=True)

    asyncio.run(serve())


LIMIT = 1e9
"""Stands for an answer that did not come because a query was stopped: more than any answer takes."""
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}


def _options(plugin: bool) -> dict[str, Any]:
    """What a server of ours has: the facets, labels and order of metadata.yml; nothing for plain Datasette."""
    if not plugin:
        return {}
    import yaml

    from datasette_claims.compat import IS_1

    given = yaml.safe_load((ROOT / "metadata.yml").read_text(encoding="utf-8"))
    given["plugins"]["datasette-claims"].pop("load", None)
    return {"metadata": given, "settings": {"suggest_facets": False}, **({"config": given} if IS_1 else {})}


class Server:
    """A worker in a process of its own."""

    def __init__(self, python: str, path: Path, plugin: bool, clients: int, clock: str) -> None:
        command = [python, str(Path(__file__).resolve()), "--worker", str(path.resolve()), "--clients", str(clients)]
        command += ["--clock", clock]
        environment = dict(os.environ)
        if not plugin:
            command.append("--without-plugin")
            environment["DATASETTE_LOAD_PLUGINS"] = ""
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self._line()

    def ask(self, path: str) -> list[float]:
        """Milliseconds of each client's request."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        told: list[float] = json.loads(self._line())
        return told

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("a server stopped; see above")
        return line

    def stop(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)


def measure(python: str, paths: dict[int, Path], rounds: int, clients: int, clock: str) -> dict[str, dict[str, float]]:
    """Page -> size -> median, 95th percentile and first request in milliseconds; sizes alternate, so that what else
    the machine does touches all alike."""
    from generate import Data, Size

    pages = {name: path.format(word=Data(Size()).words[100]) for name, path in PAGES.items()}
    own = {size: Server(python, path, True, clients, clock) for size, path in paths.items()}
    plain = {size: Server(python, path, False, clients, clock) for size, path in paths.items()}
    taken: dict[tuple[str, int], list[list[float]]] = {}
    for _ in range(rounds + 1):
        for size in paths:
            for name, path in pages.items():
                taken.setdefault((name, size), []).append(own[size].ask(path))
            taken.setdefault(("plain", size), []).append(plain[size].ask(PLAIN))
    for server in (*own.values(), *plain.values()):
        server.stop()
    found: dict[str, dict[str, float]] = {}
    for (name, size), (first, *rest) in taken.items():
        each = sorted(took for round_ in rest for took in round_)
        found.setdefault(name, {})[f"{size}"] = statistics.median(each)
        found[name][f"{size}_p95"] = each[min(len(each) - 1, int(len(each) * 0.95))]
        found[name][f"{size}_first"] = max(first)
    return found


def ratios(found: dict[str, dict[str, float]], sizes: list[int], clients: int) -> dict[str, float]:
    """What the figures come to."""
    small, made = sizes[0], {}
    for size in sizes:
        for name in PAGES:
            if size != small:
                made[f"{name}_{size}_to_small_{clients}"] = found[name][f"{size}"] / found[name][f"{small}"]
        own, plain = found["table_statements"][f"{size}"], found["plain"][f"{size}"]
        made[f"plain_to_table_{size}_{clients}"] = plain / own
    return {name: round(value, 2) for name, value in made.items()}


def version(python: str) -> str:
    """The Datasette of an interpreter."""
    code = "from datasette.version import __version__; print(__version__)"
    return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def main() -> None:
    """Generate, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=ROOT / "bench" / "out", help="where the databases are kept")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[10_000, 1_000_000], help="statements; the smallest first"
    )
    parser.add_argument("--python", nargs="+", default=[sys.executable], help="interpreters, one a line of Datasette")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--clients", type=int, nargs="+", default=list(CLIENTS))
    parser.add_argument("--clock", choices=CLOCKS, default="wall", help="cpu: where others use the machine as well")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--without-plugin", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        worker(options.worker, not options.without_plugin, options.clients[0], options.clock)
        return
    paths = {size: database(options.folder, size) for size in options.sizes}
    result: dict[str, dict[str, float]] = {}
    for python in options.python:
        line = version(python)
        for clients in options.clients:
            found = measure(python, paths, options.rounds, clients, options.clock)
            print(f"\nDatasette {line}, {clients} at a time: median (95th percentile; first), {options.clock} ms")
            for name, values in found.items():
                shown = "   ".join(
                    f"{size:>9,}: {values[str(size)]:8.1f} "
                    f"({values[f'{size}_p95']:8.1f};{values[f'{size}_first']:8.0f})"
                    for size in paths
                )
                print(f"  {name:18} {shown}", flush=True)
            result.setdefault(line, {}).update(ratios(found, list(paths), clients))
    print(json.dumps({"bench": "scale", **result}))


if __name__ == "__main__":
    main()
