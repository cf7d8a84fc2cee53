"""Which tests run when not all are asked for."""

from collections import defaultdict
from pathlib import Path
from zlib import crc32

import pytest

HANDLERS = Path(__file__).parent / "handlers"
DATABASES = ("sqlite", "postgresql")


def choose(items: list[pytest.Item]) -> list[pytest.Item]:
    """Of a handler's test for both databases, one: the same one every time, and each database has half of them.

    Handlers know no database; what they stand on is tested on both, here and there. So do other tests that are marked
    `either`. Elsewhere the rows of a table take turns, so that each table is on both. A test marked `long` is left
    out.
    """
    asked = {item.nodeid for item in items}
    pairs = [item for item in items if _of_the_other(item.nodeid) in asked]
    spare = {item for item in pairs if _needs_one(item) and not _is_chosen(item.nodeid)} | _out_of_turn(pairs)
    return [item for item in items if item not in spare and not item.get_closest_marker("long")]


def _out_of_turn(pairs: list[pytest.Item]) -> set[pytest.Item]:
    """Of each table the odd rows on the one database, the even ones on the other."""
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


def waiting_first(items: list[pytest.Item]) -> list[pytest.Item]:
    """Begin with tests marked `waits`: at the end nobody would have work for the time that they leave unused."""
    return sorted(items, key=lambda item: item.get_closest_marker("waits") is None)


def _needs_one(item: pytest.Item) -> bool:
    return item.path.is_relative_to(HANDLERS) or item.get_closest_marker("either") is not None


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
