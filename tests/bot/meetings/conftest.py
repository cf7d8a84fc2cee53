"""A database with a team, for tests that roll back many transactions."""

from pathlib import Path

import pytest

from tests.databases import Place


@pytest.fixture
def harbour(template: str | None, request: pytest.FixtureRequest) -> Place:
    """Return the location of a database that contains a team, on SQLite or PostgreSQL."""
    if template:
        return Place(request.getfixturevalue("postgres_with_a_team"), Path())
    return Place(None, request.getfixturevalue("sqlite_with_a_team"))
