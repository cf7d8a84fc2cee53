"""Which of the tests here run when not all are asked for."""

from pathlib import Path
from zlib import crc32

import pytest

HERE = Path(__file__).parent
DATABASES = ("sqlite", "postgresql")


@pytest.fixture(autouse=True)
def patient(patience: None) -> None:
    """Slack's three seconds are for other tests."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a test for both databases, one: the same one every time, and each database has half of them.

    Handlers know no database; what they stand on is tested on both, here and there. A test that lives through weeks is
    left out too. `--every-pair` keeps them all.
    """
    if config.getoption("every_pair"):
        return
    asked = {item.nodeid for item in items}
    spare = [item for item in items if item.path.is_relative_to(HERE) and _of_the_other(item.nodeid) in asked]
    kept = [item for item in items if item not in set(spare) or _is_chosen(item.nodeid)]
    kept = [item for item in kept if not item.get_closest_marker("weeks")]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _of_the_other(nodeid: str) -> str:
    """The same test's name on the other database; its own where there is no other."""
    name, bracket, parameters = nodeid.partition("[")
    words = parameters.removesuffix("]").split("-")
    if not set(words) & set(DATABASES):
        return ""
    return name + bracket + "-".join(_other(word) for word in words) + "]"


def _other(word: str) -> str:
    return DATABASES[1 - DATABASES.index(word)] if word in DATABASES else word


def _is_chosen(nodeid: str) -> bool:
    first = min(nodeid, _of_the_other(nodeid))
    return nodeid == (first, max(nodeid, _of_the_other(nodeid)))[crc32(first.encode()) % 2]
