"""Celebrations of messages with many reactions: which messages and threads are excluded, and what is stored."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.celebrations import queries
from bot.features.celebrations.models import Celebration, MessageReaction, ReactedMessage
from bot.features.celebrations.rules import GRIEF, NO_WIN, ReactionChange, WrittenMark
from bot.features.celebrations.settings import Settings
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.workflows import celebrations
from tests.conftest import TUESDAY

TS, REPLY, LATER = (f"{TUESDAY.timestamp() + seconds:.6f}" for seconds in (0, 60, 120))
GLAD = ["UMAYA", "UANA", "UELI"]


@pytest.fixture
async def team(session: AsyncSession, team: Team) -> Team:
    team = await session.get_one(Team, team.id)
    Settings(reactions=3).keep(team)
    session.add(Person("T1", "UAPP", "pager", is_bot=True))
    await session.flush()
    return team


async def add_everybodys_reaction(session: AsyncSession, team: Team, ts: str = TS, author: str = "UBEN") -> int:
    """Add everybody's reaction to a message, and return the number of celebrations."""
    for person in GLAD:
        seen = ReactionChange("C1", ts, author, person, "clap", ts, is_on=True)
        await celebrations.record_reaction(session, team, seen, now=TUESDAY)
    return len((await session.scalars(select(Celebration))).all())


@pytest.mark.parametrize(("author", "made"), [("UBEN", 1), ("UGONE", 1), ("UAPP", 0), ("UBOT", 0), ("UNKNOWN", 0)])
async def test_only_messages_from_people_are_celebrated(
    session: AsyncSession, team: Team, author: str, made: int
) -> None:
    assert await add_everybodys_reaction(session, team, author=author) == made


@pytest.mark.parametrize(
    ("said", "celebrated"),
    [
        (WrittenMark("C1", TS, None, GRIEF), {REPLY}),
        (WrittenMark("C1", TS, None, NO_WIN), {REPLY}),
        (WrittenMark("C1", REPLY, TS, GRIEF), set()),
        (WrittenMark("C1", REPLY, TS, NO_WIN), {TS}),
        (WrittenMark("C2", TS, None, GRIEF), {TS, REPLY}),
    ],
)
async def test_grief_excludes_a_whole_thread_from_celebrations_and_an_outage_one_message(
    session: AsyncSession, team: Team, said: WrittenMark, celebrated: set[str]
) -> None:
    await celebrations.record_unsuitable_message(session, team, said)
    for ts in (TS, REPLY):
        await add_everybodys_reaction(session, team, ts)

    made = await session.scalars(select(Celebration.source))
    assert {each.split(":")[-1] for each in made} == celebrated


@pytest.mark.parametrize(("mark", "is_mourned"), [(GRIEF, True), (NO_WIN, False)])
async def test_later_replies_in_a_thread_with_grief_are_not_celebrated(
    session: AsyncSession, team: Team, mark: str, is_mourned: bool
) -> None:
    await celebrations.record_unsuitable_message(session, team, WrittenMark("C1", TS, None, mark))

    assert await queries.is_thread_about_loss(session, team, WrittenMark("C1", LATER, TS, None)) is is_mourned
    assert not await queries.is_thread_about_loss(session, team, WrittenMark("C1", LATER, REPLY, None))
    await celebrations.record_unsuitable_message(session, team, WrittenMark("C1", LATER, TS, None))
    assert await add_everybodys_reaction(session, team, LATER) == 0


async def test_neither_text_nor_author_of_a_message_about_grief_is_stored(session: AsyncSession, team: Team) -> None:
    await celebrations.record_unsuitable_message(session, team, WrittenMark("C1", REPLY, TS, GRIEF))

    kept = (await session.execute(select(MessageReaction.user_id, MessageReaction.emoji))).all()
    assert [tuple(each) for each in kept] == [("", GRIEF)] * 2
    assert len((await session.scalars(select(ReactedMessage))).all()) == 2
