"""Receivers whom the giver adds to a shout-out after a message with ambiguous names."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.shoutouts.models import Credit, Manner
from bot.features.shoutouts.rules import MOST_RECEIVERS
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.dispatcher import Actor
from bot.workflows.shoutouts import change, channel_thanks
from bot.workflows.shoutouts.channel_thanks import ChannelMessage, MessageOutcome
from tests.bot.workflows.shoutouts.test_channel_thanks import PLACE, noted, pairs
from tests.bot.workflows.shoutouts.test_give import MAYA, give
from tests.conftest import TUESDAY


async def hear(
    session: AsyncSession, team: Team, *receivers: str, perhaps: tuple[str, ...] = (), at: str = "100.000000"
) -> MessageOutcome:
    message = ChannelMessage(PLACE, "UMAYA", receivers, f"kudos at {at}", at, perhaps=perhaps)
    heard = await channel_thanks.record_message(session, team, message, now=TUESDAY)
    assert heard
    return heard


async def add(session: AsyncSession, heard: MessageOutcome, *ids: str, by: str = "UMAYA") -> list[str]:
    """Add receivers and return the people who got a note."""
    before = await noted(session)
    await change.add_receivers(session, Actor("T1", by), heard.shoutout.id, ids, now=TUESDAY)
    return [each for each in await noted(session) if each not in before]


@pytest.mark.parametrize(
    ("perhaps", "unsure"),
    [
        (("UBEN",), ["UBEN"]),
        (("UBEN", "UELI"), ["UBEN", "UELI"]),
        (("UANA", "UBEN"), ["UBEN"]),
        (("UMAYA", "UBOT", "UGONE", "UNOBODY"), []),
    ],
)
async def test_giver_of_a_shoutout_is_asked_only_about_people_who_can_be_thanked(
    session: AsyncSession, team: Team, perhaps: tuple[str, ...], unsure: list[str]
) -> None:
    heard = await hear(session, team, "UANA", perhaps=perhaps)

    assert (heard.shoutout.receivers, heard.unsure) == (["UANA"], unsure)


async def test_added_receiver_of_a_shoutout_gets_one_note(session: AsyncSession, team: Team) -> None:
    heard = await hear(session, team, "UANA", perhaps=("UBEN",))

    assert await add(session, heard, "UBEN") == ["UBEN"]
    assert await add(session, heard, "UBEN") == []
    assert await pairs(session) == [("UMAYA", "UANA"), ("UMAYA", "UBEN")]


async def test_added_receiver_stays_if_the_edited_message_may_still_name_them(
    session: AsyncSession, team: Team
) -> None:
    heard = await hear(session, team, "UANA", perhaps=("UBEN",))
    await add(session, heard, "UBEN")
    edited = await hear(session, team, "UANA", perhaps=("UBEN", "UELI"), at="101.000000")

    assert (edited.shoutout.receivers, edited.unsure) == (["UANA", "UBEN"], ["UELI"])
    await hear(session, team, "UANA", perhaps=("UELI",), at="102.000000")
    assert await pairs(session) == [("UMAYA", "UANA")]


async def test_receiver_can_be_added_after_an_edit_that_did_not_remove_the_thanks(
    session: AsyncSession, team: Team
) -> None:
    heard = await hear(session, team, "UANA", perhaps=("UBEN",))
    await hear(session, team, "UANA", perhaps=("UBEN",), at="101.000000")
    assert await add(session, heard, "UBEN") == ["UBEN"]
    await hear(session, team, at="102.000000")

    with pytest.raises(Refusal):
        await add(session, heard, "UELI")
    assert await pairs(session) == []


@pytest.mark.parametrize(
    ("ids", "by"),
    [(["UGONE"], "UMAYA"), (["UBOT"], "UMAYA"), (["UMAYA"], "UMAYA"), (["UNOBODY"], "UMAYA"), (["UBEN"], "UANA")],
)
async def test_invalid_receiver_cannot_be_added_to_a_shoutout(
    session: AsyncSession, team: Team, ids: list[str], by: str
) -> None:
    heard = await hear(session, team, "UANA", perhaps=("UBEN",))

    with pytest.raises(Refusal):
        await add(session, heard, *ids, by=by)
    assert await pairs(session) == [("UMAYA", "UANA")]


async def test_valid_receivers_are_added_to_a_shoutout_and_invalid_receivers_are_skipped(
    session: AsyncSession, team: Team
) -> None:
    heard = await hear(session, team, "UANA", perhaps=("UBEN", "UELI"))

    assert await add(session, heard, "UGONE", "UELI") == ["UELI"]


async def test_added_receivers_share_the_card_of_the_shoutout(session: AsyncSession, team: Team) -> None:
    spoken = await give(session, team)
    await change.add_receivers(session, MAYA, spoken.id, ["UBEN"], now=TUESDAY)
    private = await give(session, team, message="p", manner=Manner(is_private=True))
    await change.add_receivers(session, MAYA, private.id, ["UBEN"], now=TUESDAY)

    assert (spoken.receivers, spoken.named) == (["UANA", "UBEN"], ["UANA", "UBEN"])
    assert (private.receivers, private.named) == (["UANA", "UBEN"], [])


async def test_limit_of_receivers_is_the_same_for_messages_and_the_form(session: AsyncSession, team: Team) -> None:
    crowd = [f"U{number}" for number in range(MOST_RECEIVERS + 1)]
    session.add_all([Person("T1", id, id.lower()) for id in crowd])
    await session.flush()
    heard = await hear(session, team, *crowd)
    assert (heard.named, heard.shoutout.is_given) == (len(crowd), False)
    assert (await session.get(Credit, ("T1", str(PLACE), "UMAYA", "U1"))) is None

    fewer = await hear(session, team, *crowd[:-1], perhaps=tuple(crowd[-1:]), at="101.000000")
    assert (len(fewer.shoutout.receivers), fewer.unsure) == (MOST_RECEIVERS, [])
    with pytest.raises(Refusal):
        await add(session, fewer, crowd[-1])
