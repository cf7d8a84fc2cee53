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
from bot.features import roadblocks
from bot.features.shadowing import nudges, queries, wrap_ups
from bot.features.shadowing.wrap_ups import WrapUp
from bot.followups.models import Followup
from bot.followups.rules import Step
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
from bot.slack.outbox.models import Outgoing
from bot.workflows import roadblocks as roadblock_workflows
from bot.workflows import shadowing
from bot.workflows.followups import steps
from bot.workflows.meetings import bookings
from tests.conftest import TUESDAY

A_DAY = timedelta(days=1)
AT = TUESDAY + A_DAY
SECRET = "she is afraid of the tool"
DUE = (AT + 7 * A_DAY).date()
MAYA = Actor("T1", "UMAYA")


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
async def test_only_leaders_can_request_shadowing_sessions_and_only_with_agents_of_their_team(
    session: AsyncSession, team: Team, leader: str, agent: str, sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        await queries.find_pair(session, "T1", leader, agent)


async def test_shadowing_session_is_planned_only_when_the_agent_accepts(session: AsyncSession, team: Team) -> None:
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


async def test_only_leader_and_agent_have_access_to_a_shadowing_session(session: AsyncSession, team: Team) -> None:
    _, shadow = await planned(session)
    for other in ("UBEN", "UELI"):
        with pytest.raises(Refusal):
            await meetings_queries.lock_own_meeting(session, "T1", other, shadow.id)
    with pytest.raises(Refusal):
        await meetings_queries.lock_own_meeting(session, "T2", "UMAYA", shadow.id)


async def test_shadowing_refusal_does_not_reveal_whether_the_agent_declined_or_opted_out(
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


async def test_agent_who_opted_out_of_shadowing_is_never_suggested(session: AsyncSession, team: Team) -> None:
    for id in ("UANA", "UBEN"):
        await refuse(session, id)
    for week in range(8):
        found = await suggested(session, team, TUESDAY + 7 * week * A_DAY, "UMAYA")
        assert found["UMAYA"].facts["agent"] == "UELI"


async def test_two_leaders_are_not_offered_the_same_agent_to_shadow(session: AsyncSession, team: Team) -> None:
    await membership.set_leaders(session, team, leaders=["UMAYA", "UBEN"], now=TUESDAY)
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
    await membership.set_leaders(session, team, leaders=["UMAYA", "UBEN"], deputies=["UBEN"], now=TUESDAY)
    assert set(await suggested(session, team, TUESDAY, "UMAYA", "UBEN")) == {"UMAYA"}

    await membership.set_leaders(session, team, leaders=["UBEN"], deputies=["UBEN"], now=TUESDAY)
    assert set(await suggested(session, team, TUESDAY, "UBEN")) == {"UBEN"}


async def seats_of(session: AsyncSession, many: int) -> list[Seat]:
    """Create teams of one leader and one agent each, and return the leaders' seats."""
    workspace, seats = await session.get_one(workspaces.Workspace, "T1"), []
    for nth in range(many):
        leader, agent = (Person("T1", f"U{many}{role}{nth}", f"{role}{nth}", "Europe/Lisbon") for role in ("L", "A"))
        session.add_all([leader, agent])
        await session.flush()
        team = await membership.create_team(
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


async def test_query_count_for_shadowing_suggestions_is_independent_of_leader_count(
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


async def test_shadowing_session_of_a_former_leader_is_canceled(session: AsyncSession, team: Team) -> None:
    _, shadow = await planned(session)
    await bookings.cancel_orphaned(session, team, now=TUESDAY)
    assert shadow.state == State.PLANNED
    await membership.set_leaders(session, team, leaders=["UBEN"], now=TUESDAY)
    await bookings.cancel_orphaned(session, team, now=TUESDAY)

    assert (shadow.state, shadow.sequence) == (State.CANCELLED, 1)


async def wrapped_up(session: AsyncSession, said: WrapUp) -> tuple[Pair, Meeting, Followup]:
    pair, shadow = await planned(session)
    await shadowing.save_wrap_up(session, MAYA, shadow.id, "", said, now=AT + A_DAY)
    return pair, shadow, (await session.scalars(select(Followup))).one()


async def test_shadowing_notes_of_a_leader_are_private_and_encrypted_in_the_database(
    database: Database, team: Team
) -> None:
    async with database.begin() as session:
        pair, shadow, _ = await wrapped_up(session, WrapUp(SECRET, SECRET, DUE))
    async with database.reading() as session:
        assert wrap_ups.fetch_own_notes(session, pair, shadow, "UMAYA") == SECRET
        with pytest.raises(Refusal):
            wrap_ups.fetch_own_notes(session, pair, shadow, "UANA")
        for table in ("meetings", "followups", "outbox"):
            for row in (await session.execute(text(f"SELECT * FROM {table}"))).mappings():
                assert "afraid" not in str(dict(row))


async def test_roadblock_from_a_wrap_up_is_owned_by_the_leader_and_shown_only_to_the_agent(
    session: AsyncSession, team: Team
) -> None:
    _, shadow, roadblock = await wrapped_up(session, WrapUp("", SECRET, DUE))

    assert (roadblock.kind, roadblock.state, roadblock.text) == ("roadblock", "owned", SECRET)
    assert (roadblock.owner_id, roadblock.author_id, roadblock.audience) == ("UMAYA", "UANA", "pair")
    assert (roadblock.due_on, roadblock.source, roadblock.is_named) == (DUE, shadow.about, True)
    told = select(Outgoing.conversation).where(Outgoing.card.like("followup:%"))
    assert (await session.scalars(told)).all() == ["UANA"]


async def test_roadblock_from_a_wrap_up_has_the_first_of_its_themes(session: AsyncSession, team: Team) -> None:
    _, _, roadblock = await wrapped_up(session, WrapUp("", "two logins", DUE, ["product", "tools"]))
    assert roadblock.theme == "tools"
    listed = await roadblock_workflows.list_roadblocks(session, Actor("T1", "UANA"), team, "tools")
    assert "two logins" in str(listed.payload())
    assert "two logins" not in str((await roadblock_workflows.list_roadblocks(session, MAYA, team, "time")).payload())


async def test_roadblock_from_a_wrap_up_needs_a_day_after_today(session: AsyncSession, team: Team) -> None:
    _, shadow = await planned(session)
    with pytest.raises(Refusal, match="after today"):
        await shadowing.save_wrap_up(
            session, MAYA, shadow.id, "", WrapUp(roadblock="x", due_on=AT.date()), now=AT + A_DAY
        )


async def test_leader_is_reminded_of_a_roadblock_from_its_due_day_until_it_is_removed(
    session: AsyncSession, team: Team
) -> None:
    _, _, roadblock = await wrapped_up(session, WrapUp(roadblock="x", due_on=DUE))
    maya = (await session.scalars(select(Person).where(Person.id == "UMAYA"))).one()
    seats = [Seat(maya, team, Role.LEADER)]

    assert not await roadblocks.find_due_reminders(session, seats, AT + 6 * A_DAY)
    (found,) = await roadblocks.find_due_reminders(session, seats, AT + 7 * A_DAY)
    assert (found.about, found.facts["due_on"]) == (str(roadblock.id), DUE.isoformat())
    await steps.take_step(session, MAYA, roadblock.id, Step.ANSWER, now=AT + 7 * A_DAY)
    assert not await roadblocks.find_due_reminders(session, seats, AT + 8 * A_DAY)


async def test_only_the_agent_can_confirm_or_reopen_a_roadblock_from_a_wrap_up(
    session: AsyncSession, team: Team
) -> None:
    _, _, roadblock = await wrapped_up(session, WrapUp(roadblock="x", due_on=DUE))
    await steps.take_step(session, MAYA, roadblock.id, Step.ANSWER, now=AT + 2 * A_DAY)
    with pytest.raises(Refusal):
        await steps.take_step(session, Actor("T1", "UBEN"), roadblock.id, Step.CONFIRM, now=AT + 2 * A_DAY)
    await steps.take_step(session, Actor("T1", "UANA"), roadblock.id, Step.REOPEN, now=AT + 2 * A_DAY)
    assert roadblock.state == "owned"
    await steps.take_step(session, MAYA, roadblock.id, Step.ANSWER, now=AT + 3 * A_DAY)
    await steps.take_step(session, Actor("T1", "UANA"), roadblock.id, Step.CONFIRM, now=AT + 3 * A_DAY)
    assert (roadblock.state, roadblock.reason) == ("closed", "done")
