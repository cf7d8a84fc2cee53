"""Shadowing: consent of the agent, permissions, suggestions, and private notes of the leader."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import Database
from bot.errors import Refusal
from bot.features.shadowing import nudges, queries, wrap_ups
from bot.features.shadowing.wrap_ups import WrapUp
from bot.meetings import queries as meetings_queries
from bot.meetings import rules
from bot.meetings.models import Meeting, State
from bot.meetings.rules import Pair
from bot.meetings.settings import Asked, ShadowingPreferences
from bot.nudges.selection import Candidate
from bot.org import people as org_people
from bot.org import workspaces
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team
from bot.slack.dispatcher import Actor
from bot.workflows import shadowing
from bot.workflows.meetings import bookings
from tests.conftest import TUESDAY

A_DAY = timedelta(days=1)
AT = TUESDAY + A_DAY
SECRET = "she is afraid of the tool"


async def maya_and_ana(session: AsyncSession) -> Pair:
    return await queries.find_pair(session, "T1", "UMAYA", "UANA")


async def planned(session: AsyncSession) -> tuple[Pair, Meeting]:
    pair = await maya_and_ana(session)
    shadow = await shadowing.add_request(session, pair, AT, now=TUESDAY)
    rules.accept(pair, shadow, "UANA", now=TUESDAY)
    await session.flush()
    return pair, shadow


async def suggested(session: AsyncSession, team: Team, now: datetime, *ids: str) -> dict[str, Candidate]:
    await session.flush()
    people = await org_people.fetch_people(session, "T1", ids)
    seats = [Seat(people[id], team, Role.LEADER) for id in ids]
    return {each.seat.person.id: each for each in await nudges.find_suggestions(session, seats, now)}


async def refuse(session: AsyncSession, id: str) -> None:
    ShadowingPreferences(asked=Asked.RATHER_NOT).keep(await org_people.fetch_person(session, "T1", id))
    await session.flush()


@pytest.mark.parametrize(
    ("leader", "agent", "sentence"),
    [
        ("UBEN", "UANA", "Only leaders can shadow"),
        ("UMAYA", "UMAYA", "agents in a team you lead"),
        ("UMAYA", "UBOT", "agents in a team you lead"),
        ("UMAYA", "UGONE", "agents in a team you lead"),
    ],
)
async def test_only_leaders_can_ask_to_shadow_and_only_agents_of_their_team(
    session: AsyncSession, team: Team, leader: str, agent: str, sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        await queries.find_pair(session, "T1", leader, agent)


async def test_shadow_session_is_planned_only_when_the_agent_accepts(session: AsyncSession, team: Team) -> None:
    pair = await maya_and_ana(session)
    shadow = await shadowing.add_request(session, pair, AT, now=TUESDAY)
    for other in ("UMAYA", "UBEN"):
        with pytest.raises(Refusal):
            rules.accept(pair, shadow, other, now=TUESDAY)
    assert shadow.state == State.REQUESTED

    rules.accept(pair, shadow, "UANA", now=TUESDAY)
    assert shadow.state == State.PLANNED
    await session.flush()
    with pytest.raises(Refusal, match="already settled"):
        await bookings.decline(session, Actor("T1", "UANA"), shadow.id, now=TUESDAY)


async def test_only_leader_and_agent_have_access_to_a_shadow_session(session: AsyncSession, team: Team) -> None:
    _, shadow = await planned(session)
    for other in ("UBEN", "UELI"):
        with pytest.raises(Refusal):
            await meetings_queries.find(session, "T1", other, shadow.id)
    with pytest.raises(Refusal):
        await meetings_queries.find(session, "T2", "UMAYA", shadow.id)


async def test_refusal_does_not_reveal_whether_the_agent_declined_or_opted_out(
    session: AsyncSession, team: Team
) -> None:
    pair = await maya_and_ana(session)
    shadow = await shadowing.add_request(session, pair, AT, now=TUESDAY)
    await bookings.decline(session, Actor("T1", "UANA"), shadow.id, now=TUESDAY)
    await refuse(session, "UBEN")
    sentences = []
    for agent in ("UANA", "UBEN"):
        with pytest.raises(Refusal) as refused:
            await shadowing.add_request(
                session, await queries.find_pair(session, "T1", "UMAYA", agent), AT, now=TUESDAY
            )
        sentences.append(refused.value.sentence.replace(agent[1:].lower(), "them"))

    assert sentences[0] == sentences[1]


async def test_agent_who_opted_out_is_never_suggested(session: AsyncSession, team: Team) -> None:
    for id in ("UANA", "UBEN"):
        await refuse(session, id)
    for week in range(8):
        found = await suggested(session, team, TUESDAY + 7 * week * A_DAY, "UMAYA")
        assert found["UMAYA"].facts["agent"] == "UELI"


async def test_two_leaders_are_not_offered_the_same_agent_to_shadow(session: AsyncSession, team: Team) -> None:
    await membership.appoint(session, team, leaders=["UMAYA", "UBEN"], now=TUESDAY)
    found = await suggested(session, team, TUESDAY, "UMAYA", "UBEN")
    alone = await suggested(session, team, TUESDAY, "UBEN")
    assert {each.facts["agent"] for each in found.values()} == {"UANA", "UELI"}
    assert alone["UBEN"].facts == found["UBEN"].facts

    asked = await queries.find_pair(session, "T1", "UMAYA", found["UMAYA"].facts["agent"])
    await shadowing.add_request(session, asked, AT, now=TUESDAY)
    later = await suggested(session, team, TUESDAY + A_DAY, "UMAYA", "UBEN")
    assert {id: each.facts["agent"] for id, each in later.items()} == {"UBEN": found["UBEN"].facts["agent"]}


async def test_deputies_get_shadowing_suggestions_only_if_the_team_has_no_other_leaders(
    session: AsyncSession, team: Team
) -> None:
    await membership.appoint(session, team, leaders=["UMAYA", "UBEN"], deputies=["UBEN"], now=TUESDAY)
    assert set(await suggested(session, team, TUESDAY, "UMAYA", "UBEN")) == {"UMAYA"}

    await membership.appoint(session, team, leaders=["UBEN"], deputies=["UBEN"], now=TUESDAY)
    assert set(await suggested(session, team, TUESDAY, "UBEN")) == {"UBEN"}


async def seats_of(session: AsyncSession, many: int) -> list[Seat]:
    """Create teams with a leader and an agent each, and return the seats of the leaders."""
    workspace, seats = await session.get_one(workspaces.Workspace, "T1"), []
    for nth in range(many):
        leader, agent = (Person("T1", f"U{many}{role}{nth}", f"{role}{nth}", "Europe/Lisbon") for role in ("L", "A"))
        session.add_all([leader, agent])
        await session.flush()
        team = await membership.create(
            session, workspace, channel_id=f"C{many}N{nth}", name="x", zone="Europe/Lisbon", leaders=[leader.id],
            agents=[agent.id], now=TUESDAY,
        )  # fmt: skip
        seats.append(Seat(leader, team, Role.LEADER))
    return seats


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Record the SQL statements that are executed inside the context."""
    asked: list[str] = []

    def note(*said: Any) -> None:
        asked.append(said[2])

    event.listen(database.writer.sync_engine, "before_cursor_execute", note)
    yield asked
    event.remove(database.writer.sync_engine, "before_cursor_execute", note)


async def test_number_of_queries_for_suggestions_does_not_grow_with_the_number_of_leaders(
    database: Database, team: Team
) -> None:
    counts = []
    for many in (1, 20):
        async with database.begin() as session:
            seats = await seats_of(session, many)
            with counted(database) as asked:
                found = await nudges.find_suggestions(session, seats, TUESDAY)
        assert len(found) == many
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 5


async def test_shadow_session_of_a_former_leader_is_cancelled(session: AsyncSession, team: Team) -> None:
    _, shadow = await planned(session)
    await bookings.cancel_orphaned(session, team, now=TUESDAY)
    assert shadow.state == State.PLANNED
    await membership.appoint(session, team, leaders=["UBEN"], now=TUESDAY)
    await bookings.cancel_orphaned(session, team, now=TUESDAY)

    assert (shadow.state, shadow.sequence) == (State.CANCELLED, 1)


async def test_notes_of_a_leader_are_private_and_encrypted_in_the_database(database: Database, team: Team) -> None:
    async with database.begin() as session:
        pair, shadow = await planned(session)
        said = WrapUp(SECRET, SECRET, (AT + 7 * A_DAY).date())
        shadowing.add_wrap_up(session, pair, shadow, "UMAYA", said, now=AT + A_DAY)
    async with database.reading() as session:
        assert wrap_ups.fetch_learnt(session, pair, shadow, "UMAYA") == SECRET
        (owned,) = await wrap_ups.find_roadblocks(session, "T1", "UMAYA")
        assert owned.words == SECRET
        assert not await wrap_ups.find_roadblocks(session, "T1", "UANA")
        with pytest.raises(Refusal):
            wrap_ups.fetch_learnt(session, pair, shadow, "UANA")
        with pytest.raises(Refusal):
            await wrap_ups.remove_roadblock(session, "T1", "UANA", owned.id, now=AT)
        for table in ("meetings", "roadblocks"):
            (row,) = (await session.execute(text(f"SELECT * FROM {table}"))).mappings()
            assert "afraid" not in str(dict(row))
            assert b"afraid" not in bytes(row["sealed"])


async def test_leader_is_reminded_of_a_roadblock_from_its_due_day_until_it_is_removed(
    session: AsyncSession, team: Team
) -> None:
    pair, shadow = await planned(session)
    day = (AT + 7 * A_DAY).date()
    with pytest.raises(Refusal, match="after today"):
        shadowing.add_wrap_up(session, pair, shadow, "UMAYA", WrapUp(roadblock="x", due_on=AT.date()), now=AT + A_DAY)
    shadowing.add_wrap_up(session, pair, shadow, "UMAYA", WrapUp(roadblock="x", due_on=day), now=AT + A_DAY)
    await session.flush()
    maya = (await session.scalars(select(Person).where(Person.id == "UMAYA"))).one()
    seats = [Seat(maya, team, Role.LEADER)]

    assert not await nudges.find_roadblock_reminders(session, seats, AT + 6 * A_DAY)
    (found,) = await nudges.find_roadblock_reminders(session, seats, AT + 7 * A_DAY)
    assert found.facts["days"] == 6
    await wrap_ups.remove_roadblock(session, "T1", "UMAYA", found.facts["roadblock"], now=AT)
    await session.flush()
    assert not await nudges.find_roadblock_reminders(session, seats, AT + 8 * A_DAY)
