"""Invented articles for the tests of spreading, in every form in which they can be handed in."""

import json
import random
import signal

PEOPLE = ("Mara Olsen", "Jonas Brandt", "Ines Duarte", "Paul Stone")
ROLES = ("minister", "mayor", "spokesperson")
THINGS = (
    "the harbour bridge will open in June after two years of work",
    "the budget of the city will be cut next year",
    "inspectors were not allowed into the building on Monday",
    "the talks on the new line have failed for good",
)


def article(number):
    """A seeded article with four sources."""
    chance = random.Random(number)
    parts = [f"Council differs over plan {number}"]
    for _ in range(4):
        name, thing, place = chance.choice(PEOPLE), chance.choice(THINGS), chance.randrange(999)
        parts.append(
            chance.choice(
                (
                    f"“{thing.capitalize()} in district {place},” {name} said on Tuesday.",
                    f"{name}, the {chance.choice(ROLES)}, said that {thing} in district {place}.",
                )
            )
        )
    return "\n\n".join(parts) + "\n"


def records(count):
    """Articles as records."""
    for number in range(count):
        yield {
            "text": article(number),
            "title": f"Plan {number}",
            "published_on": "2024-05-16",
            "url": f"https://news.example/{number}",
            "publisher": "Harbour News",
            "retrieved_at": "2024-05-17T08:00:00Z",
        }


def write_lines(path, given):
    """Records as JSON Lines."""
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in given), encoding="utf-8")
    return path


def contents(folder):
    """Every file of an order that is made of its articles, by name."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".db"
    }


def kill_self_once(task, shared):
    """A task that takes its process along, the first time."""
    import os
    from pathlib import Path

    marker = Path(task["marker"])
    if task["number"] == task["fatal"] and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return task["number"] ** 2


def kill_self(task):
    """A task that takes its process along, always."""
    import os

    os.kill(os.getpid(), signal.SIGKILL)
