"""Selection of the tests that run by default, and their order."""

from collections import defaultdict
from pathlib import Path
from zlib import crc32

import pytest

HANDLERS = Path(__file__).parent / "handlers"
DATABASES = ("sqlite", "postgresql")
ONE_ON_POSTGRESQL = 8
"""Of how many tests of handlers one runs on PostgreSQL."""


def choose(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return the tests to run by default.

    Each test of handlers runs on one of the two databases, always the same one: handlers do not depend on the database,
    and the code below them is tested on both. One in eight runs on PostgreSQL, where a test takes several times as long
    as on SQLite, because each of its statements is a request to a server. Tests marked `either` are treated in the same
    way. The rows of other parametrized tests alternate between the databases, so that each test runs on
    both. Tests marked `long` are left out.
    """
    asked = {item.nodeid for item in items}
    pairs = [item for item in items if _of_the_other(item.nodeid) in asked]
    spare = {item for item in pairs if _needs_one(item) and not _is_chosen(item.nodeid)} | _out_of_turn(pairs)
    return [item for item in items if item not in spare and not item.get_closest_marker("long")]


def _out_of_turn(pairs: list[pytest.Item]) -> set[pytest.Item]:
    """Return the tests to leave out: of parametrized tests, odd rows on one database, even rows on the other."""
    tables: dict[str, dict[str, list[pytest.Item]]] = defaultdict(lambda: defaultdict(list))
    for item in pairs:
        if not _needs_one(item) and not item.get_closest_marker("own_database"):
            first = min(item.nodeid, _of_the_other(item.nodeid))
            tables[item.nodeid.partition("[")[0]][first].append(item)
    return {
        sorted(row, key=lambda item: item.nodeid)[number % 2]
        for table in tables.values()
        if len(table) > 1
        for number, row in enumerate(table.values())
    }


def long_first(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """Sort the tests so that the long ones begin first, since the last one would run alone.

    Each of pytest-xdist's workers begins with an equal share, in this order, and takes from the end of another's share
    when its own is done. The first share begins with the tests marked `waits`, so that other tests run while these
    wait. The other shares begin with those marked `heavy`, each with those of one file, which share what they set up.
    """
    waiting = [item for item in items if item.get_closest_marker("waits")]
    heavy = [item for item in items if item.get_closest_marker("heavy")]
    others = [item for item in items if item not in {*waiting, *heavy}]
    begin = [waiting, *([] for _ in range(workers - 1))]
    files = list(dict.fromkeys(item.path for item in heavy))
    for item in heavy:
        begin[1 + files.index(item.path) % (workers - 1) if workers > 1 else 0].append(item)
    ordered: list[pytest.Item] = []
    for number, first in enumerate(begin):
        room = max(0, (len(items) - len(ordered)) // (workers - number) - len(first))
        ordered += [*first, *others[:room]]
        del others[:room]
    return ordered + others


def _needs_one(item: pytest.Item) -> bool:
    return item.path.is_relative_to(HANDLERS) or item.get_closest_marker("either") is not None


def _of_the_other(nodeid: str) -> str:
    """Return the node id of the same test on the other database; empty if it runs on only one."""
    name, bracket, parameters = nodeid.partition("[")
    words = parameters.removesuffix("]").split("-")
    if not set(words) & set(DATABASES):
        return ""
    return name + bracket + "-".join(_other(word) for word in words) + "]"


def _other(word: str) -> str:
    return DATABASES[1 - DATABASES.index(word)] if word in DATABASES else word


def _is_chosen(nodeid: str) -> bool:
    first = min(nodeid, _of_the_other(nodeid))
    database = DATABASES[crc32(first.encode()) % ONE_ON_POSTGRESQL == 0]
    return database in nodeid.partition("[")[2]
