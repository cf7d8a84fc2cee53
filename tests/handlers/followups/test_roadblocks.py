"""Roadblocks from the command to their end, both anonymous and with the author's name."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.features.fun_tank import queries as fun_tank
from bot.features.roadblocks import TAKE, RoadblockPreferences, Shown
from bot.followups.models import Audience, Followup, Reason, State
from bot.nudges.models import Nudge
from bot.org import people
from bot.org.teams.models import Team
from bot.refusals import common
from bot.refusals import followups as refusals
from tests.handlers.drivers import dm, keep_only_jobs, settled
from tests.handlers.followups.drivers import (
    CHANNEL,
    channel_card,
    channel_cards,
    how_often,
    press_card,
    press_dm,
    press_note,
    sent_to_others,
    stored,
    type_roadblock,
)
from tests.harness import World

TEXT = "the refund screen freezes every hour"
ANA = "U0ANA00000"
DAY = timedelta(days=1)
ASKED = "says this roadblock is cleared. Is it?"


@pytest.fixture
async def raising(tuesday: World) -> World:
    """Return a world on a Tuesday, with jobs of nudges and follow-ups only."""
    await keep_only_jobs(tuesday, "nudges", "followups")
    return tuesday


async def on_channel(world: World, words: str = TEXT) -> bool:
    return any(words in str(each) for each in await channel_cards(world, "ben"))


async def take(world: World, name: str = "tom") -> None:
    await press_card(world, name, TEXT, "followups:take")


async def fill(world: World, name: str, **values: Any) -> dict[str, str]:
    """Submit the topmost form, and return its errors."""
    errors = (await world.slack.submit(name, **values)).errors
    await settled(world)
    return errors


async def say_gone(world: World, name: str = "tom") -> None:
    """Press the button on the owner's card that says that the roadblock is gone."""
    await press_dm(world, name, TEXT, "followups:answer")
    assert not await fill(world, name, why="IT raised the limit to a day")


async def test_anonymous_roadblock_is_raised_taken_removed_and_confirmed_by_its_author(raising: World) -> None:
    answer = await type_roadblock(raising, "ana", TEXT)
    assert "without your name" in str(answer.ack)
    card = await channel_card(raising, "ben", TEXT)
    assert "ana" not in str(card).casefold().replace("harbour", "")
    assert "followups:take" in str(card)

    await take(raising)
    this = await stored(raising)
    assert (this.state, this.owner_id) == (State.OWNED, "U0TOM00000")
    assert "@tom is working on this" in str(await channel_card(raising, "ben", TEXT))
    assert "@tom is working on this" in str(await dm(raising, "ana", TEXT))

    await say_gone(raising)
    assert ASKED in str(await dm(raising, "ana", TEXT))
    await press_dm(raising, "ana", TEXT, "followups:confirm")
    this = await stored(raising)
    assert (this.state, this.reason, this.outcome) == (State.CLOSED, Reason.DONE, "IT raised the limit to a day")
    assert "This roadblock is cleared. Thank you" in str(await dm(raising, "tom", TEXT))
    assert "IT raised the limit" in str(await channel_card(raising, "ben", TEXT))
    assert await how_often(raising, "ana", TEXT) == 1


async def test_no_payload_sent_to_others_names_the_author_of_an_anonymous_roadblock(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    await press_card(raising, "ben", TEXT, "followups:me_too")
    await take(raising)
    await press_dm(raising, "tom", TEXT, "ask_sponsor")
    await fill(raising, "tom", why="who can raise the limit?")
    await press_dm(raising, "grace", "who can raise", "followups:send_back")
    await fill(raising, "grace", why="ask IT")
    await say_gone(raising)
    await press_dm(raising, "ana", TEXT, "followups:reopen")
    await say_gone(raising)
    await press_dm(raising, "ana", TEXT, "followups:confirm")
    await press_dm(raising, "ana", TEXT, "followups:reopen")
    for name in ("maya", "tom", "grace", "ben"):
        await type_roadblock(raising, name, "")
    sent = await sent_to_others(raising, ANA)
    assert len(sent) > 10
    assert not [each for each in sent if ANA in each or "@ana" in each]
    for name in ("maya", "tom", "grace", "ben"):
        assert ANA not in str(await raising.slack.notes(name))


async def test_author_can_show_and_hide_their_name_on_a_roadblock(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    await press_note(raising, "ana", "roadblocks:name")
    assert "@ana raised this roadblock" in str(await channel_card(raising, "ben", TEXT))
    await press_note(raising, "ana", "roadblocks:unname")
    assert "Someone in the team raised this roadblock" in str(await channel_card(raising, "ben", TEXT))


async def test_only_leaders_button_replaces_a_roadblocks_channel_card_with_dms_to_leaders(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    await press_note(raising, "ana", "roadblocks:leaders")
    assert not await on_channel(raising)
    for name in ("maya", "tom"):
        assert "visible to leaders only" in str(await dm(raising, name, TEXT))
    assert TEXT not in str((await type_roadblock(raising, "ben", "")).ack)
    assert TEXT in str((await type_roadblock(raising, "ana", "")).ack)
    await press_dm(raising, "maya", TEXT, "followups:take")
    assert (await stored(raising)).state == State.OWNED
    assert "@maya is working on this" in str(await dm(raising, "tom", TEXT))
    assert "followups:take" not in str(await dm(raising, "tom", TEXT))
    assert not await on_channel(raising)


@pytest.mark.parametrize("shown", [*Shown])
async def test_personal_preference_decides_how_a_typed_roadblock_is_shown(raising: World, shown: Shown) -> None:
    async with raising.database.begin() as session:
        RoadblockPreferences(shown=shown).keep(await people.fetch_person(session, raising.workspace.id, ANA))
    await type_roadblock(raising, "ana", TEXT)
    this = await stored(raising)
    assert this.is_named == (shown is Shown.WITH_MY_NAME)
    assert (this.audience == Audience.LEADERS) == (shown is Shown.ONLY_LEADERS)
    assert await on_channel(raising) == (shown is not Shown.ONLY_LEADERS)


async def test_undo_withdraws_a_roadblock_and_deletes_its_card(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    await press_note(raising, "ana", "roadblocks:undo")
    assert (await stored(raising)).reason == Reason.WITHDRAWN
    assert not await on_channel(raising)


async def test_undo_of_a_roadblock_for_leaders_only_deletes_every_leaders_card(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    await press_note(raising, "ana", "roadblocks:leaders")
    await press_note(raising, "ana", "roadblocks:undo")
    assert [await how_often(raising, name, TEXT) for name in ("maya", "tom")] == [0, 0]
    assert not await on_channel(raising)


async def test_undo_of_a_roadblock_is_refused_after_ten_minutes(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    await raising.move(timedelta(minutes=11))
    await press_note(raising, "ana", "roadblocks:undo")
    assert (await stored(raising)).state == State.OPEN
    assert refusals.TOO_LATE in str(await raising.slack.notes("ana"))


async def test_me_too_button_counts_each_person_once_and_never_the_author(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    for name in ("ben", "ben", "ana", "dina"):
        await press_card(raising, name, TEXT, "followups:me_too")
    assert "Affects 3 people" in str(await channel_card(raising, "ben", TEXT))
    assert refusals.COUNTED_ALREADY in str(await raising.slack.notes("ben"))
    assert refusals.OWN_ROADBLOCK in str(await raising.slack.notes("ana"))


async def test_supporters_of_a_roadblock_are_told_only_that_it_is_gone(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    await press_card(raising, "ben", TEXT, "followups:me_too")
    await take(raising)
    await say_gone(raising)
    assert await how_often(raising, "ben", TEXT) == 0
    await press_dm(raising, "ana", TEXT, "followups:confirm")
    assert await how_often(raising, "ben", TEXT) == 1
    assert "This roadblock is cleared" in str(await dm(raising, "ben", TEXT))


async def test_duplicate_roadblock_can_be_withdrawn_to_support_the_open_one(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    earlier = await stored(raising)
    answer = await type_roadblock(raising, "ben", "refund screen freezes every hour")
    assert "Is it the same" in str(answer.ack)
    await press_note(raising, "ben", "roadblocks:same")
    assert (await stored(raising)).reason == Reason.WITHDRAWN
    assert (await stored(raising, id=earlier.id)).state == State.OPEN
    cards = [each for each in await channel_cards(raising, "dina") if "refund screen" in str(each)]
    assert len(cards) == 1
    assert "Affects 2 people" in str(cards[0])


async def test_recurring_roadblock_can_be_reopened_and_returns_to_its_owner(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    await take(raising)
    await say_gone(raising)
    await press_dm(raising, "ana", TEXT, "followups:confirm")
    earlier = await stored(raising)
    answer = await type_roadblock(raising, "ben", TEXT)
    assert "This one was cleared on Tuesday, 4 March. Is it back?" in str(answer.ack)
    await press_note(raising, "ben", "roadblocks:back")
    again = await stored(raising, id=earlier.id)
    assert (again.state, again.reopened_count, again.owner_id) == (State.OWNED, 1, "U0TOM00000")
    told = await dm(raising, "tom", TEXT)
    assert "This roadblock is back with you" in str(told)
    assert "ben" not in str(told["blocks"])


async def test_duplicate_roadblock_is_saved_and_its_author_can_support_the_first_instead(raising: World) -> None:
    first = await raising.slack.command("ana", TEXT, word="/roadblock")
    second = await raising.slack.command("ben", TEXT, word="/roadblock")
    await settled(raising)
    assert "roadblocks:same" not in str(first.ack)
    assert "roadblocks:same" in str(second.ack)
    assert len([each for each in await channel_cards(raising, "dina") if TEXT in str(each)]) == 2


async def test_leaders_are_asked_to_take_a_roadblock_starting_the_next_working_day(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    start, asked = (await stored(raising)).raised_at, []
    for days in range(4):
        await raising.move(start + days * DAY + timedelta(hours=2))
        asked.append(await count_asks(raising))
    assert asked == [0, 1, 3, 5]
    assert [await how_often(raising, name, "Can you take it?") for name in ("maya", "tom")] == [1, 1]


async def test_roadblocks_without_an_owner_share_one_nudge_and_are_snoozed_together(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    await type_roadblock(raising, "ben", "the phone system has no search")
    await type_roadblock(raising, "ben", "the price table is wrong for Spain")
    await raising.move((await stored(raising)).raised_at + 2 * DAY + timedelta(hours=2))
    card = await dm(raising, "tom", "Can you take it?")
    assert str(card["blocks"]).count("followups:take") == 3
    assert str(card["blocks"]).count("Can you take it?") == 1
    assert str(card["blocks"]).count("nudges:why") == 1

    menu = next(each for block in card["blocks"] for each in block.get("elements", []) if each.get("options"))
    pressed = {"action_id": menu["action_id"], "value": menu["options"][0]["value"]}
    await raising.slack.do("actions", user="tom", channel="bot", ts=card["ts"], **pressed)
    await settled(raising)
    card = await dm(raising, "tom", "Can you take it?")
    assert str(card["blocks"]).count("Snoozed until") == 3
    assert "followups:take" not in str(card["blocks"])


async def count_asks(world: World) -> int:
    """Return how often leaders were asked to take a roadblock."""
    async with world.database.reading() as session:
        return await session.scalar(select(func.count()).where(Nudge.kind == TAKE)) or 0


async def test_leader_can_take_a_roadblock_by_the_button_of_a_reminder(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    await raising.move((await stored(raising)).raised_at + DAY + timedelta(hours=2))
    name = "maya" if await how_often(raising, "maya", "Can you take it?") else "tom"
    await press_dm(raising, name, "Can you take it?", "followups:take")
    assert (await stored(raising)).owner_id == f"U0{name.upper():0<8}"


async def test_outdated_take_button_says_that_a_roadblock_already_has_an_owner(raising: World) -> None:
    """Slack delays the edit that would remove the button."""
    await type_roadblock(raising, "ana", TEXT)
    await raising.move((await stored(raising)).raised_at + DAY + timedelta(hours=2))
    first, second = ("maya", "tom") if await how_often(raising, "maya", "Can you take it?") else ("tom", "maya")
    await raising.slack.do("faults", method="chat.update", status=429, retry_after=1200)
    await press_card(raising, second, TEXT, "followups:take")
    await press_dm(raising, first, "Can you take it?", "followups:take")
    await raising.move(timedelta(minutes=30))
    assert refusals.SETTLED["roadblock"] in str(await raising.slack.messages("bot", first))
    assert (await stored(raising)).owner_id == f"U0{second.upper():0<8}"


async def test_roadblock_owner_is_asked_after_five_working_days_how_to_go_on(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    await take(raising)
    start = (await stored(raising)).raised_at
    seen = {}
    for days in range(1, 9):
        await raising.move(start + days * DAY + timedelta(hours=2))
        seen[days] = await how_often(raising, "tom", "This roadblock is still with you")
    assert seen == {1: 0, 2: 0, 3: 0, 4: 0, 5: 0, 6: 0, 7: 1, 8: 1}
    last = str(await dm(raising, "tom", "What's next?"))
    for step in ("keep", "wait", "hand_on", "ask_sponsor", "answer"):
        assert f"followups:{step}" in last
    await press_dm(raising, "tom", "What's next?", "followups:keep")
    assert (await stored(raising)).owned_on == (start + 8 * DAY).date()


async def test_owner_is_not_reminded_of_a_roadblock_that_is_on_hold(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    await take(raising)
    await press_dm(raising, "tom", TEXT, "followups:wait")
    assert await fill(raising, "tom", why="the supplier", day="2031-03-04") == {"day": refusals.NOT_LATER}
    assert not await fill(raising, "tom", why="the supplier", day="2031-03-12")
    waits = "Waiting for the supplier until Wednesday, 12 March"
    assert waits in str(await channel_card(raising, "ben", TEXT))
    assert waits in str(await dm(raising, "ana", TEXT))
    start = (await stored(raising)).raised_at
    await raising.move(start + 7 * DAY + timedelta(hours=2))
    assert await how_often(raising, "tom", "You put this roadblock on hold, and that time has passed") == 0
    await raising.move(start + 8 * DAY + timedelta(hours=2))
    assert await how_often(raising, "tom", "You put this roadblock on hold, and that time has passed") == 1


async def test_reminder_that_somebody_else_has_settled_says_in_one_line_what_became_of_it(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    await raising.move(raising.now + 5 * DAY)
    asked = [name for name in ("maya", "tom") if await how_often(raising, name, "Nobody is working on this roadblock")]
    name, other = ("maya", "tom") if "maya" in asked else ("tom", "maya")
    await press_card(raising, other, TEXT, "followups:take")
    card = await dm(raising, name, f"@{other} is working on this roadblock: “{TEXT}”")
    assert "Nobody is working" not in str(card)
    assert "Done." not in str(card)


async def test_roadblock_can_be_handed_on_only_to_another_leader(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    await take(raising)
    await press_dm(raising, "tom", TEXT, "hand_on")
    assert await fill(raising, "tom", who="ben") == {"who": refusals.NO_LEADER}
    assert not await fill(raising, "tom", who="maya")
    assert "@tom handed this roadblock over to you" in str(await dm(raising, "maya", TEXT))
    assert "followups:answer" not in str(await dm(raising, "tom", TEXT))
    assert (await stored(raising)).owner_id == "U0MAYA0000"


async def test_sponsor_asked_about_a_roadblock_sees_only_the_owners_note_and_can_take_it(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    await take(raising)
    await press_dm(raising, "tom", TEXT, "ask_sponsor")
    await fill(raising, "tom", why="who owns the limit?")
    asked = str(await dm(raising, "grace", "who owns the limit?"))
    assert TEXT not in asked
    assert "who owns the limit?" not in str(await dm(raising, "ana", TEXT))
    assert "who owns the limit?" not in str(await channel_card(raising, "ben", TEXT))
    await press_dm(raising, "grace", "who owns the limit?", "followups:accept")
    this = await stored(raising)
    assert (this.owner_id, this.with_sponsor_since) == ("U0GRACE000", None)
    assert "@grace is working on this" in str(await dm(raising, "tom", TEXT))
    assert "who owns the limit?" in str(await dm(raising, "grace", "You're working on this"))
    assert TEXT not in str(await raising.slack.messages("bot", "grace"))
    start = raising.now
    await raising.move(start + 7 * DAY)
    assert "who owns the limit?" in str(await dm(raising, "grace", "still with you"))
    assert TEXT not in str(await raising.slack.messages("bot", "grace"))


async def test_owner_of_a_roadblock_reopened_twice_is_advised_to_ask_the_sponsor(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    await take(raising)
    for _ in range(2):
        await say_gone(raising)
        await press_dm(raising, "ana", TEXT, "followups:reopen")
    told = await dm(raising, "tom", TEXT)
    assert "ask the sponsor" in str(told)
    [buttons] = [block["elements"] for block in told["blocks"] if block["type"] == "actions"]
    assert buttons[0]["action_id"] == "followups:ask_sponsor"


async def test_unconfirmed_roadblock_closes_after_ten_working_days_and_can_be_reopened(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    await take(raising)
    await say_gone(raising)
    start = (await stored(raising)).raised_at
    await raising.move(start + 13 * DAY)
    assert (await stored(raising)).state == State.ANSWERED
    await raising.move(start + 14 * DAY)
    this = await stored(raising)
    assert (this.state, this.reason) == (State.CLOSED, Reason.DONE)
    await press_dm(raising, "ana", TEXT, "followups:reopen")
    assert (await stored(raising)).state == State.OWNED


async def test_confirmed_roadblock_adds_four_points_to_the_fun_tank(raising: World) -> None:
    async def level() -> int:
        async with raising.database.reading() as session:
            team = await session.get_one(Team, (await stored(raising)).team_id)
            return await fun_tank.fetch_level(session, team)

    await type_roadblock(raising, "ana", TEXT)
    before = await level()
    await take(raising)
    await say_gone(raising)
    await press_dm(raising, "ana", TEXT, "followups:confirm")
    assert await level() == before + 4


async def test_list_of_roadblocks_can_be_filtered_and_has_limited_length(raising: World) -> None:
    for name in ("ana", "ben", "dina"):
        for nth in range(4):
            await raising.slack.command(name, f"{name} number {nth * 37} {'abcd'[nth] * 9}", word="/roadblock")
    await settled(raising)
    shown = str((await type_roadblock(raising, "ana", "")).ack)
    assert "2 more not shown" in shown
    note = (await raising.slack.notes("ana"))[-1]
    menu = next(each for block in note["blocks"] for each in block.get("elements", []) if "options" in each)
    mine = next(each["value"] for each in menu["options"] if each["value"].endswith(":mine"))
    await raising.slack.do(
        "actions", user="ana", channel=CHANNEL, ts=note["ts"], action_id=menu["action_id"], value=mine
    )
    await settled(raising)
    shown = str((await raising.slack.notes("ana"))[-1])
    assert "ana number" in shown
    assert "ben number" not in shown


@pytest.mark.parametrize("words", [":fire: :fire:", "<@U0BEN00000>", "x" * 601])
async def test_roadblock_with_invalid_text_opens_a_form_that_keeps_the_text(raising: World, words: str) -> None:
    await type_roadblock(raising, "ana", words)
    view = (await raising.slack.views("ana"))[-1]
    refusal = refusals.NO_TEXT["roadblock"] if len(words) < 600 else common.too_long(600)
    assert refusal in str(view)
    assert words[:5].strip("<") in str(view) or "@ben" in str(view)
    assert not await on_channel(raising, words[:5])


async def test_sixth_roadblock_of_a_day_is_refused_and_the_answer_repeats_its_text(raising: World) -> None:
    for nth in range(5):
        await type_roadblock(raising, "ana", f"roadblock number {nth}")
    answer = await type_roadblock(raising, "ana", TEXT)
    assert common.daily_limit(5) in answer.text
    assert TEXT in answer.text


async def test_roadblock_form_saves_theme_destination_and_link(raising: World) -> None:
    await type_roadblock(raising, "ana", "")
    await press_note(raising, "ana", "roadblocks:new")
    errors = await fill(
        raising, "ana", text=TEXT, shown="named", theme="tools", destination="product", link="https://jira.example/7"
    )
    assert not errors
    this = await stored(raising)
    assert (this.theme, this.destination, this.is_named) == ("tools", "product", True)
    assert "Tools and logins" in str(await channel_card(raising, "ben", TEXT))
    await press_dm(raising, "ana", TEXT, "roadblocks:undo")
    assert (await stored(raising)).reason == Reason.WITHDRAWN


async def test_only_the_owner_of_a_promise_can_open_the_form_that_changes_it(raising: World) -> None:
    made = await raising.slack.command("maya", "ask IT about the phones", word="/promise")
    await settled(raising)
    assert "followups:change" in str(made.ack)
    async with raising.database.begin() as session:
        (await session.get_one(Followup, (await stored(raising)).id)).owner_id = "U0TOM00000"
    await press_note(raising, "maya", "followups:change")
    assert not await raising.slack.views("maya")


async def test_roadblock_whose_card_was_deleted_in_slack_can_still_be_taken_and_confirmed(raising: World) -> None:
    await type_roadblock(raising, "ana", TEXT)
    card = await channel_card(raising, "maya", TEXT)
    await raising.slack.do("messages/delete", channel=CHANNEL, ts=card["ts"], user="grace")
    answer = await type_roadblock(raising, "tom", "")
    assert "followups:take" in str(answer.ack)
    await press_note(raising, "tom", "followups:take")
    assert (await stored(raising)).state == State.OWNED
    await say_gone(raising)
    assert ASKED in str(await dm(raising, "ana", TEXT))
