"""Whatever check of ``permissions.py`` is taken away or turned round, a request shows it."""

import datasette  # noqa: F401  (runs on both lines)
from mutate_permissions import unnoticed


async def test_no_check_can_be_taken_away_unnoticed():
    count, missed = await unnoticed()
    assert missed == []
    assert count >= 15
