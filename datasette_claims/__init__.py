"""datasette-claims: who says what, for whom, how we know, and whether they agree."""
