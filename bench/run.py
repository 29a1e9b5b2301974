"""Every figure of the documentation in one run: ``make bench``, or

    python bench/run.py                      # the quick profile: small sizes, about ten minutes on two cores
    python bench/run.py --profile million    # a million rows, about half an hour: what the README shows
    python bench/run.py --profile full       # the sizes of the documentation, hours
    python bench/run.py --only load scale    # some of them
    python bench/run.py --readme             # also puts the table into README.md

Each bench runs in a process of its own, one after the other, and prints what it does; its last line is one JSON
object. Here they are put together: a table on standard output, and ``bench/results.json`` with the versions and the
kind of machine. A bench that fails is told at the end and makes the exit code 1; the others are kept.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "bench" / "out"
RESULTS = ROOT / "bench" / "results.json"
BEGIN, END = "<!-- figures: python bench/run.py --readme -->\n", "<!-- end of the figures -->\n"

PROFILES: dict[str, dict[str, list[str]]] = {
    "quick": {
        "load": ["--rows", "100000"],
        "compare": ["--sizes", "100000", "--repeat", "5"],
        "page": ["--rows", "100000", "--rounds", "5", "--clock", "cpu", "--folder", str(OUT)],
        "scale": ["--sizes", "10000", "100000", "--rounds", "5", "--clients", "1", "--clock", "cpu"],
        "provenance": ["--statements", "50000", "--repeat", "50"],
        "duplicates": ["--quotes", "50000", "--peer", "10000"],
        "spreading": ["--articles", "200"],
        "anchoring": ["--generated", "--texts", "20"],
    },
    "million": {
        "load": [],
        "compare": ["--sizes", "1000000"],
        "page": ["--rows", "1000000", "--clock", "cpu", "--folder", str(OUT)],
        "scale": ["--sizes", "10000", "1000000", "--rounds", "5", "--clients", "1", "--clock", "cpu"],
        "provenance": [],
        "duplicates": ["--quotes", "50000", "--peer", "10000"],
        "spreading": ["--articles", "200"],
        "anchoring": ["--generated", "--texts", "20"],
    },
    "full": {
        "load": [],
        "compare": [],
        "page": ["--folder", str(OUT)],
        "scale": ["--sizes", "10000", "1000000", "5000000"],
        "provenance": [],
        "duplicates": [],
        "spreading": ["--articles", "2000"],
        "anchoring": [],
        "reading": [],
        "adding": [],
    },
}

SHOWN: dict[str, dict[str, str]] = {
    "load": {
        "claims_vs_sqlite_utils_cpu": "a validated load beside `sqlite-utils insert --csv`: times as fast",
        "claims_vs_sqlite3_indexed_cpu": "… beside bare `executemany` into the same tables and indexes",
    },
    "compare": {"matrix_*_duckdb_to_ours": "the comparison's matrix beside DuckDB: times as fast"},
    "page": {"plain_to_matrix_*": "the comparison page beside a plain table page: times as fast"},
    "scale": {
        "plain_to_table_*_1": "our table page with its facets beside a plain one with one: times as fast",
        "table_statements_*_to_small_1": "our table page beside itself at 10,000 statements: times as long",
        "actor_top_*_to_small_1": "the most quoted actor's page: times as long",
        "reading_*_to_small_1": "a reading page: times as long",
    },
    "duplicates": {
        "recall": "near-duplicates: recall",
        "precision": "near-duplicates: precision",
        "candidates_faster_than_minhash": "… candidates beside MinHash and LSH: times as fast",
    },
    "spreading": {"dask_of_two_faster": "extraction on two Dask workers beside one process: times as fast"},
}
"""Bench -> figure (``*`` stands for anything) -> what the README's table calls it."""


def machine() -> dict[str, Any]:
    """What kind of machine and which versions: nothing that names a person, a host or a path."""
    packages = ("datasette", "sqlite-utils", "numpy", "rapidfuzz", "duckdb", "distributed", "pyarrow", "datasketch")
    versions = {name: found for name in packages if (found := _version(name)) is not None}
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else 0
    return {
        "machine": {"architecture": platform.machine(), "cores": os.cpu_count(), "memory_gib": round(memory)},
        "versions": {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version, **versions},
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def run(name: str, arguments: list[str]) -> dict[str, Any]:
    """One bench: its seconds and its figures, or why it failed."""
    print(f"\n== {name} {' '.join(arguments)}".replace(str(ROOT), "."), flush=True)
    start = time.perf_counter()
    command = [sys.executable, str(ROOT / "bench" / f"{name}.py"), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    lines: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    told: dict[str, Any] = {"seconds": round(time.perf_counter() - start, 1)}
    try:
        figures = json.loads(lines[-1]) if lines else None
    except ValueError:
        figures = None
    if process.returncode or not isinstance(figures, dict):
        return {**told, "failed": f"exit code {process.returncode}"}
    return {**told, "figures": {key: value for key, value in figures.items() if key != "bench"}}


def flat(figures: dict[str, Any], above: str = "") -> Iterator[tuple[str, float]]:
    """(name, number) of every figure; what is nested has its names joined by a slash."""
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from flat(value, f"{above}{name}/")
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            yield above + name, value


def table(results: dict[str, Any]) -> str:
    """The figures that the README shows, as Markdown."""
    lines = ["| figure | value |", "|---|---|"]
    for bench, wanted in SHOWN.items():
        figures = dict(flat(results["benches"].get(bench, {}).get("figures", {})))
        for pattern, label in wanted.items():
            form = re.compile("(?:(.*)/)?" + re.escape(pattern).replace(r"\*", r"(\d+k?m?)") + "$")
            for name, value in figures.items():
                if match := form.fullmatch(name):
                    size = f" ({match[2]})" if form.groups > 1 else ""
                    line = f", Datasette {match[1]}" if match[1] else ""
                    lines.append(f"| {label}{size}{line} | {value:,} |")
    return "\n".join(lines) + "\n"


def into_readme(results: dict[str, Any]) -> None:
    """Put the table between the README's marks, with how it was made."""
    path = ROOT / "README.md"
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    kind, versions = results["machine"], results["versions"]
    made = (
        f"Made by `python bench/run.py --profile {results['profile']}` on {results['day']}: {kind['cores']} cores "
        f"({kind['architecture']}), {kind['memory_gib']} GiB, Python {versions['python']}, SQLite "
        f"{versions['sqlite']}, Datasette {versions['datasette']}. Every figure is a ratio of two things measured in "
        "the same run.\n"
    )
    path.write_text(f"{before}{BEGIN}{table(results)}\n{made}{END}{after}", encoding="utf-8")


def main() -> int:
    """Run, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", choices=PROFILES, default="quick")
    parser.add_argument("--only", nargs="+", choices=sorted({*PROFILES["quick"], *PROFILES["full"]}))
    parser.add_argument("--readme", action="store_true", help="put the table into README.md")
    options = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    chosen = PROFILES[options.profile]
    results: dict[str, Any] = {"profile": options.profile, "day": time.strftime("%Y-%m-%d"), **machine(), "benches": {}}
    for name in options.only or chosen:
        results["benches"][name] = run(name, chosen.get(name, PROFILES["full"].get(name, [])))
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print("\n" + table(results))
    if options.readme:
        into_readme(results)
    failed = [name for name, told in results["benches"].items() if "failed" in told]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
