"""The order in which leaders are asked about a spike: least time with customers first, deputies last."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.escalation.rules import Candidate, choose_next
from bot.features.spikes.rules import ask_order_key
from bot.org.people import Person
from tests.conftest import TUESDAY


def leader(
    name: str, *, deputy: bool = False, ready: bool = True, free: bool = True, frontline: int = 0,
    days: int | None = None, sizes: Sequence[float | None] = (),
) -> Candidate:  # fmt: skip
    asked_at = None if days is None else TUESDAY - timedelta(days=days)
    order = ask_order_key(is_deputy=deputy, is_ready=ready, frontline=frontline, asked_at=asked_at)
    return Candidate(Person("T1", name, name), order, is_free=free, sizes=sizes)


@pytest.mark.parametrize(
    ("leaders", "expected"),
    [
        ([], None),
        ([leader("a", free=False)], None),
        ([leader("a", frontline=60), leader("b", frontline=30)], "b"),
        ([leader("a", days=3), leader("b", days=9)], "b"),
        ([leader("a", days=3), leader("b")], "b"),
        ([leader("a", ready=False), leader("b", frontline=600)], "b"),
        ([leader("a", deputy=True), leader("b", ready=False, frontline=600, days=0)], "b"),
        ([leader("a", deputy=True), leader("b", free=False)], "a"),
        ([leader("a", sizes=[20]), leader("b", deputy=True)], "b"),
        ([leader("a", sizes=[20])], "a"),
        ([leader("a", sizes=[21])], None),
        ([leader("a", sizes=[None])], None),
        ([leader("a", sizes=[10, 20])], None),
        ([leader("a", sizes=[20]), leader("b", frontline=600)], "b"),
    ],
)
def test_next_available_leader_in_turn_is_asked_about_a_spike(leaders: list[Candidate], expected: str | None) -> None:
    found = choose_next(leaders, 30)

    assert (found.person.id if found else None) == expected
