"""Runs fuzz targets: with atheris, which looks for inputs that reach new code, else with inputs that are made up.

    python tests/fuzz/run.py [--seconds N | --runs N] [TARGET …]
    python tests/fuzz/run.py --replay FILE TARGET

What breaks a target's promise is kept in ``.fuzz/found/`` and can be tried again with ``--replay``; ``.fuzz/corpus/``
holds the inputs that reached something new, with which the next run begins. The last line is one JSON object; the exit
code is 1 where a promise was broken. Each target runs in a process of its own.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import json
import logging
import re
import subprocess
import sys
import time
import traceback
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from fuzz.generating import inputs  # noqa: E402
from fuzz.targets import NAMES, find  # noqa: E402

PLACE = Path(".fuzz")
ATHERIS = importlib.util.find_spec("atheris") is not None
LONGEST = 25
"""Seconds that one input may take."""


def with_atheris(name: str, seconds: int, runs: int) -> None:
    """Fuzz one target in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=["datasette_claims"], enable_loader_override=False):
        target = find(name)
    corpus, words = PLACE / "corpus" / name, PLACE / f"{name}.dict"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (corpus / f"seed{number}").write_bytes(seed)
    lines = [f'"{_escaped(word)}"\n' for word in target.words if word]
    words.write_text("".join(lines), encoding="ascii")
    limit = [f"-runs={runs}"] if runs else [f"-max_total_time={seconds}"]
    options = [f"-dict={words}"] if lines else []
    options += [f"-artifact_prefix={PLACE}/found/{name}-", "-seed=1", "-max_len=4000"]
    options += [f"-timeout={LONGEST}", "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=1"]
    atheris.Setup([sys.argv[0], *limit, *options, str(corpus)], target.check)
    atheris.Fuzz()


def _escaped(word: str) -> str:
    """A word as libFuzzer's dictionaries have it: every byte but letters and digits by its number."""
    parts = word.encode("utf-8", "surrogatepass")
    return "".join(chr(byte) if chr(byte).isalnum() and byte < 128 else f"\\x{byte:02X}" for byte in parts)


def made_up(name: str, seconds: int, runs: int) -> None:
    """Try one target without atheris."""
    target, until, count = find(name), time.monotonic() + seconds, 0
    for data in itertools.islice(inputs(target), runs or None):
        if not runs and time.monotonic() > until:
            break
        count += 1
        try:
            target.check(data)
        except Exception:
            traceback.print_exc()
            (PLACE / "found" / f"{name}-{count}").write_bytes(data)
            sys.exit(77)
    print(f"stat::number_of_executed_units: {count}")


def one_by_one(names: list[str], seconds: int, runs: int) -> int:
    """All targets, each in its process; tells how each went."""
    (PLACE / "found").mkdir(parents=True, exist_ok=True)
    counts, failed = {}, []
    for name in names:
        log = PLACE / f"{name}.log"
        command = [sys.executable, __file__, "--alone", "--seconds", str(seconds), "--runs", str(runs), name]
        with log.open("wb") as output:
            code = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False).returncode
        text = log.read_text(encoding="utf-8", errors="replace")
        found = re.search(r"number_of_executed_units: +(\d+)", text)
        counts[name] = int(found[1]) if found else None
        if code or not counts[name]:
            failed.append(name)
            end = text[text.rfind(" === Uncaught") :][-3000:]
            print(f"{name}: broken (exit code {code}); the end of {log}:\n{end}", flush=True)
        else:
            print(f"{name}: {counts[name]:,} inputs, every promise kept", flush=True)
    print(json.dumps({"with": "atheris" if ATHERIS else "made-up inputs", "inputs": counts, "failed": failed}))
    return 1 if failed else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60, help="how long each target runs (60)")
    parser.add_argument("--runs", type=int, default=0, help="how many inputs instead")
    parser.add_argument("--replay", type=Path, help="try this input only")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="all by default")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)  # what libraries say of broken input is not looked for here
    if options.alone:
        fuzz = with_atheris if ATHERIS else made_up
        fuzz(options.targets[0], options.seconds, options.runs)
        return 0
    unknown = set(options.targets) - set(NAMES)
    if unknown:
        parser.error(f"no such target: {', '.join(sorted(unknown))}; there are: {', '.join(NAMES)}")
    if options.replay:
        find(options.targets[0]).check(options.replay.read_bytes())
        return 0
    return one_by_one(options.targets or list(NAMES), options.seconds, options.runs)


if __name__ == "__main__":
    sys.exit(main())
