"""Sites on the database of ``gate_data``, closed in various ways; imported by the tests that ask them."""

from __future__ import annotations

import shutil

import pytest
from asgi import Client
from gate_data import build, build_confidential


@pytest.fixture(scope="session")
def gate_files(tmp_path_factory):
    """A folder with the database and the confidential one; nobody writes to them."""
    folder = tmp_path_factory.mktemp("gate")
    build(folder / "claims.db")
    build_confidential(folder / "identities.db")
    return folder


@pytest.fixture
def gate_site(gate_files, tmp_path, make_datasette):
    """Call with what stands in a metadata.yml; a client of a site on files of its own."""

    def make(metadata, *, confidential=False, database=None, **options):
        folder = tmp_path / f"site{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        paths = [shutil.copy(database or gate_files / "claims.db", folder / "claims.db")]
        paths += [shutil.copy(gate_files / "identities.db", folder)] if confidential else []
        # What is told must not depend on how busy the machine is.
        settings = {"sql_time_limit_ms": 30_000, "facet_time_limit_ms": 30_000, **options.pop("settings", {})}
        datasette = make_datasette(*paths, metadata=metadata, settings=settings, **options)
        datasette.root_enabled = True
        return Client(datasette)

    return make
