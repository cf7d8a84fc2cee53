"""Under whose messages, and in which threads, gladness is counted."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory import Person
from bot.features.celebrations import cheering
from bot.features.celebrations.cheering import Cheer, Words
from bot.features.celebrations.marks import GRIEF, NO_WIN
from bot.features.celebrations.settings import Settings
from bot.features.celebrations.tables import Celebration, Cheered, Cheering
from bot.teams.tables import Team
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


async def all_clap(session: AsyncSession, team: Team, ts: str = TS, author: str = "UBEN") -> int:
    """How many celebrations there are when everybody has."""
    for person in GLAD:
        seen = Cheer("C1", ts, author, person, "clap::skin-tone-4", ts, is_on=True)
        await cheering.cheer(session, team, seen, now=TUESDAY)
    return len((await session.scalars(select(Celebration))).all())


@pytest.mark.parametrize(("author", "made"), [("UBEN", 1), ("UGONE", 1), ("UAPP", 0), ("UBOT", 0), ("UNKNOWN", 0)])
async def test_only_a_persons_message_is_celebrated(session: AsyncSession, team: Team, author: str, made: int) -> None:
    assert await all_clap(session, team, author=author) == made


@pytest.mark.parametrize(
    ("said", "celebrated"),
    [
        (Words("C1", TS, None, GRIEF), {REPLY}),
        (Words("C1", TS, None, NO_WIN), {REPLY}),
        (Words("C1", REPLY, TS, GRIEF), set()),
        (Words("C1", REPLY, TS, NO_WIN), {TS}),
        (Words("C2", TS, None, GRIEF), {TS, REPLY}),
    ],
)
async def test_grief_is_meant_for_the_thread_and_an_outage_for_its_message(
    session: AsyncSession, team: Team, said: Words, celebrated: set[str]
) -> None:
    await cheering.hear(session, team, said)
    for ts in (TS, REPLY):
        await all_clap(session, team, ts)

    made = await session.scalars(select(Celebration.source))
    assert {each.split(":")[-1] for each in made} == celebrated


@pytest.mark.parametrize(("mark", "is_mourned"), [(GRIEF, True), (NO_WIN, False)])
async def test_what_is_written_later_in_a_thread_of_grief_is_not_celebrated(
    session: AsyncSession, team: Team, mark: str, is_mourned: bool
) -> None:
    await cheering.hear(session, team, Words("C1", TS, None, mark))

    assert await cheering.is_mourned(session, team, Words("C1", LATER, TS, None)) is is_mourned
    assert not await cheering.is_mourned(session, team, Words("C1", LATER, REPLY, None))
    await cheering.hear(session, team, Words("C1", LATER, TS, None))
    assert await all_clap(session, team, LATER) == 0


async def test_neither_words_nor_their_writer_are_kept(session: AsyncSession, team: Team) -> None:
    await cheering.hear(session, team, Words("C1", REPLY, TS, GRIEF))

    kept = (await session.execute(select(Cheering.user_id, Cheering.emoji))).all()
    assert [tuple(each) for each in kept] == [("", GRIEF)] * 2
    assert len((await session.scalars(select(Cheered))).all()) == 2
