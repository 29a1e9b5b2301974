"""What is said when a text cannot be had."""

from __future__ import annotations


class NotObtained(ValueError):
    """No text could be had from a source. ``wrong`` says why, ``remedy`` what a person can do about it."""

    def __init__(self, source: str, wrong: str, remedy: str) -> None:
        super().__init__(f"{source}: {wrong}: {remedy}")
        self.source = source
        self.wrong = wrong
        self.remedy = remedy
