"""What is said when a text cannot be had."""

from __future__ import annotations


class NotObtained(ValueError):
    """No text could be had from a source. ``wrong`` says why, ``remedy`` what a person can do about it."""

    def __init__(self, source: str, wrong: str, remedy: str) -> None:
        super().__init__(f"{source}: {wrong}: {remedy}")
        self.source = source
        self.wrong = wrong
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[NotObtained], tuple[str, str, str]]:
        """How it is sent to another process: an exception is made anew from its message alone otherwise."""
        return type(self), (self.source, self.wrong, self.remedy)
