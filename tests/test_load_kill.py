"""Killed, interrupted or out of space at any moment, a load leaves the database as it was."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from loading_data import ACTORS, CLAIMS, check_sound, content, loaded, write

from datasette_claims.loading import LoadError, applying

ROWS = 6_000
LOAD = "from datasette_claims.cli import claims; claims()"


def _stances(side: str) -> str:
    lines = (f"x{i:06},war,{side},vote,ada,note {i}\n" for i in range(ROWS))
    return "id,claim,stance,basis,actor,note\n" + "".join(lines)


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two packages with the same ids, so that the second load changes every row."""
    folder = tmp_path_factory.mktemp("packages")
    common = {"actors.csv": ACTORS, "claims.csv": CLAIMS}
    one = write(folder / "one", {**common, "stances.csv": _stances("supports")})
    two = write(folder / "two", {**common, "stances.csv": _stances("disputes") + "new,war,mixed,vote,ada,\n"})
    return one, two


def _start(database: Path, package: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", LOAD, "load", str(database), str(package)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=_hear_control_c
    )


def _hear_control_c() -> None:
    """A shell lets what it runs in the background ignore Ctrl-C; a person's own shell does not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_kill_at_random_moments_leaves_the_old_state_or_the_new_one_whole(
    tmp_path: Path, packages: tuple[Path, Path]
) -> None:
    database, chance = tmp_path / "claims.db", random.Random(2019)
    loaded(database, packages[0])
    old = content(database)
    start = time.monotonic()
    _start(tmp_path / "trial.db", packages[0]).communicate(timeout=300)
    takes = time.monotonic() - start
    survived = 0
    for _ in range(10):
        process = _start(database, packages[1])
        time.sleep(chance.uniform(0.1, 1.1) * takes)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if content(database) != old:  # it was quick enough: then it must be complete
            survived += 1
            check_sound(database, ROWS + 1, "disputes")
            loaded(database, packages[0], prune=True)
            old = content(database)
        check_sound(database, ROWS, "supports")
    assert survived < 10, "no load was killed before its end"


def test_kill_while_a_new_database_is_made_leaves_none(tmp_path: Path, packages: tuple[Path, Path]) -> None:
    database, chance = tmp_path / "claims.db", random.Random(1946)
    for _ in range(6):
        process = _start(database, packages[0])
        time.sleep(chance.uniform(0.2, 1.2))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if database.exists():
            check_sound(database, ROWS, "supports")
            database.unlink()
    loaded(database, packages[0])
    check_sound(database, ROWS, "supports")


def test_control_c_says_so_and_writes_nothing(tmp_path: Path, packages: tuple[Path, Path]) -> None:
    database = tmp_path / "claims.db"
    loaded(database, packages[0])
    before = content(database)
    process = _start(database, packages[1])
    time.sleep(0.1)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if _has_open(process.pid, packages[1] / "stances.csv") or _has_open(process.pid, database):
            process.send_signal(signal.SIGINT)
            break
        time.sleep(0.002)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors.strip()) == (130, "Interrupted: nothing was written.")
    assert content(database) == before


def _has_open(pid: int, path: Path) -> bool:
    """Whether a process has a file open; Linux only."""
    folder = Path(f"/proc/{pid}/fd")
    if not folder.parent.parent.joinpath("self").exists():
        pytest.skip("needs /proc to see when the load has begun")
    try:
        return any(os.readlink(entry) == str(path) for entry in folder.iterdir())
    except OSError:
        return False


@pytest.mark.parametrize("step", ["_change", "_add", "_remove", "_derive_again", "_check_foreign_keys", "_analyze"])
def test_an_error_at_any_step_of_writing_undoes_all_steps(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "claims.db"
    stances = "id,claim,stance,basis,actor\nx,war,mixed,vote,ada\ny,war,mixed,vote,ada\n"
    package = write(tmp_path / "package", {"actors.csv": ACTORS, "claims.csv": CLAIMS, "stances.csv": stances})
    loaded(database, package)
    before = content(database)
    changed = stances.replace("x,war,mixed", "x,war,queries").replace("y,war", "z,war")
    write(package, {"stances.csv": changed, "actors.csv": ACTORS.replace("NA", "FR")})
    done: list[str] = []
    real = getattr(applying, step)

    def fail(*arguments: object, **more: object) -> None:
        real(*arguments, **more)
        done.append(step)
        raise OSError("stopped here")

    monkeypatch.setattr(applying, step, fail)
    with pytest.raises(OSError, match="stopped here"):
        loaded(database, package, prune=True)
    assert done == [step]
    assert content(database) == before
    monkeypatch.undo()
    loaded(database, package, prune=True)
    assert content(database) != before


def test_a_full_disk_gets_its_message_and_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "claims.db"
    package = write(tmp_path / "package", {"actors.csv": ACTORS})
    loaded(database, package)
    before = content(database)
    write(package, {"actors.csv": ACTORS + "".join(f"a{i},{'long name ' * 20},person,,\n" for i in range(2_000))})
    real = applying.write_load

    def limited(conn: object, *arguments: object) -> int:
        conn.execute("PRAGMA main.max_page_count = 1")  # type: ignore[attr-defined]  # no more than it has
        return real(conn, *arguments)  # type: ignore[arg-type]

    import importlib

    monkeypatch.setattr(importlib.import_module("datasette_claims.loading.load"), "write_load", limited)
    with pytest.raises(LoadError, match="the disk is full: make room, then try again; nothing was written"):
        loaded(database, package)
    assert content(database) == before
