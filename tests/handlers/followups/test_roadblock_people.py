"""Roadblocks whose owner or author leaves, is demoted or is away, and messages turned into roadblocks."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.features.roadblocks import TAKE
from bot.followups.models import Reason, State
from bot.followups.rules import Step
from bot.nudges.models import Nudge, NudgeState
from bot.org.people import Person
from bot.org.teams.models import Member, Role
from bot.refusals import followups as refusals
from bot.slack.dispatcher import Actor
from bot.workflows.followups import steps
from tests.handlers.drivers import dm, keep_only_jobs, settled
from tests.handlers.followups.drivers import (
    CHANNEL,
    channel_card,
    channel_cards,
    how_often,
    press_card,
    press_dm,
    stored,
    type_roadblock,
)
from tests.handlers.followups.test_roadblocks import DAY, TEXT, fill, say_gone, take
from tests.harness import World

SHORTCUT = "roadblocks:message"


@pytest.fixture
async def raising(tuesday: World) -> World:
    """Return a world on a Tuesday, with jobs of nudges and follow-ups only."""
    await keep_only_jobs(tuesday, "nudges", "followups")
    return tuesday


async def owned_by_tom(world: World) -> None:
    await type_roadblock(world, "ana", TEXT)
    await take(world)


async def leave(world: World, name: str) -> None:
    await world.slack.do("channels", channel=CHANNEL, remove=[name])
    await settled(world)


async def test_roadblock_reopens_when_its_owner_leaves_and_its_author_is_told_once(raising: World) -> None:
    await owned_by_tom(raising)
    await leave(raising, "tom")
    this = await stored(raising)
    assert (this.state, this.owner_id) == (State.OPEN, None)
    assert "Nobody is working on this roadblock" in str(await dm(raising, "ana", TEXT))
    assert await how_often(raising, "ana", TEXT) == 1
    assert "followups:take" in str(await channel_card(raising, "ben", TEXT))


async def test_roadblock_reopens_the_morning_after_its_owner_is_demoted(raising: World) -> None:
    await owned_by_tom(raising)
    async with raising.database.begin() as session:
        await session.execute(update(Member).where(Member.user_id == "U0TOM00000").values(role=Role.AGENT))
    await raising.move(DAY)
    assert (await stored(raising)).state == State.OPEN


@pytest.mark.parametrize(("days", "state"), [(1, State.OWNED), (9, State.OPEN)])
async def test_roadblock_reopens_if_its_owner_is_away_past_the_next_reminder(
    raising: World, days: int, state: State
) -> None:
    await owned_by_tom(raising)
    async with raising.database.begin() as session:
        away = [(raising.now, raising.now + days * DAY)]
        await session.execute(update(Person).where(Person.id == "U0TOM00000").values(absences=away))
    await raising.move(DAY)
    assert (await stored(raising)).state == state


async def test_reminder_of_a_roadblock_loses_its_buttons_when_its_absent_owner_is_removed(raising: World) -> None:
    await owned_by_tom(raising)
    await raising.move(7 * DAY)
    assert "followups:answer" in str(await dm(raising, "tom", "This roadblock is still with you"))
    async with raising.database.begin() as session:
        away = [(raising.now, raising.now + 9 * DAY)]
        await session.execute(update(Person).where(Person.id == "U0TOM00000").values(absences=away))
    await raising.move(DAY)
    assert (await stored(raising)).state == State.OPEN
    assert "followups:answer" not in str(await dm(raising, "tom", "Nobody is working on this roadblock now"))


async def test_supporters_confirm_that_a_roadblock_is_cleared_if_its_author_has_left(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    await press_card(raising, "ben", TEXT, "followups:me_too")
    await take(raising)
    await leave(raising, "ana")
    await say_gone(raising)
    assert "Is it?" in str(await dm(raising, "ben", TEXT))
    await press_dm(raising, "ben", TEXT, "followups:confirm")
    assert (await stored(raising)).reason == Reason.DONE


async def test_roadblock_without_author_and_supporters_closes_without_confirmation(raising: World) -> None:
    await owned_by_tom(raising)
    await leave(raising, "ana")
    await say_gone(raising)
    assert (await stored(raising)).reason == Reason.DONE


async def test_leader_who_removes_their_own_roadblock_is_not_asked_to_confirm(raising: World) -> None:
    await type_roadblock(raising, "tom", TEXT)
    await take(raising)
    await say_gone(raising)
    assert (await stored(raising)).reason == Reason.DONE


async def post(world: World, name: str, text: str, channel: str = CHANNEL) -> str:
    said = await world.slack.do("messages", user=name, channel=channel, text=text)
    await settled(world)
    return str(said["ts"])


async def use_shortcut(world: World, name: str, ts: str, channel: str = CHANNEL) -> None:
    await world.slack.do("shortcuts", user=name, callback_id=SHORTCUT, channel=channel, ts=ts)
    await settled(world)


async def test_anonymous_roadblock_from_ones_own_message_has_no_link_to_the_message(raising: World) -> None:
    ts = await post(raising, "ana", TEXT)
    await use_shortcut(raising, "ana", ts)
    view = str((await raising.slack.views("ana"))[-1])
    assert TEXT in view
    assert ts.replace(".", "") in view
    assert not await fill(raising, "ana", shown="unnamed")
    card = await channel_cards(raising, "ben")
    assert TEXT in str(card)
    assert f"/p{ts.replace('.', '')}" not in str(card), "the link would show who wrote it"


async def test_roadblock_that_names_its_author_links_to_the_message(raising: World) -> None:
    ts = await post(raising, "ana", TEXT)
    await use_shortcut(raising, "ana", ts)
    await fill(raising, "ana", shown="named")
    assert f"/p{ts.replace('.', '')}" in str(await channel_cards(raising, "ben"))


@pytest.mark.parametrize(("button", "is_named"), [("roadblocks:yes", False), ("roadblocks:yes_named", True)])
async def test_another_persons_message_becomes_a_roadblock_only_after_its_writer_agrees(
    raising: World, button: str, is_named: bool
) -> None:
    ts = await post(raising, "ana", TEXT)
    await use_shortcut(raising, "ben", ts)
    assert TEXT not in str(await channel_cards(raising, "dina"))
    assert TEXT not in str((await type_roadblock(raising, "maya", "")).ack)
    await press_dm(raising, "ana", "would like to log your message", button)
    this = await stored(raising)
    assert (this.state, this.is_named, this.author_id) == (State.OPEN, is_named, "U0ANA00000")
    assert ("@ana" in str(await channel_card(raising, "dina", TEXT))) == is_named


async def test_writer_who_declines_to_have_a_message_logged_is_not_asked_again(raising: World) -> None:
    ts = await post(raising, "ana", TEXT)
    await use_shortcut(raising, "ben", ts)
    await press_dm(raising, "ana", "would like to log your message", "followups:withdraw")
    assert TEXT not in str(await channel_cards(raising, "dina"))
    await use_shortcut(raising, "dina", ts)
    assert refusals.ASKED_BEFORE in str(await raising.slack.views("dina")) + str(await raising.slack.notes("dina"))
    assert await how_often(raising, "ana", "would like to log your message") == 0


async def test_roadblock_from_a_dm_can_be_logged_only_for_leaders_and_has_no_link(
    raising: World,
) -> None:
    ts = await post(raising, "ana", TEXT, "bot")
    await use_shortcut(raising, "ana", ts, "bot")
    assert TEXT in str((await raising.slack.views("ana"))[-1])
    assert await fill(raising, "ana", shown="leaders") == {}
    assert (await stored(raising)).link == ""
    said = (await raising.slack.messages("bot", "ana"))[-1]
    assert TEXT in str(said)


async def test_message_of_the_bot_cannot_be_logged_as_a_roadblock(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    await raising.move(timedelta(minutes=1))
    card = await channel_card(raising, "ben", TEXT)
    await use_shortcut(raising, "ben", card["ts"])
    assert refusals.CANNOT_ASK_WRITER in str(await raising.slack.views("ben")) + str(await raising.slack.notes("ben"))


@pytest.mark.parametrize("step", ["followups:take", "followups:withdraw"])
async def test_expired_question_who_takes_a_roadblock_has_no_button_once_that_is_settled(
    raising: World, step: str
) -> None:
    await type_roadblock(raising, "ana", TEXT)
    await raising.move((await stored(raising)).raised_at + DAY + timedelta(hours=2))
    first, second = ("maya", "tom") if await how_often(raising, "maya", "Can you take it?") else ("tom", "maya")
    async with raising.database.begin() as session:
        await session.execute(update(Nudge).where(Nudge.kind == TAKE).values(state=NudgeState.IGNORED))
    assert "followups:take" in str(await raising.slack.messages("bot", first))
    if step == "followups:take":
        await press_card(raising, second, TEXT, step)
    else:
        async with raising.database.begin() as session:
            ana = Actor(raising.workspace.id, "U0ANA00000")
            await steps.take_step(session, ana, (await stored(raising)).id, Step.WITHDRAW, now=raising.now)
        await settled(raising)

    assert "followups:take" not in str(await raising.slack.messages("bot", first))
    async with raising.database.reading() as session:
        states = {*await session.scalars(select(Nudge.state).where(Nudge.kind == TAKE))}
    assert states == {NudgeState.IGNORED}, "it was not answered"
