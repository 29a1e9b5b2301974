"""python bench/limits.py [--size 64000] [--parsers NAME …]: what hostile inputs and hostile SQL cost.

``growth``: processor time of every parser on every input that is meant to be slow, at a size and at a quarter of it,
divided by four: about 1 is linear, 4 is quadratic. ``peak``: the most memory of a process that serves hostile SQL and
hostile files, in MB, against the goal of 300. Slow pairs are listed. The last line printed is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
GOAL = 300
MOST = 30.0
"""Processor seconds after which a parser is not waited for."""

ABOUT: dict[str, Any] = {
    "plugins": {"datasette-claims": {"database": "claims", "limits": {"sql_memory": 64_000_000}}},
    "permissions": {"claims-annotate": True},
}
"""What the site is told: the limits are the defaults, and that of SQLite's memory as docs/limits.md advises."""

SQL = (
    "select length(hex(randomblob(500000000)))",
    "select replace(hex(zeroblob(10000000)), '00', hex(zeroblob(1000)))",
    "with recursive c(n) as (select 1 union all select n + 1 from c) "
    "select n, hex(randomblob(500000)) from c limit 1000",
    "with recursive c(n) as (select 1 union all select n + 1 from c) select randomblob(1000000) from c limit 1000",
    "select " + ", ".join(f"randomblob(15000000) as c{n}" for n in range(60)),
    "with recursive c(n, s) as (select 1, randomblob(900000) union all select n + 1, randomblob(900000) from c) "
    "select max(s) from c limit 1",
    "with recursive c(n) as (select 1 union all select n + 1 from c limit 400) "
    "select group_concat(hex(randomblob(50000))) from c",
    "with recursive c(n) as (select 1 union all select n + 1 from c limit 400) "
    "select n, (select group_concat(text, '') from documents) as t from c order by t, n desc",
)
"""Queries that want as much memory as they can get."""


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=64_000, help="code points of the larger input")
    parser.add_argument("--parsers", nargs="*", help="only these; all of bench/limits_inputs.py without")
    parser.add_argument("--serve", choices=["nothing", "sql", "files"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        print(serve(options.serve))
        return
    from limits_inputs import PARSERS

    grown = {name: worst(name, options.size) for name in options.parsers or PARSERS}
    peaks = {what: measured(what) for what in ("nothing", "sql", "files")}
    print(f"peak memory in MB, of at most {GOAL}: {peaks}")
    told = {name: growth for name, (growth, _) in grown.items()}
    print(json.dumps({"growth": told, "peak_mb": peaks, "peak_to_goal": round(max(peaks.values()) / GOAL, 2)}))


def worst(parser: str, size: int) -> tuple[float, str]:
    """The greatest growth of a parser's time over linear growth, and on which input; short times count for nothing."""
    from limits_inputs import PIECES

    found = (0.0, "")
    for piece in PIECES:
        small, large = (spent(parser, piece, part) for part in (size // 4, size))
        growth = round(large / max(small, 0.02) / 4, 2)
        if growth > 1.5:
            print(f"{parser}, {piece}: {small:.3f} s, then {large:.3f} s", flush=True)
        found = max(found, (growth, piece))
    print(f"{parser}: growth of at most {found[0]} times linear ({found[1]})", flush=True)
    return found


class TooLong(BaseException):
    """A parser was not waited for."""


def spent(parser: str, piece: str, size: int) -> float:
    """Processor seconds of one parser on one input."""

    from limits_inputs import made, run

    def stop(*_: Any) -> None:
        raise TooLong

    text = made(piece, size)
    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST)
    started = time.process_time()
    try:
        run(parser, text)
    except TooLong:
        return MOST
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.process_time() - started


def measured(what: str) -> int:
    """The peak of a process that serves only this."""
    command = [sys.executable, __file__, "--serve", what]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout.splitlines()[-1])


def serve(what: str) -> int:
    """Serve hostile requests in this process; its peak memory in MB."""
    import asyncio
    import tempfile

    from durability_site import made as site
    from durability_site import tickets

    from datasette_claims.loading import Options, load

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.db"
        load(path, [Path(__file__).parents[1] / "data"], Options(who="bench"))
        ticket = tickets(path, ["ann"], ABOUT)["ann"]
        asyncio.run(_ask(site(path, ABOUT), what, ticket))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


async def _ask(datasette: Any, what: str, ticket: Any) -> None:
    await datasette.invoke_startup()
    client = datasette.client
    await client.get("/claims/-/claims")
    if what == "sql":
        new = hasattr(datasette.urls, "database_query")
        for sql in SQL:
            for path in ("/claims/-/query", "/claims/-/query.json") if new else ("/claims", "/claims.json"):
                answer = await client.get(path, params={"sql": sql})
                print(answer.status_code, path, sql[:80], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    if what == "files":
        from limits_inputs import made

        headers = {"cookie": ticket.cookie, "x-csrftoken": ticket.token}
        for piece in ("letters", "he said", "names", "tags", "lines", "pairs of surrogates"):
            size = 1_000_000 if piece in ("letters", "lines", "tags") else 100_000
            data = {"text": made(piece, size), "csrftoken": ticket.token}
            answer = await client.post("/claims/-/claims/add", data=data, headers=headers)
            print(answer.status_code, piece, size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


if __name__ == "__main__":
    main()
