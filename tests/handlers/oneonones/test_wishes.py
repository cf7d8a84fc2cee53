"""An agent asks for a one-on-one: what is kept of it, and what the leader is shown."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserError
from bot.features import oneonones
from bot.features.oneonones import Pair, State
from bot.teams import Team
from handlers.oneonones.acts import ask
from handlers.oneonones.due import offer
from tests.conftest import TUESDAY


@pytest.fixture
async def pair(session: AsyncSession, team: Team) -> Pair:
    """Maya and ana."""
    await oneonones.settle(session, team, now=TUESDAY)
    return await oneonones.of_pair(session, "T1", "UMAYA", "UANA")


async def topics(session: AsyncSession, pair: Pair) -> list[tuple[str, str]]:
    return [(each.author_id, each.words) for each in (await oneonones.kept(session, pair, "UMAYA")).topics]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("can we talk about <@UBEN>", [("UANA", "can we talk about <@UBEN>")]),
        ("please", [("UANA", "please")]),
        ("", []),
    ],
)
async def test_words_of_a_wish_are_a_topic_also_once_times_are_proposed(
    session: AsyncSession, pair: Pair, words: str, expected: list[tuple[str, str]]
) -> None:
    await ask(session, pair, "UANA", words, TUESDAY)
    meeting = await offer(session, pair, "UMAYA", TUESDAY)

    assert meeting.state == State.PROPOSED
    assert await topics(session, pair) == expected


async def test_nothing_is_kept_of_a_wish_that_is_refused(session: AsyncSession, pair: Pair) -> None:
    meeting = await offer(session, pair, "UMAYA", TUESDAY)
    oneonones.pick(pair, meeting, "UANA", meeting.times[0], now=TUESDAY)
    for by in ("UANA", "UMAYA"):
        with pytest.raises(UserError):
            await ask(session, pair, by, "more training", TUESDAY)

    assert await topics(session, pair) == []
