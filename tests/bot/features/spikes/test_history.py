"""The history of spikes over eight weeks: summary, queries, charts and CSV file."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.spikes import history as spikes_history
from bot.features.spikes.history import PastSpike, summarize
from bot.features.spikes.models import Ended, Kind, Spike, Stint
from bot.messages.spikes import history
from bot.org.people import Person
from bot.org.teams.models import Team
from sandbox.blocks import validation
from tests.conftest import TUESDAY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MINUTE = timedelta(minutes=1)


def at(day: int, hour: int, minutes: int | None = 20, after: int | None = None, queue: str = "phones") -> PastSpike:
    """Build a past spike in the week of Monday, 2 November 2026."""
    return PastSpike(queue, datetime(2026, 11, 2 + day, hour, tzinfo=UTC), minutes, after)


@pytest.mark.parametrize(
    ("past", "total", "by_queue", "length", "covered", "soon"),
    [
        ([], 0, {}, None, 0, None),
        ([at(0, 9)], 1, {"phones": 1}, None, 0, None),
        ([at(0, 9, None)], 1, {"phones": 1}, None, 0, None),
        ([at(0, 9, 0, 0)], 1, {"phones": 1}, None, 1, None),
        ([at(day, 9, 10, 4) for day in range(4)], 4, {"phones": 4}, None, 4, None),
        ([*(at(day, 9, 10, 4) for day in range(4)), at(4, 9, None)], 5, {"phones": 5}, None, 4, 4),
        ([at(day, 9, 10 * day, day) for day in range(5)], 5, {"phones": 5}, 20, 5, 2),
        ([at(day, 9, 10, 4 if day > 1 else None) for day in range(5)], 5, {"phones": 5}, 10, 3, 4),
        ([at(day, 9, 10, 4 if day > 2 else None) for day in range(5)], 5, {"phones": 5}, 10, 2, None),
        ([at(0, 9), at(0, 9, queue="chat"), at(1, 9, queue="chat")], 3, {"chat": 2, "phones": 1}, None, 0, None),
        ([at(0, 9, queue="Chat"), at(0, 9, queue="phones")], 2, {"Chat": 1, "phones": 1}, None, 0, None),
        ([at(0, 9, queue="Phones"), at(1, 9, queue="phones")], 2, {"phones": 2}, None, 0, None),
        ([at(0, 9, queue="VIP phones"), at(1, 9, queue="#vip-phones")], 2, {"#vip-phones": 2}, None, 0, None),
    ],
)
def test_past_spikes_are_summarized_by_queue_length_and_help(
    past: list[PastSpike], total: int, by_queue: dict[str, int], length: int | None, covered: int, soon: int | None
) -> None:
    found = summarize(past)

    assert (found.total, found.by_queue, found.length, found.covered, found.soon) == (
        total, by_queue, length, covered, soon,
    )  # fmt: skip
    assert list(found.by_queue) == list(by_queue)


def test_queue_with_fewer_than_five_spikes_has_no_median_length() -> None:
    found = summarize([*(at(day, 9, 30) for day in range(4)), *(at(day, 11, 20, queue="chat") for day in range(5))])

    assert (found.lengths, found.length) == ({"chat": 20}, 20)


def test_spikes_are_counted_by_hour_and_weekday_per_queue() -> None:
    found = summarize([at(0, 9), at(0, 9), at(6, 23, queue="chat")])

    assert found.hours == {"phones": {9: 2}, "chat": {23: 1}}
    assert found.weekdays == {"phones": {0: 2}, "chat": {6: 1}}


@pytest.mark.parametrize(
    "names",
    [
        ["phones"],
        ["a queue with a name that is long", "a queue with a name that is longer"],
        [f"queue {nth}" for nth in range(40)],
        ["Others", *(f"queue {nth}" for nth in range(8))],
        ["<!channel> & co"],
    ],
)
def test_slack_accepts_the_charts_of_spikes(team: Team, names: list[str]) -> None:
    post = history.history(team, summarize([at(nth % 7, nth % 24, queue=name) for nth, name in enumerate(names)]))

    validation.message(post.payload()["blocks"])
    assert "<!channel>" not in str(post.payload()["text"])
    assert "By weekday: Monday" in post.text


@pytest.mark.parametrize(
    ("queue", "cell"),
    [
        ("phones", "phones"),
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ('a "b", c', 'a "b", c'),
        ("ph;=cmd|' /C calc'!A0", "ph;'=cmd|' /C calc'!A0"),
        ("ph\t@SUM(A1)", "ph\t'@SUM(A1)"),
        ("ph,  +1", "ph,'  +1"),
        ("ph|-1;=2", "ph|'-1;'=2"),
        ("\uff1d1", "'\uff1d1"),
        (" =1", "' =1"),
        ("a-b @ c; d = e", "a-b @ c; d = e"),
        ("Rückfragen", "Rückfragen"),
    ],
)
def test_cells_of_the_csv_file_cannot_start_a_formula(queue: str, cell: str) -> None:
    content = history.as_csv([PastSpike(queue, datetime(2026, 11, 2, 9, 5, tzinfo=UTC), 12, None, 42.5)])
    _, row = csv.reader(io.StringIO(content.decode("utf-8-sig")))

    assert row == ["2026-11-02 09:05", "Monday", cell, "12", "42.5", ""]


def test_every_csv_cell_is_quoted() -> None:
    content = history.as_csv([PastSpike("phones", datetime(2026, 11, 2, 9, 5, tzinfo=UTC), 12, None, 42.5)]).decode()

    assert all(
        line.startswith('"') and line.endswith('"') for line in content.removeprefix("\ufeff").split("\r\n")[:-1]
    )
    assert content.count('"') == 2 * 6 * 2


def spike(team: Team, opened_at: datetime, minutes: int | None = 20, queue: str = "phones") -> Spike:
    resolved_at = opened_at + timedelta(minutes=minutes) if minutes is not None else None
    state = "resolved" if resolved_at else "open"
    return Spike(
        team.workspace_id, team.id, queue, queue, "person", opened_at, opened_at, state=state, resolved_at=resolved_at
    )


async def test_spike_history_covers_eight_weeks_and_has_the_delay_until_the_first_helper(
    session: AsyncSession, team: Team
) -> None:
    old, ours, alone = (
        spike(team, TUESDAY - timedelta(weeks=8)), spike(team, TUESDAY - DAY), spike(team, TUESDAY, None),
    )  # fmt: skip
    session.add_all([old, ours, alone])
    await session.flush()
    for minutes in (9, 4):
        start = ours.opened_at + timedelta(minutes=minutes)
        session.add(Stint(team.workspace_id, team.id, ours.id, "UMAYA", Kind.QUEUE, start, start + HOUR))
    found = await spikes_history.list_past_spikes(session, team, now=TUESDAY + HOUR)

    assert [(each.minutes, each.covered_after) for each in found] == [(20, 4), (None, None)]
    assert await spikes_history.count_since(session, team, TUESDAY - 2 * DAY) == 2


async def test_length_of_a_spike_is_unknown_if_it_ended_because_alerts_stopped(
    session: AsyncSession, team: Team
) -> None:
    silent = spike(team, TUESDAY - DAY, 0)
    silent.ended_how = Ended.QUIET
    session.add_all([silent, spike(team, TUESDAY)])

    assert [each.minutes for each in await spikes_history.list_past_spikes(session, team, now=TUESDAY + HOUR)] == [
        None,
        20,
    ]


async def test_help_by_an_anonymous_leader_counts_only_in_that_leaders_view(session: AsyncSession, team: Team) -> None:
    for nth, is_named in enumerate((True, False)):
        start = TUESDAY + nth * HOUR
        ended = start + 10 * MINUTE
        session.add(
            Stint(
                team.workspace_id, team.id, None, "UMAYA", Kind.QUEUE, start, ended, is_named=is_named, ended_at=ended
            )
        )
    await session.flush()
    start = TUESDAY - DAY

    assert await spikes_history.count_minutes(session, team, "UMAYA", start, named=False) == 20
    assert await spikes_history.count_minutes(session, team, "UMAYA", start, named=True) == 10


@pytest.mark.parametrize(("who", "may"), [("UMAYA", True), ("UANA", False), ("UNOBODY", False), ("UGRACE", True)])
async def test_only_leaders_and_the_sponsor_can_see_the_spike_history(
    session: AsyncSession, team: Team, who: str, may: bool
) -> None:
    team.sponsor_id = "UGRACE"
    person = Person("T1", who, who)
    if may:
        await spikes_history.check_may_see_history(session, team, person)
    else:
        with pytest.raises(Refusal, match="Only the team's leaders"):
            await spikes_history.check_may_see_history(session, team, person)
