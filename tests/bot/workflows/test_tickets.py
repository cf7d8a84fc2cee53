"""Ticket counts: each ticket counts once, too many start a spike, and the usual number is learned at night."""

import asyncio
import random
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert, Signal, Ticket
from bot.db import personal_data
from bot.db.personal_data import WORK_RETENTION
from bot.db.sessions import Database
from bot.features.heads_ups.models import HeadsUp
from bot.features.tickets import queries
from bot.features.tickets.models import KnownTicket, TicketQueue, UsualHour
from bot.features.tickets.settings import Settings
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.scheduler.models import About, Occurrence, ScheduledJob
from bot.workflows import tickets as workflows_tickets
from bot.workflows.spikes import signals
from schedules import tickets
from tests.conftest import TUESDAY

A_MINUTE, AN_HOUR, A_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FIRING, RESOLVED = Signal.FIRING, Signal.RESOLVED


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Alert]:
    """Record the alerts of ticket spikes instead of applying them."""
    alerts: list[Alert] = []

    async def hear(session: AsyncSession, team: Team, alert: Alert, *, now: datetime) -> None:
        alerts.append(alert)

    monkeypatch.setattr(signals, "receive_alert", hear)
    return alerts


def came(many: int, at: datetime, *, start: int = 0, queue: str = "phones") -> list[Ticket]:
    return [Ticket(queue, str(start + number), True, at) for number in range(many)]


async def phones(session: AsyncSession) -> TicketQueue:
    return (await session.scalars(select(TicketQueue).where(TicketQueue.name == "phones"))).one()


async def test_too_many_tickets_send_an_alert_that_is_repeated_as_their_number_grows(
    session: AsyncSession, team: Team, heard: list[Alert]
) -> None:
    await workflows_tickets.count_tickets(session, team, came(19, TUESDAY), now=TUESDAY)
    assert not heard
    for number in range(19, 40):
        now = TUESDAY + number * timedelta(seconds=5)
        await workflows_tickets.count_tickets(session, team, came(1, now, start=number), now=now)

    assert [(alert.signal, alert.value) for alert in heard] == [(FIRING, 20), (FIRING, 25), (FIRING, 32), (FIRING, 40)]
    first = heard[0]
    assert (first.source, first.queue, first.threshold) == ("tickets", "phones", 20)
    assert first.title == "20 tickets in 15 minutes, 20 open"


async def test_each_ticket_event_counts_exactly_once_in_any_order(
    session: AsyncSession, team: Team, heard: list[Alert]
) -> None:
    story = [Ticket("phones", str(id), is_in, TUESDAY + id * A_MINUTE + (not is_in) * A_MINUTE)
             for id in range(10) for is_in in (True, False)]  # fmt: skip
    story += came(5, TUESDAY, start=100)
    for seed in range(5):
        shuffled = random.Random(seed).sample(story * 2, len(story) * 2)
        for each in shuffled:
            await workflows_tickets.count_tickets(session, team, [each], now=TUESDAY + 12 * A_MINUTE)
        queue = await phones(session)
        load = await queries.find_load(session, team, queue, now=TUESDAY + 12 * A_MINUTE)
        assert (load.came, load.open, queue.open) == (15, 5, 5)
    assert not heard


async def test_reopened_ticket_counts_as_a_new_one(session: AsyncSession, team: Team, heard: list[Alert]) -> None:
    for minutes, is_in in ((0, True), (1, True), (2, False), (20, True)):
        at = TUESDAY + minutes * A_MINUTE
        await workflows_tickets.count_tickets(session, team, [Ticket("phones", "7", is_in, at)], now=at)
        load = await queries.find_load(session, team, await phones(session), now=at)
        assert (load.came, load.open) == (1, int(is_in))


async def test_tickets_of_each_queue_are_counted_separately(
    session: AsyncSession, team: Team, heard: list[Alert]
) -> None:
    await workflows_tickets.count_tickets(
        session, team, [*came(15, TUESDAY), *came(15, TUESDAY, queue="mail")], now=TUESDAY
    )
    assert not heard
    await workflows_tickets.count_tickets(session, team, came(5, TUESDAY, start=50, queue=" mail "), now=TUESDAY)

    assert [alert.queue for alert in heard] == ["mail"]


@pytest.mark.parametrize("other", ["Phones", "#phones", "@phones:", "pho\u00adnes", "phones "])
async def test_tickets_of_differently_spelled_queue_names_are_counted_together(
    session: AsyncSession, team: Team, heard: list[Alert], other: str
) -> None:
    mixed = came(10, TUESDAY) + came(10, TUESDAY, start=10, queue=other)
    await workflows_tickets.count_tickets(session, team, mixed[:12], now=TUESDAY)
    await workflows_tickets.count_tickets(session, team, mixed[12:], now=TUESDAY)

    assert [(each.queue, each.value) for each in heard] == [("phones", 20)]
    assert (await session.scalars(select(TicketQueue.name))).all() == ["phones"]


async def check_load(session: AsyncSession, team: Team, at: datetime) -> None:
    await tickets.check_load(session, team, Occurrence(at, at, About("tickets", (await phones(session)).id)))


async def test_ticket_spike_ends_on_schedule_without_new_tickets(
    session: AsyncSession, team: Team, heard: list[Alert]
) -> None:
    await workflows_tickets.count_tickets(session, team, came(12, TUESDAY), now=TUESDAY)
    await workflows_tickets.count_tickets(
        session, team, came(12, TUESDAY + 8 * A_MINUTE, start=12), now=TUESDAY + 8 * A_MINUTE
    )
    (due,) = await session.scalars(select(ScheduledJob.due_at).where(ScheduledJob.job == "tickets.check_load"))
    assert due == TUESDAY + 10 * A_MINUTE
    for minutes in (10, 15, 20, 25, 30):
        await check_load(session, team, TUESDAY + minutes * A_MINUTE)

    told = [(alert.signal, alert.value) for alert in heard]
    assert told == [(FIRING, 24), (FIRING, 24), (FIRING, 12), (FIRING, 12), (RESOLVED, 0)]
    assert (await phones(session)).told == 0


async def test_ticket_spike_below_its_lower_bound_ends_with_the_next_ticket(
    session: AsyncSession, team: Team, heard: list[Alert]
) -> None:
    await workflows_tickets.count_tickets(session, team, came(20, TUESDAY), now=TUESDAY)
    later = TUESDAY + 16 * A_MINUTE
    await workflows_tickets.count_tickets(session, team, came(3, later, start=20), now=later)

    assert [alert.signal for alert in heard] == [FIRING, RESOLVED]
    assert heard[-1].title == "3 tickets in 15 minutes, 23 open"


@pytest.mark.own_database
async def test_concurrent_ticket_events_are_all_counted(database: Database, team: Team, heard: list[Alert]) -> None:
    at_once = asyncio.Semaphore(8)

    async def tell(number: int) -> None:
        async with at_once, database.begin() as session:
            said = [*came(1, TUESDAY, start=number), *came(1, TUESDAY, start=number, queue="mail")]
            await workflows_tickets.count_tickets(session, team, said[:: 1 if number % 2 else -1], now=TUESDAY)

    await asyncio.gather(*(tell(number % 30) for number in range(60)))

    async with database.reading() as session:
        queue = await phones(session)
        assert (queue.open, await session.scalar(select(func.count()).where(KnownTicket.queue_id == queue.id))) == (
            30,
            30,
        )
    fired = [(alert.queue, alert.value) for alert in heard]
    assert sorted(fired) == [("mail", 20), ("mail", 25), ("phones", 20), ("phones", 25)]


async def record_week(session: AsyncSession, team: Team, start: datetime, hours: Iterable[int], many: int) -> None:
    """Record `many` tickets in each of these hours for a week, and learn the usual count every night."""
    for day in range(7):
        for hour in hours:
            at = start + day * A_DAY + hour * AN_HOUR
            await workflows_tickets.count_tickets(
                session, team, came(many, at, start=int(at.timestamp())), now=at + AN_HOUR
            )
        await queries.learn_usual(session, "T1", now=start + (day + 1) * A_DAY + 3 * AN_HOUR, limit=50)


async def test_usual_number_of_tickets_is_learned_per_hour_of_the_week(
    session: AsyncSession, team: Team, heard: list[Alert]
) -> None:
    Settings(limit=9999).keep(team)
    midnight = TUESDAY.replace(hour=0)
    await workflows_tickets.count_tickets(
        session, team, came(1, midnight - 2 * AN_HOUR, start=-9), now=midnight - 2 * AN_HOUR
    )
    for week in range(3):
        await record_week(session, team, midnight + 7 * week * A_DAY, (9, 10), 36)
    now = midnight + 21 * A_DAY + 10.5 * AN_HOUR
    load = await queries.find_load(session, team, await phones(session), now=now)
    assert (load.usual.mean, load.usual.weeks) == (9, 3)
    at_noon = await queries.find_load(session, team, await phones(session), now=now + 2 * AN_HOUR)
    assert (at_noon.usual.mean, at_noon.bounds.fires) == (0, 8)

    await workflows_tickets.count_tickets(session, team, came(17, now, start=-99), now=now)
    assert not heard
    await workflows_tickets.count_tickets(session, team, came(1, now, start=-9999), now=now)
    assert heard[0].title.startswith("18 tickets in 15 minutes (usually about 9), ")
    assert len((await session.scalars(select(UsualHour))).all()) == 168


async def test_weeks_without_tickets_do_not_affect_the_usual_ticket_count(
    session: AsyncSession, team: Team, heard: list[Alert]
) -> None:
    await workflows_tickets.count_tickets(session, team, came(5, TUESDAY), now=TUESDAY)
    for days in range(1, 30):
        await queries.learn_usual(session, "T1", now=TUESDAY + days * A_DAY, limit=50)
    weeks = {each.weeks for each in await session.scalars(select(UsualHour))}

    assert weeks <= {1}
    assert TUESDAY + 28 * A_DAY <= (await phones(session)).learnt_until <= TUESDAY + 29 * A_DAY


async def test_learning_of_usual_ticket_counts_continues_after_a_full_batch(
    session: AsyncSession, team: Team, workspace: Workspace, heard: list[Alert], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflows_tickets, "BATCH", 2)
    for name in "abc":
        await workflows_tickets.count_tickets(session, team, came(3, TUESDAY, queue=name), now=TUESDAY)
    at = TUESDAY + 2 * A_DAY
    for again in (True, False):
        await tickets.learn_usual(session, workspace, Occurrence(at, TUESDAY))
        more = select(func.count()).where(ScheduledJob.job == "tickets.learn_usual", ScheduledJob.due_at > at)
        assert bool(await session.scalar(more)) is again
        at += timedelta(seconds=1)

    assert not await queries.learn_usual(session, "T1", now=at, limit=50)


async def test_old_tickets_are_pruned_and_no_longer_count_as_open(
    session: AsyncSession, team: Team, heard: list[Alert]
) -> None:
    await workflows_tickets.count_tickets(session, team, came(6, TUESDAY), now=TUESDAY)
    left = [Ticket("phones", "0", False, TUESDAY), Ticket("phones", "1", False, TUESDAY + 3 * A_DAY)]
    await workflows_tickets.count_tickets(session, team, left[:1], now=TUESDAY)
    await workflows_tickets.count_tickets(session, team, left[1:], now=TUESDAY + 3 * A_DAY)
    assert (await phones(session)).open == 4
    night = TUESDAY + A_DAY + WORK_RETENTION

    assert await personal_data.prune(session, "T1", now=night, limit=3) == 3
    assert await personal_data.prune(session, "T1", now=night, limit=3) == 2
    assert await personal_data.prune(session, "T1", now=night, limit=3) == 0
    await session.flush()
    assert (await phones(session)).open == 0
    await workflows_tickets.count_tickets(
        session, team, [Ticket("phones", "5", False, TUESDAY)], now=TUESDAY + 4 * A_DAY
    )
    assert (await phones(session)).open == 0


@pytest.mark.parametrize(
    ("queues", "hours", "limit"),
    [([], 1, 14), (["Phones"], 1, 14), (["mail"], 1, 20), ([], 0, 20)],
)
async def test_limit_of_tickets_is_70_percent_while_a_heads_up_about_the_queue_holds(
    session: AsyncSession, team: Team, heard: list[Alert], queues: list[str], hours: int, limit: int
) -> None:
    ends_at = TUESDAY + hours * AN_HOUR
    for _ in range(2):
        session.add(HeadsUp("T1", team.id, "U1", "New prices", queues, TUESDAY - AN_HOUR, ends_at, "", "", 1))
    await session.flush()
    for number in range(limit - 1):
        await workflows_tickets.count_tickets(session, team, came(1, TUESDAY, start=number), now=TUESDAY)
    assert not heard
    await workflows_tickets.count_tickets(session, team, came(1, TUESDAY, start=limit), now=TUESDAY)
    assert [(alert.value, alert.threshold) for alert in heard] == [(limit, limit)]


async def test_limit_is_the_usual_one_again_as_soon_as_the_heads_up_ends_or_is_called_off(
    session: AsyncSession, team: Team, heard: list[Alert]
) -> None:
    found = HeadsUp("T1", team.id, "U1", "New prices", [], TUESDAY, TUESDAY + AN_HOUR, "", "", 1)
    session.add(found)
    await session.flush()
    await workflows_tickets.count_tickets(session, team, came(15, found.ends_at), now=found.ends_at)
    assert not heard
    found.cancelled_at = TUESDAY
    await session.flush()
    later = TUESDAY + 30 * A_MINUTE
    await workflows_tickets.count_tickets(session, team, came(15, later, start=50), now=later)
    assert not heard
