"""The worker's database with a team, for tests that undo many times what they did in it."""

from pathlib import Path

import pytest

from tests.databases import Place


@pytest.fixture
def harbour(template: str | None, request: pytest.FixtureRequest) -> Place:
    """Where it is, on each of the two."""
    if template:
        return Place(request.getfixturevalue("postgres_with_a_team"), Path())
    return Place(None, request.getfixturevalue("sqlite_with_a_team"))
