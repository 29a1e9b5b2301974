"""Pages of the documentation that are made from the model are current."""

from pathlib import Path

from datasette_claims.schema.document import tables_page, vocabulary_page

DOCS = Path(__file__).parents[1] / "docs"


def test_the_vocabulary_page_is_current():
    assert (DOCS / "vocabulary.md").read_text(encoding="utf-8") == vocabulary_page()


def test_the_tables_page_is_current():
    assert (DOCS / "tables.md").read_text(encoding="utf-8") == tables_page()
