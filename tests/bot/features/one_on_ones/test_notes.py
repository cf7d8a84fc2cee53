"""Notes and topics of one-on-ones: encrypted in the database, and readable only by the two people."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import personal_data
from bot.db.models import Base
from bot.db.personal_data import RETENTION
from bot.db.sessions import Database
from bot.errors import Refusal
from bot.features.one_on_ones import notes, nudges, queries
from bot.features.one_on_ones.models import Note, Topic
from bot.meetings.models import Meeting
from bot.meetings.rules import Pair
from bot.nudges.selection import Urgency
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team
from bot.workflows.one_on_ones import bookings, outcomes
from tests.conftest import TUESDAY

SECRET = "she cried on Tuesday"
A_DAY = timedelta(days=1)


async def ana_and_maya(session: AsyncSession, team: Team) -> Pair:
    await queries.reconcile_pairs(session, team, now=TUESDAY)
    return await queries.find_pair_with(session, "T1", "UANA", "UMAYA")


async def test_agent_and_leader_can_read_their_notes_which_are_encrypted_in_the_database(
    database: Database, team: Team
) -> None:
    async with database.begin() as session:
        pair = await ana_and_maya(session, team)
        await notes.add_note(session, pair, "UMAYA", SECRET, now=TUESDAY)
        await notes.add_topic(session, pair, "UANA", SECRET, now=TUESDAY)
    async with database.reading() as session:
        for reader in ("UMAYA", "UANA"):
            kept = await notes.fetch_notes(session, pair, reader)
            assert [each.words for each in (*kept.notes, *kept.topics)] == [SECRET, SECRET]
        for table in ("notes", "topics"):
            (row,) = (await session.execute(text(f"SELECT * FROM {table}"))).mappings()
            assert SECRET not in str(dict(row))
            assert b"cried" not in bytes(row["sealed"])


@pytest.mark.parametrize("other", ["UBEN", "UELI", "UBOSS"])
async def test_only_the_leader_and_agent_of_a_pair_have_access_to_its_notes_and_topics(
    session: AsyncSession, team: Team, other: str
) -> None:
    """Every function refuses other agents, other leaders and admins."""
    session.add(Person("T1", "UBOSS", "boss", is_admin=True))
    pair = await ana_and_maya(session, team)
    await membership.set_leaders(session, team, leaders=["UMAYA", "UELI"], now=TUESDAY)
    await notes.add_note(session, pair, "UMAYA", SECRET, now=TUESDAY)
    asked = [
        notes.fetch_notes(session, pair, other),
        queries.find_pair_of_series(session, "T1", other, pair.series.id),
        notes.add_note(session, pair, other, "mine", now=TUESDAY),
        notes.add_topic(session, pair, other, "mine", now=TUESDAY),
        notes.complete_topics(session, pair, other, [1], now=TUESDAY),
        notes.mark_followed_up(session, "T1", other, 1, now=TUESDAY),
    ]
    for each in asked:
        with pytest.raises(Refusal):
            await each


async def test_next_leader_does_not_inherit_notes_of_the_previous_leader(session: AsyncSession, team: Team) -> None:
    pair = await ana_and_maya(session, team)
    await notes.add_note(session, pair, "UMAYA", SECRET, now=TUESDAY)
    await membership.set_leaders(session, team, leaders=["UELI"], now=TUESDAY)
    await queries.reconcile_pairs(session, team, now=TUESDAY)
    new = await queries.find_pair_with(session, "T1", "UELI", "UANA")

    assert (await notes.fetch_notes(session, new, "UELI")).notes == []
    old = await queries.find_pair_with(session, "T1", "UANA", "UMAYA")
    assert [each.words for each in (await notes.fetch_notes(session, old, "UANA")).notes] == [SECRET]


async def test_discussed_topics_disappear_and_open_topics_are_carried_over(session: AsyncSession, team: Team) -> None:
    pair = await ana_and_maya(session, team)
    for words in ("training", "the rota"):
        await notes.add_topic(session, pair, "UANA", words, now=TUESDAY)
    first, _ = (await notes.fetch_notes(session, pair, "UANA")).topics
    await notes.complete_topics(session, pair, "UMAYA", [first.id], now=TUESDAY)

    assert [each.words for each in (await notes.fetch_notes(session, pair, "UMAYA")).topics] == ["the rota"]


async def test_pair_has_at_most_ten_open_one_on_one_topics(session: AsyncSession, team: Team) -> None:
    pair = await ana_and_maya(session, team)
    for number in range(10):
        await notes.add_topic(session, pair, "UANA", f"topic {number}", now=TUESDAY)
    with pytest.raises(Refusal, match="already have 10 topics"):
        await notes.add_topic(session, pair, "UANA", "one more", now=TUESDAY)


async def test_notes_are_deleted_400_days_after_a_pair_has_ended(session: AsyncSession, team: Team) -> None:
    pair = await ana_and_maya(session, team)
    await notes.add_note(session, pair, "UMAYA", SECRET, now=TUESDAY)
    await outcomes.add_met_meeting(session, pair, "UMAYA", now=TUESDAY)
    models: list[type[Base]] = [Meeting, Note, Topic]

    assert await personal_data.prune(session, "T1", now=TUESDAY + RETENTION, limit=10, models=models) == 0
    assert await personal_data.prune(session, "T1", now=TUESDAY + RETENTION + A_DAY, limit=10, models=[Meeting]) == 1
    assert await personal_data.prune(session, "T1", now=TUESDAY + RETENTION + A_DAY, limit=10, models=models) == 0
    pair.series.ended_at = TUESDAY
    assert await personal_data.prune(session, "T1", now=TUESDAY + RETENTION + A_DAY, limit=10, models=models) == 1
    assert (await notes.fetch_notes(session, pair, "UMAYA")).notes == []


async def test_author_is_reminded_of_a_note_on_its_follow_up_day(session: AsyncSession, team: Team) -> None:
    pair = await ana_and_maya(session, team)
    day = TUESDAY.date() + 3 * A_DAY
    with pytest.raises(Refusal, match="after today"):
        await notes.add_note(session, pair, "UMAYA", "see how it goes", follow_up_on=TUESDAY.date(), now=TUESDAY)
    await notes.add_note(session, pair, "UMAYA", "see how it goes", follow_up_on=day, now=TUESDAY)
    people = {each.id: each for each in await session.scalars(select(Person))}
    seats = [Seat(people[id], team, Role.LEADER) for id in ("UMAYA", "UANA")]

    assert not await nudges.find_follow_ups(session, seats, TUESDAY + 2 * A_DAY)
    (found,) = await nudges.find_follow_ups(session, seats, TUESDAY + 3 * A_DAY)
    assert (found.seat.person.id, found.facts["other"], "see" in str(found.facts)) == ("UMAYA", "UANA", False)
    assert found.urgency is Urgency.LAST_DAY
    (again,) = await nudges.find_follow_ups(session, seats, TUESDAY + 10 * A_DAY)
    assert again.urgency is Urgency.TODAY  # a week later it may wait for a better moment
    await notes.mark_followed_up(session, "T1", "UMAYA", found.facts["note"], now=TUESDAY)
    assert not await nudges.find_follow_ups(session, seats, TUESDAY + 4 * A_DAY)


@pytest.mark.parametrize("later", [0, 1, 7, 30])
async def test_repeated_request_for_a_one_on_one_keeps_the_date_of_the_first_request(
    session: AsyncSession, team: Team, later: int
) -> None:
    pair = await ana_and_maya(session, team)
    await bookings.request_meeting(session, pair, "UANA", now=TUESDAY)
    await bookings.request_meeting(session, pair, "UANA", now=TUESDAY + later * A_DAY)

    assert pair.series.asked_at == TUESDAY


async def test_agent_can_request_another_one_on_one_after_a_meeting(session: AsyncSession, team: Team) -> None:
    pair = await ana_and_maya(session, team)
    await bookings.request_meeting(session, pair, "UANA", now=TUESDAY)
    await outcomes.add_met_meeting(session, pair, "UMAYA", now=TUESDAY)
    await bookings.request_meeting(session, pair, "UANA", now=TUESDAY + A_DAY)

    assert pair.series.asked_at == TUESDAY + A_DAY
