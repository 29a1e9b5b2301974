"""python bench/durability.py [--kills 1000] [--faults 400] …: nothing acknowledged is lost, whatever fails.

Kills (SIGKILL at random moments) while a site is annotated, reviewed and undone by several people, and while databases
are loaded, re-anchored and migrated; faults of the disk at single system calls; many writers with loads beside them;
reloads of random packages over annotated data. After each, the database must hold exactly what was acknowledged, once
and whole, and pass ``datasette claims check``. Exits with 1 if anything is wrong. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Everything that is asked for, then the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--migrations", type=int, default=50, help="kills at statements of a migration")
    parser.add_argument("--faults", type=int, default=400)
    parser.add_argument("--writers", type=int, default=64)
    parser.add_argument("--edits", type=int, default=100, help="edits of each writer")
    parser.add_argument("--reloads", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=2019)
    options = parser.parse_args()
    figures: dict[str, Any] = {}
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        base = prepared(folder)
        for part in (kills, faults, writers, reloads):
            started = time.monotonic()
            (folder / part.__name__).mkdir()
            told, found = part(base, folder / part.__name__, options)
            if told:
                print(f"{part.__name__}: {time.monotonic() - started:,.0f} s", flush=True)
            figures |= told
            wrong += found
    for each in wrong:
        print(f"WRONG: {each}")
    print(json.dumps({**figures, "wrong": len(wrong)}))
    sys.exit(bool(wrong))


def prepared(folder: Path) -> Path:
    """The reference case in a database."""
    from datasette_claims.loading import Options, load

    base = folder / "reference" / "claims.db"
    base.parent.mkdir()
    load(base, [ROOT / "data"], Options(who="bench"))
    return base


def kills(base: Path, folder: Path, options: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    """See durability_kills."""
    if not options.kills and not options.migrations:
        return {}, []
    from durability_kills import kill_all

    old = gzip.decompress((ROOT / "tests" / "databases" / "0001.db.gz").read_bytes())
    done = kill_all(base, old, folder, options.kills, options.migrations, options.seed)
    told = {"kills": done.kills.total(), "kills_by_kind": dict(done.kills), "acknowledged": done.acknowledged}
    lost, twice, half = (sum(f"{word}: " in each for each in done.wrong) for word in ("lost", "twice", "half"))
    told |= {"without_answer": done.unanswered, "sent_again": done.repeated, "lost": lost, "twice": twice, "half": half}
    return told, done.wrong


def faults(base: Path, folder: Path, options: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    """See durability_faults."""
    if not options.faults:
        return {}, []
    from durability_faults import fault_all

    done = fault_all(base, folder, options.faults, options.seed)
    told = {"faults": done.injected.total(), "faults_by_kind": dict(done.injected), "harmless": done.harmless}
    return told | {"answers": {str(status): number for status, number in sorted(done.answers.items())}}, done.wrong


def writers(base: Path, folder: Path, options: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    """See durability_writers."""
    if not options.writers or not options.edits:
        return {}, []
    from durability_writers import write_all

    return write_all(base, folder, options.writers, options.edits)


def reloads(base: Path, folder: Path, options: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    """See durability_reloads."""
    if not options.reloads:
        return {}, []
    from durability_reloads import reload_all

    return reload_all(base, folder, options.reloads, options.seed)


if __name__ == "__main__":
    main()
