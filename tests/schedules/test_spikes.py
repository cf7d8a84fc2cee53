"""Many signals at once, on both databases: one card a queue, edits that collapse, and no end that is lost."""

import asyncio
import random
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

import schedules
from bot.alerts import Alert, Signal
from bot.clock import Clock
from bot.database import Database
from bot.directory import Person
from bot.features.spikes import PERSON, Ask, Spike, State
from bot.messages.spikes import added
from bot.outbox import Card, Outgoing, opened
from bot.outbox import State as Said
from bot.teams import Team
from bot.timetable.keeper import Keeper
from schedules.spikes import hear
from tests.conftest import TUESDAY

QUEUES = [f"queue {nth}" for nth in range(20)]
A_MINUTE = timedelta(minutes=1)


def alert(queue: str, signal: Signal = Signal.FIRING, value: float | None = None) -> Alert:
    return Alert("grafana", signal, key=queue, queue=queue, value=value)


async def signalled(database: Database, team: Team, said: Alert, seconds: float) -> None:
    async with database.begin() as session:
        await hear(session, await session.get_one(Team, team.id), said, now=TUESDAY + timedelta(seconds=seconds))


async def waiting(database: Database, method: str) -> list[Outgoing]:
    async with database.reading() as session:
        rows = select(Outgoing).where(Outgoing.state == Said.WAITING, Outgoing.method == method)
        return list(await session.scalars(rows.order_by(Outgoing.id)))


async def say_all(session: AsyncSession) -> None:
    """As the relay would."""
    for row in await session.scalars(select(Outgoing).where(Outgoing.card.is_not(None), Outgoing.under.is_(None))):
        if await session.get(Card, (row.workspace_id, row.card)) is None:
            session.add(Card(row.workspace_id, row.card or "", row.conversation, f"{row.id}.0"))
    await session.execute(update(Outgoing).values(state=Said.SENT, settled_at=TUESDAY, body=None))


@pytest.mark.either
@pytest.mark.long
async def test_two_hundred_alerts_for_twenty_queues_are_twenty_cards_in_their_newest_state(
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
            assert f"is at *{spike.value:.0f}*" in opened(edit, database.vault)["text"]
        assert len((await session.scalars(select(Ask))).all()) == 1

    for queue in QUEUES:
        await signalled(database, team, alert(queue, Signal.RESOLVED), 58)
    await Keeper(database, Clock(lambda: TUESDAY + 4 * A_MINUTE), schedules.JOBS).tick()
    async with database.reading() as session:
        assert set(await session.scalars(select(Spike.state))) == {State.RESOLVED}
    edits = await waiting(database, "chat.update")
    assert sum("is calm again at 10:0" in opened(row, database.vault)["text"] for row in edits) == 20
    assert len([row for row in edits if row.conversation == "C1"]) == 20


async def test_the_same_said_again_is_no_edit(database: Database, team: Team) -> None:
    await signalled(database, team, alert("phones", value=20), 0)
    async with database.begin() as session:
        await say_all(session)
    for nth in range(5):
        await signalled(database, team, alert("phones", value=20), 1 + nth)

    assert await waiting(database, "chat.update") == []


@pytest.mark.parametrize(("caller", "words"), [("UBEN", "printer on fire"), ("UBEN", ""), (None, "Wait over 10 min")])
async def test_what_a_second_person_says_of_a_spike_is_in_its_story(
    database: Database, team: Team, caller: str | None, words: str
) -> None:
    async with database.reading() as session:
        ben = await session.get_one(Person, (team.workspace_id, "UBEN"))
    for by, said in (("UANA", "all lines"), (caller, words)):
        told = Alert(PERSON if by else "grafana", Signal.FIRING, queue="phones", title=said)
        async with database.begin() as session:
            await hear(session, await session.get_one(Team, team.id), told, caller_id=by, now=TUESDAY)

    story = [opened(row, database.vault)["text"] for row in await waiting(database, "chat.postMessage") if row.under]
    assert story == ([added(ben, words).text] if caller and words else [])


@pytest.mark.own_database
async def test_at_the_very_same_time_they_are_still_one(database: Database, team: Team) -> None:
    both = [alert("phones", value=nth) for nth in range(1, 9)] + [alert("chat", value=1)] * 8
    await asyncio.gather(*(signalled(database, team, each, 0) for each in both))

    async with database.reading() as session:
        found = {each.queue: each.peak for each in await session.scalars(select(Spike))}
    assert found == {"phones": 8, "chat": 1}


@pytest.mark.parametrize("minutes", [3, 130])
async def test_nothing_is_said_in_a_channel_that_is_closed(database: Database, team: Team, minutes: int) -> None:
    async with database.begin() as session:
        (await session.get_one(Team, team.id)).is_closed = True
    await signalled(database, team, alert("phones"), 60 * minutes)

    assert await waiting(database, "chat.postMessage") == []
