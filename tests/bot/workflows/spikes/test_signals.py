"""Many alerts at once, on both databases: one card per queue, merged edits, and no lost resolved alerts."""

import asyncio
import random
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert, Signal
from bot.clock import Clock
from bot.db.sessions import Database
from bot.escalation.models import Ask, Kind
from bot.features.spikes.models import PERSON, Spike, State
from bot.messages.spikes.cards import added_words_reply
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.scheduler.worker import SchedulerWorker
from bot.slack.outbox.models import Card, Outgoing
from bot.slack.outbox.models import State as Said
from bot.slack.outbox.queries import decrypt_payload
from bot.workflows.recurring_jobs import TEAM_JOBS, post_missed
from bot.workflows.spikes.signals import receive_alert, receive_alerts
from schedules.registry import JOBS
from tests.conftest import TUESDAY

QUEUES = [f"queue {nth}" for nth in range(20)]
A_MINUTE = timedelta(minutes=1)


def alert(queue: str, signal: Signal = Signal.FIRING, value: float | None = None) -> Alert:
    return Alert("grafana", signal, key=queue, queue=queue, value=value)


async def signalled(database: Database, team: Team, said: Alert, seconds: float) -> None:
    async with database.begin() as session:
        await receive_alert(
            session, await session.get_one(Team, team.id), said, now=TUESDAY + timedelta(seconds=seconds)
        )


async def waiting(database: Database, method: str) -> list[Outgoing]:
    async with database.reading() as session:
        rows = select(Outgoing).where(Outgoing.state == Said.WAITING, Outgoing.method == method)
        return list(await session.scalars(rows.order_by(Outgoing.id)))


async def say_all(session: AsyncSession) -> None:
    """Mark all outbox rows as sent, as the relay does."""
    for row in await session.scalars(select(Outgoing).where(Outgoing.card.is_not(None), Outgoing.under.is_(None))):
        if await session.get(Card, (row.workspace_id, row.card)) is None:
            session.add(Card(row.workspace_id, row.card or "", row.conversation, f"{row.id}.0"))
    await session.execute(update(Outgoing).values(state=Said.SENT, settled_at=TUESDAY, body=None))


@pytest.mark.either
@pytest.mark.long
async def test_two_hundred_alerts_for_twenty_queues_result_in_twenty_up_to_date_cards(
    database: Database, team: Team
) -> None:
    dice = random.Random(8)
    for nth, queue in enumerate(QUEUES):
        await signalled(database, team, alert(queue, value=20), nth / 10)
    posts = [row for row in await waiting(database, "chat.postMessage") if row.conversation == "C1"]
    assert Counter((row.card or "").partition(":")[0] for row in posts if not row.under) == {"spike": 20, "nobody": 1}
    assert await waiting(database, "chat.update") == []

    async with database.begin() as session:
        await say_all(session)
    for nth in range(180):
        value = dice.randint(15, 29)
        await signalled(database, team, alert(QUEUES[nth % 20], value=value), 10 + nth / 4)
    edits = await waiting(database, "chat.update")
    assert 0 < len(edits) <= 20
    assert len({row.card for row in edits}) == len(edits)
    async with database.reading() as session:
        for spike in await session.scalars(select(Spike)):
            (edit,) = [row for row in edits if row.card == f"spike:{spike.id}"]
            assert f"is at *{spike.value:.0f}*" in decrypt_payload(edit, database.vault)["text"]
        assert len((await session.scalars(select(Ask).where(Ask.kind == Kind.SPIKE))).all()) == 1

    for queue in QUEUES:
        await signalled(database, team, alert(queue, Signal.RESOLVED), 58)
    await SchedulerWorker(database, Clock(lambda: TUESDAY + 4 * A_MINUTE), JOBS, TEAM_JOBS, post_missed).tick()
    async with database.reading() as session:
        assert set(await session.scalars(select(Spike.state))) == {State.RESOLVED}
    edits = await waiting(database, "chat.update")
    assert sum("calmed down after" in decrypt_payload(row, database.vault)["text"] for row in edits) == 20
    assert len([row for row in edits if row.conversation == "C1"]) == 20


async def test_repeated_alert_does_not_edit_the_card(database: Database, team: Team) -> None:
    await signalled(database, team, alert("phones", value=20), 0)
    async with database.begin() as session:
        await say_all(session)
    for nth in range(5):
        await signalled(database, team, alert("phones", value=20), 1 + nth)

    assert await waiting(database, "chat.update") == []


@pytest.mark.parametrize(("caller", "words"), [("UBEN", "printer on fire"), ("UBEN", ""), (None, "Wait over 10 min")])
async def test_report_of_a_spike_by_a_second_person_is_posted_in_its_thread(
    database: Database, team: Team, caller: str | None, words: str
) -> None:
    async with database.reading() as session:
        ben = await session.get_one(Person, (team.workspace_id, "UBEN"))
    for by, said in (("UANA", "all lines"), (caller, words)):
        parse_delivery = Alert(PERSON if by else "grafana", Signal.FIRING, queue="phones", title=said)
        async with database.begin() as session:
            await receive_alert(
                session, await session.get_one(Team, team.id), parse_delivery, caller_id=by, now=TUESDAY
            )

    story = [
        decrypt_payload(row, database.vault)["text"] for row in await waiting(database, "chat.postMessage") if row.under
    ]
    assert story == ([added_words_reply(ben, words).text] if caller and words else [])


def parse_delivery(text: str) -> list[Alert]:
    """Parse `a:40 b:100 -a` into the alerts of one delivery about one queue; a minus means that a cause is resolved."""
    found = []
    for each in text.split():
        key, _, value = each.lstrip("-").partition(":")
        signal = Signal.RESOLVED if each.startswith("-") else Signal.FIRING
        found.append(Alert("grafana", signal, key=key, queue="phones", value=float(value) if value else None))
    return found


async def delivered(database: Database, team: Team, text: str, minute: int) -> Spike:
    async with database.begin() as session:
        await receive_alerts(
            session, await session.get_one(Team, team.id), parse_delivery(text), now=TUESDAY + minute * A_MINUTE
        )
    async with database.reading() as session:
        return (await session.scalars(select(Spike))).one()


LADDER = " ".join(f"k{nth}:{nth}" for nth in range(41, 241))


@pytest.mark.parametrize(
    ("deliveries", "stories", "value"),
    [
        ([LADDER], 0, 240),
        (["a:40", LADDER], 1, 240),
        (["a:40", LADDER, LADDER], 1, 240),
        (["a:40", "b:70 c:110 d:30"], 1, 110),
        (["a:40", "d:30 c:110 b:70"], 1, 110),
        (["a:40", "b:41 c:42"], 0, 42),
        (["a:40 b:100", "-b"], 0, 40),
        (["a:40 b:100", "-b c:20"], 0, 40),
    ],
)
async def test_webhook_delivery_adds_at_most_one_reply_to_the_spikes_thread(
    database: Database, team: Team, deliveries: list[str], stories: int, value: float
) -> None:
    for nth, each in enumerate(deliveries):
        spike = await delivered(database, team, each, nth)

    rows = await waiting(database, "chat.postMessage")
    assert len([row for row in rows if row.under]) == stories
    assert (spike.value, spike.calm_at) == (value, None)


@pytest.mark.parametrize(
    ("deliveries", "is_calming"),
    [
        (["a -a"], True), (["a", "b -a -b"], True), (["a", "-a b"], False), (["a", "b -a"], False),
        (["a", "-a a"], False), (["a b", "-b -a"], True), (["a b", "-a -b c"], False),
    ],
)  # fmt: skip
async def test_last_alert_of_a_webhook_delivery_decides_whether_the_spike_ends(
    database: Database, team: Team, deliveries: list[str], is_calming: bool
) -> None:
    for nth, each in enumerate(deliveries):
        spike = await delivered(database, team, each, nth)
    await SchedulerWorker(database, Clock(lambda: TUESDAY + 10 * A_MINUTE), JOBS, TEAM_JOBS, post_missed).tick()

    assert (spike.calm_at is not None) is is_calming
    async with database.reading() as session:
        assert (await session.get_one(Spike, spike.id)).is_over is is_calming


@pytest.mark.parametrize(
    ("source", "hours", "is_over"),
    [("alertmanager", 4, False), ("pagerduty", 26, False), ("generic", 2, True), ("message", 2, True)],
)
async def test_spike_times_out_only_if_its_source_sends_no_resolved_alerts(
    database: Database, team: Team, source: str, hours: int, is_over: bool
) -> None:
    now = TUESDAY
    await signalled(database, team, Alert(source, Signal.FIRING, key="a", queue="phones"), 0)
    worker = SchedulerWorker(database, Clock(lambda: now), [job for job in JOBS if "spikes" in job.name])
    for _ in range(hours):
        now += timedelta(hours=1)
        await worker.tick()

    async with database.reading() as session:
        assert (await session.scalars(select(Spike))).one().is_over is is_over


@pytest.mark.own_database
async def test_concurrent_alerts_for_a_queue_open_one_spike(database: Database, team: Team) -> None:
    both = [alert("phones", value=nth) for nth in range(1, 9)] + [alert("chat", value=1)] * 8
    await asyncio.gather(*(signalled(database, team, each, 0) for each in both))

    async with database.reading() as session:
        found = {each.queue: each.peak for each in await session.scalars(select(Spike))}
    assert found == {"phones": 8, "chat": 1}


@pytest.mark.parametrize("minutes", [3, 130])
async def test_alert_is_not_posted_in_a_closed_channel(database: Database, team: Team, minutes: int) -> None:
    async with database.begin() as session:
        (await session.get_one(Team, team.id)).is_closed = True
    await signalled(database, team, alert("phones"), 60 * minutes)

    assert await waiting(database, "chat.postMessage") == []
