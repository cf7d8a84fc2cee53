"""Shout-outs by messages and reactions: the daily limit, credits and retention."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import personal_data
from bot.db.personal_data import WORK_RETENTION
from bot.errors import Refusal
from bot.features.shoutouts import queries
from bot.features.shoutouts.models import Credit, Manner, MessageRef, Shoutout
from bot.org.teams.models import Team
from bot.slack.outbox.models import Outgoing
from bot.workflows.shoutouts import change, channel_thanks, postponement
from bot.workflows.shoutouts.channel_thanks import ChannelMessage, Reaction
from tests.bot.workflows.shoutouts.test_give import MAYA, give
from tests.conftest import TUESDAY

PLACE = MessageRef("C1", "100.000000")


def reaction(user: str = "UMAYA", *, author: str = "UANA", at: str = "101.000000", **how: object) -> Reaction:
    how = {"place": PLACE, "is_on": True} | how
    return Reaction(name="raised_hands", user_id=user, author_id=author, event_ts=at, **how)  # type: ignore[arg-type]


def message(*receivers: str, at: str = "100.000000", author: str = "UMAYA") -> ChannelMessage:
    return ChannelMessage(PLACE, author, receivers, f"kudos at {at}" if receivers else "", at)


async def noted(session: AsyncSession) -> list[str]:
    """Return the people who got a note about any shout-out."""
    cards = await session.scalars(select(Outgoing.card).where(Outgoing.card.contains(":U")))
    return [str(each).rpartition(":")[2] for each in cards]


async def pairs(session: AsyncSession) -> list[tuple[str, str]]:
    found = await session.scalars(select(Credit).order_by(Credit.giver_id, Credit.receiver_id))
    return [(credit.giver_id, credit.receiver_id) for credit in found]


@pytest.mark.parametrize("user", ["UANA", "UBOT", "UGONE", "UNOBODY"])
async def test_reactions_by_the_author_bots_and_unknown_people_are_ignored(
    session: AsyncSession, team: Team, user: str
) -> None:
    await channel_thanks.record_reaction(session, team, reaction(user), now=TUESDAY)

    assert not (await session.scalars(select(Shoutout))).all()


async def test_sixth_reaction_of_a_day_thanks_nobody_and_sixth_message_can_be_postponed(
    session: AsyncSession, team: Team
) -> None:
    for number in range(5):
        await give(session, team, message=f"m{number}")
    await channel_thanks.record_reaction(session, team, reaction(), now=TUESDAY)
    heard = await channel_thanks.record_message(session, team, message("UBEN", at="102.000000"), now=TUESDAY)

    assert heard
    assert (heard.is_offered, heard.notes) == (True, [])
    assert len(await pairs(session)) == 5
    again = await channel_thanks.record_message(session, team, message("UBEN", "UELI", at="103.000000"), now=TUESDAY)
    assert again
    assert not again.is_offered
    await postponement.postpone(session, MAYA, heard.shoutout.id, now=TUESDAY)
    await channel_thanks.record_message(session, team, message(at="104.000000"), now=TUESDAY)
    with pytest.raises(Refusal, match="no longer thanks anyone"):
        await postponement.postpone(session, MAYA, heard.shoutout.id, now=TUESDAY)


async def test_thanks_for_the_same_message_count_once_against_the_daily_limit(
    session: AsyncSession, team: Team
) -> None:
    for number in range(4):
        await give(session, team, message=f"m{number}")
    await channel_thanks.record_reaction(session, team, reaction(), now=TUESDAY)

    spoken = await give(session, team, message="form", about=PLACE)
    assert spoken.is_given, "thanks for the same message are the same act"
    assert not (await give(session, team, message="sixth")).is_given


async def test_shoutout_replaces_thanks_by_reaction_and_its_undo_restores_them(
    session: AsyncSession, team: Team
) -> None:
    await channel_thanks.record_reaction(session, team, reaction(), now=TUESDAY)
    spoken = await give(session, team, message="t", about=PLACE)
    assert await queries.untold_reactions(session, team, TUESDAY) == []
    assert await change.undo(session, MAYA, spoken.id, now=TUESDAY)
    assert len(await queries.untold_reactions(session, team, TUESDAY)) == 1
    await channel_thanks.record_reaction(session, team, reaction(at="105.000000", is_on=False), now=TUESDAY)

    assert await pairs(session) == []


async def test_reaction_to_a_card_for_the_team_sends_no_notes_to_members(session: AsyncSession, team: Team) -> None:
    spoken = await give(session, team, receivers=[], manner=Manner(is_for_team=True))
    await channel_thanks.record_reaction(
        session, team, reaction("UANA", author="UBOT", joins_id=spoken.id), now=TUESDAY
    )

    assert await noted(session) == []
    assert ("UANA", "UBEN") in await pairs(session)
    assert await queries.untold_reactions(session, team, TUESDAY) == []


async def test_withdrawn_thanks_are_pruned_after_retention(session: AsyncSession, team: Team) -> None:
    await channel_thanks.record_reaction(session, team, reaction(is_on=False), now=TUESDAY)
    await channel_thanks.record_message(session, team, message("UBEN"), now=TUESDAY)
    await channel_thanks.record_message(session, team, message(at="104.000000"), now=TUESDAY)
    week = TUESDAY + timedelta(days=7)

    assert await personal_data.prune(session, "T1", now=TUESDAY + WORK_RETENTION, limit=10) == 0
    assert await personal_data.prune(session, "T1", now=week + WORK_RETENTION, limit=10) == 2


async def test_deleted_messages_with_thanks_still_count_against_the_daily_limit(
    session: AsyncSession, team: Team
) -> None:
    given = []
    for number in range(8):
        place = MessageRef("C1", f"{200 + number}.000000")
        kudos = replace(message("UANA", at=f"{200 + number}.000000"), place=place)
        heard = await channel_thanks.record_message(session, team, kudos, now=TUESDAY)
        assert heard
        given.append(heard.shoutout.is_given)
        gone = replace(kudos, receivers=(), reason="", event_ts=f"{300 + number}.000000", is_gone=True)
        await channel_thanks.record_message(session, team, gone, now=TUESDAY)

    assert given == [True] * 5 + [False] * 3
    assert await pairs(session) == []


@pytest.mark.parametrize(
    ("later", "left"),
    [
        (["UANA", "UBEN", "UELI"], ["UANA", "UBEN"]),
        (["UELI"], []),
        (["UBEN"], ["UBEN"]),
        ([], []),
    ],
)
async def test_message_edit_beyond_the_daily_limit_can_only_remove_receivers(
    session: AsyncSession, team: Team, later: list[str], left: list[str]
) -> None:
    await channel_thanks.record_message(session, team, message("UANA", "UBEN"), now=TUESDAY)
    edited = message(*later, at="101.000000")
    heard = await channel_thanks.record_message(session, team, edited, may_add=False, now=TUESDAY)

    assert heard
    assert heard.shoutout.receivers == left
    assert [receiver for _, receiver in await pairs(session)] == left
    assert {note.becomes for note in heard.notes} <= {"gone"}


async def test_message_edit_that_adds_thanks_beyond_the_daily_limit_thanks_nobody(
    session: AsyncSession, team: Team
) -> None:
    heard = await channel_thanks.record_message(
        session, team, message("UANA", at="101.000000"), may_add=False, now=TUESDAY
    )

    assert heard
    assert (heard.shoutout.receivers, heard.notes) == ([], [])
