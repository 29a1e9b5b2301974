"""Faults of the disk at exact points of a change: EIO and ENOSPC by strace, a full disk, a file that cannot grow."""

from __future__ import annotations

import random
import re
import resource
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from durability_acts import Person, passage, wrong
from durability_kills import replace
from durability_site import REVIEWER, Act, Client, Site, tickets

CALLS = ("pwrite64", "fdatasync", "fsync", "ftruncate", "pwrite64,fdatasync,fsync")
REASONS = ("the disk of this site is full", "the disk of this site reported an error")
MOST_CALLS = 8
"""A change of one row writes and syncs about so often."""


@dataclass
class Faults:
    """What came of all faults. ``injected`` counts those that the system reported to SQLite; ``wrong`` stays empty."""

    injected: Counter[str] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)
    harmless: int = 0
    wrong: list[str] = field(default_factory=list)


@contextmanager
def strace(pid: int, log: Path, call: str, error: str, when: str) -> Iterator[None]:
    """Let some system calls of a process on files of the database fail."""
    command = ["strace", "-f", "-p", str(pid), "-o", str(log), "-e", f"trace={call}"]
    command += ["-e", f"inject={call}:error={error}:when={when}"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        line = tracer.stderr.readline() if tracer.stderr else ""
        assert "attached" in line, line
        try:
            yield
        finally:
            tracer.terminate()
            tracer.communicate(timeout=60)


@contextmanager
def cannot_grow(pid: int, path: Path, room: int) -> Iterator[None]:
    """No file of a process may become larger than the log of the database is now, and some bytes more (EFBIG)."""
    log = path.with_name(path.name + "-wal")
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, ((log.stat().st_size if log.exists() else 0) + room, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


class Disk:
    """People who send forms to a site whose disk fails now and then."""

    def __init__(self, base: Path, folder: Path, chance: random.Random, found: Faults) -> None:
        self.base, self.folder, self.chance, self.found = base, folder, chance, found
        self.path = folder / "claims.db"
        names = ["dan", REVIEWER]
        self.people = [Person(name, passage(base), random.Random(chance.random())) for name in names]
        self.tickets = tickets(base, names)
        self.site: Site | None = None
        self.shapes: dict[str, set[Any]] = {}

    def begin(self) -> Site:
        """A fresh database and a site that has written to it once."""
        self.end()
        replace(self.base, self.path)
        for person in self.people:
            person.forget()
        self.site = Site(self.path)
        self.send(self.people[0])
        return self.site

    def end(self) -> None:
        """Stop the site and verify what it leaves."""
        if self.site is not None:
            self.site.kill()
            self.site = None
            self.found.wrong += wrong(self.path, self.people, self.shapes)

    def send(self, person: Person, form: bool = False) -> tuple[Act | None, int, str]:
        """One act of a person; (the act, status, body)."""
        assert self.site is not None
        client = Client(self.site.port, self.tickets[person.who])
        try:
            act = person.next(client)
            if act is None:
                return None, 0, ""
            status, headers, text = client.send(act, form)
            if act.action is not None:
                person.acknowledged(self.path, act)
            if status == 503 and "retry-after" not in headers:
                self.found.wrong.append("503 without Retry-After")
            return act, status, text
        finally:
            client.close()

    def failing(self, kind: str, person: Person) -> bool:
        """Send a form while something fails; whether it was refused. What is refused is kept, and explained."""
        act, status, text = self.send(person, form=True)
        if act is None:
            return False
        self.found.answers[status] += 1
        if status in (200, 303) or gone_on(act, status):
            return False
        found = self.found.wrong
        if status not in (503, 507) or not any(reason in text.lower() for reason in REASONS):
            found.append(f"{kind}: {act.kind}: {status} {plain(text)[:300]}")
        fields = {name: str(value) for name, value in act.fields.items()}
        kept = unescape(text)
        found += [
            f"{kind}: {act.kind}: {name} is not in the form" for name, value in fields.items() if value not in kept
        ]
        return True

    def again(self, kind: str, person: Person) -> None:
        """The disk is well: what was refused is sent again and must be made."""
        act, status, text = self.send(person)
        if act is not None and status != 200 and not gone_on(act, status):
            self.found.wrong.append(f"{kind}, sent again: {act.kind}: {status} {text[:300]}")


def gone_on(act: Act, status: int) -> bool:
    """Whether an undo was refused because somebody else has gone on from what it would take back."""
    return (act.kind, status) == ("undo", 409)


def plain(html: str) -> str:
    """A page without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"(?s)<(style|script).*?</\1>|<[^>]*>", " ", html))


def inject(disk: Disk, number: int) -> None:
    """Faults at single system calls, until so many have happened."""
    chance, log, tries = disk.chance, disk.folder / "strace.log", 0
    while disk.found.injected.total() < number and tries < 6 * number:
        if tries % 25 == 0:
            site = disk.begin()
        tries += 1
        call, error = chance.choice(CALLS), chance.choice(["EIO", "ENOSPC"])
        when = f"{chance.randint(1, MOST_CALLS)}{chance.choice(['', '+'])}"
        person = disk.people[chance.random() < 0.3]
        kind = f"{error} {call} {when}"
        with strace(site.process.pid or 0, log, call, error, when):
            refused = disk.failing(kind, person)
        happened = "(INJECTED)" in log.read_text(encoding="utf-8", errors="replace")
        disk.found.injected[error] += happened
        disk.found.harmless += happened and not refused
        if refused and not happened:
            disk.found.wrong.append(f"{kind}: refused without a fault")
        disk.again(kind, person)
        if tries % 50 == 0:
            print(f"{disk.found.injected.total()} faults, {len(disk.found.wrong)} wrong", flush=True)
    disk.end()


def limit_files(disk: Disk, number: int) -> None:
    """Without strace: files that cannot grow, which SQLite hears of as an error of the disk."""
    site = disk.begin()
    for _ in range(number):
        person = disk.people[0]
        with cannot_grow(site.process.pid or 0, disk.path, disk.chance.choice([0, 100, 5_000, 9_000])):
            refused = disk.failing("EFBIG", person)
        disk.found.injected["EFBIG"] += refused
        disk.again("EFBIG", person)
    disk.end()


def fill_disk(base: Path, folder: Path, chance: random.Random, found: Faults) -> bool:
    """A small file system that is filled to its last byte, then emptied; False where none can be mounted."""
    place = folder / "small"
    place.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "none", str(place)], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        print("full disk: no file system can be mounted here", flush=True)
        return False
    try:
        disk = Disk(base, place, chance, found)
        disk.begin()
        for _ in range(10):
            filler = place / "filler"
            with suppress(OSError), filler.open("wb", buffering=0) as file:
                while file.write(b"x" * 4096):
                    pass
            deadline = time.monotonic() + 60
            while not disk.failing("full disk", disk.people[0]) and time.monotonic() < deadline:
                pass  # what is left of the log is written to first
            filler.unlink()
            disk.again("full disk", disk.people[0])
            found.injected["full disk"] += 1
        disk.end()
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)
    return True


def fault_all(base: Path, folder: Path, faults: int, seed: int) -> Faults:
    """All faults: by strace where it exists, else by limits of files; and a full disk."""
    found, chance = Faults(), random.Random(seed)
    (folder / "faults").mkdir()
    disk = Disk(base, folder / "faults", chance, found)
    if shutil.which("strace"):
        inject(disk, faults)
        limit_files(disk, max(1, faults // 10))
    else:
        print("strace is not installed: files are kept from growing instead", flush=True)
        limit_files(disk, faults)
    fill_disk(base, folder, chance, found)
    if found.answers[500]:
        found.wrong.append(f"{found.answers[500]} answers of 500")
    return found
