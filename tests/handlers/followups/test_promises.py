"""Promises from the command to their end, and messages turned into promises."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.followups.models import Followup, State
from bot.followups.settings import Settings
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.refusals import followups as refusals
from tests.handlers.drivers import button, dm, keep_only_jobs, press, settled
from tests.harness import Answer, Json, World

TEXT = "ask IT about the voucher tool"
DAY = timedelta(days=1)


@pytest.fixture
async def promising(tuesday: World) -> World:
    """Return a world on a Tuesday, with jobs of nudges only."""
    await keep_only_jobs(tuesday, "nudges")
    return tuesday


async def promise(world: World, name: str, words: str) -> Answer:
    answer = await world.slack.command(name, words, word="/promise")
    await settled(world)
    return answer


async def stored(world: World) -> Followup:
    async with world.database.reading() as session:
        return (await session.scalars(select(Followup).order_by(Followup.id.desc()).limit(1))).one()


async def press_note(world: World, name: str, action_id: str) -> None:
    """Press a button of the latest ephemeral answer to a person."""
    note = (await world.slack.notes(name))[-1]
    pressed = button(note, action_id)
    await world.slack.do("actions", user=name, channel="harbour-support", ts=note["ts"], **pressed)
    await settled(world)


async def how_often(world: World, name: str, words: str) -> int:
    return len([each for each in await world.slack.messages("bot", name) if words in str(each)])


async def card_of(world: World, name: str) -> Json:
    return await dm(world, name, TEXT)


async def test_promise_made_by_command_is_kept_after_a_reminder_and_confirmed(
    promising: World,
) -> None:
    answer = await promise(promising, "maya", f"@ana {TEXT} by Friday")
    assert "by *Friday, 7 March*" in str(answer.ack)
    this = await stored(promising)
    assert (this.text, this.state, this.recipient_id, str(this.due_on)) == (
        TEXT,
        State.OWNED,
        "U0ANA00000",
        "2031-03-07",
    )
    assert "@maya promised you this by *Friday, 7 March*" in str(await card_of(promising, "ana"))

    await promising.move(this.raised_at + 2 * DAY + timedelta(hours=1))
    reminder = await dm(promising, "maya", "You promised <@U0ANA00000> this by Friday, 7 March")
    assert TEXT in str(reminder)
    await press(promising, "maya", reminder, "followups:answer")
    await settled(promising)
    told = await card_of(promising, "ana")
    assert "@maya says this is done" in str(told)
    assert await how_often(promising, "ana", TEXT) == 1

    await press(promising, "ana", told, "followups:confirm")
    await settled(promising)
    assert ((await stored(promising)).state, (await stored(promising)).reason) == (State.CLOSED, "done")
    assert "@ana says thanks" in str(await card_of(promising, "maya"))
    assert "actions" not in str((await card_of(promising, "ana"))["blocks"])


async def test_card_of_a_promise_in_its_owners_dm_is_edited_until_the_promise_ends(promising: World) -> None:
    await promise(promising, "maya", f"@ana {TEXT} by Friday")
    card = await card_of(promising, "maya")
    assert "You promised @ana this by *Friday, 7 March*" in str(card)
    assert button(card, "followups:close")
    assert "followups:move" not in str(await promising.slack.notes("maya"))

    await press(promising, "maya", card, "followups:move")
    assert not (await promising.slack.submit("maya", day="2031-03-11", why="IT is away")).errors
    await settled(promising)
    moved = await card_of(promising, "maya")
    assert moved["ts"] == card["ts"]
    assert "Tuesday, 11 March" in str(moved)

    await press(promising, "maya", moved, "followups:answer")
    await settled(promising)
    closed = await card_of(promising, "maya")
    assert closed["ts"] == card["ts"]
    assert "actions" not in str(closed["blocks"])


async def test_reminder_of_an_overdue_promise_offers_to_move_it_first(promising: World) -> None:
    await promise(promising, "maya", f"@ana {TEXT} by tomorrow")
    await promising.move((await stored(promising)).raised_at + 2 * DAY)
    reminder = await dm(promising, "maya", "Is it done?")
    pressed = [each.get("action_id", "") for block in reminder["blocks"] for each in block.get("elements", [])]
    first, second = [each for each in pressed if each.startswith("followups:")][:2]
    assert (first, second) == ("followups:move", "followups:answer")


async def test_recipient_can_reopen_an_unfinished_promise_only_once(promising: World) -> None:
    await promise(promising, "maya", f"@ana {TEXT} by Friday")
    await promise(promising, "maya", "")
    await press_note(promising, "maya", "followups:answer")
    told = await card_of(promising, "ana")
    await press(promising, "ana", told, "followups:reopen")
    await settled(promising)
    assert (await stored(promising)).state == State.OWNED
    await press(promising, "maya", await dm(promising, "maya", "says this isn't done yet"), "followups:answer")
    await settled(promising)
    told = await card_of(promising, "ana")
    assert "followups:reopen" not in str(told)
    assert "Talk to @maya" in str(told)


@pytest.mark.parametrize(("by", "due_on"), [("tomorrow", "2031-03-11"), ("Thursday", "2031-03-06")])
async def test_promise_reopened_with_one_day_left_is_due_in_five_working_days(
    promising: World, by: str, due_on: str
) -> None:
    await promise(promising, "maya", f"@ana {TEXT} by {by}")
    await press(promising, "maya", await card_of(promising, "maya"), "followups:answer")
    await settled(promising)
    await press(promising, "ana", await card_of(promising, "ana"), "followups:reopen")
    await settled(promising)
    assert str((await stored(promising)).due_on) == due_on


async def test_recipient_is_told_the_new_day_and_the_reason_when_a_promise_is_moved(promising: World) -> None:
    await promise(promising, "maya", f"@ana {TEXT} by tomorrow")
    await promising.move((await stored(promising)).raised_at + DAY)
    await press(promising, "maya", await dm(promising, "maya", "You promised"), "followups:move")
    answer = await promising.slack.submit("maya", day="2031-03-11", why="IT is away")
    assert not answer.errors
    await settled(promising)
    assert "moved this promise to *Tuesday, 11 March*. Reason: IT is away" in str(await card_of(promising, "ana"))
    assert (await stored(promising)).moves == 1


async def test_recipient_is_told_the_reason_when_a_promise_cannot_be_kept(promising: World) -> None:
    await promise(promising, "maya", f"@ana {TEXT} by tomorrow")
    await promising.move((await stored(promising)).raised_at + DAY)
    reminder = await dm(promising, "maya", "You promised")
    await press(promising, "maya", reminder, "followups:close")
    assert (await promising.slack.submit("maya", why=" ")).errors == {"why": refusals.NO_REASON}
    await promising.slack.submit("maya", why="there's no budget")
    await settled(promising)
    told = str(await card_of(promising, "ana"))
    assert "@maya can't keep this promise" in told
    assert told.count("there's no budget") == 1
    assert (await stored(promising)).reason == "let_go"


async def test_promise_to_the_team_has_a_card_in_the_channel(promising: World) -> None:
    await promise(promising, "maya", TEXT)
    said = await promising.slack.said("harbour-support", "ana")
    assert any("@maya promised the team this by" in each for each in said)


async def test_leader_of_two_teams_is_asked_which_team_a_promise_is_for(promising: World) -> None:
    async with promising.database.begin() as session:
        await membership.create_team(
            session, promising.workspace, channel_id="C0ALERTS00", name="queue-alerts", zone="Europe/Lisbon",
            leaders=["U0MAYA0000"], agents=["U0ANA00000"], now=promising.now,
        )  # fmt: skip
    answer = await promising.slack.command("maya", f"@ana {TEXT}", word="/promise", channel="general")
    assert "You're in several teams" in answer.text
    assert TEXT in answer.text


async def test_answer_to_a_promise_made_in_the_form_repeats_its_text_as_typed(promising: World) -> None:
    await use_shortcut(promising, "maya", await say(promising, "maya", "ask <b> & IT about it"))
    answer = await promising.slack.submit("maya", text="ask <b> & IT about it", day="2031-03-07")
    assert "&gt;ask" not in str(answer.ack["view"])
    assert ">ask &lt;b&gt; &amp; IT about it" in str(answer.ack["view"])


async def test_undone_promise_disappears_from_the_recipients_dm(promising: World) -> None:
    await promise(promising, "maya", f"@ana {TEXT}")
    await press_note(promising, "maya", "followups:withdraw")
    assert (await stored(promising)).reason == "withdrawn"
    assert await how_often(promising, "ana", TEXT) == 0


@pytest.mark.parametrize(
    ("name", "words", "refusal"),
    [
        ("ana", f"@ben {TEXT}", refusals.FOR_PROMISES),
        ("maya", f"@maya {TEXT}", refusals.TO_ONESELF),
        ("maya", f"@steward {TEXT}", refusals.TO_BOT),
    ],
)
async def test_refusal_of_an_invalid_promise_keeps_the_typed_text(
    promising: World, name: str, words: str, refusal: str
) -> None:
    answer = await promise(promising, name, words)
    shown = str(answer.ack) + str(await promising.slack.views(name))
    assert refusal in shown
    assert TEXT in shown


async def test_second_press_of_the_done_button_of_a_promise_is_ignored(promising: World) -> None:
    await promise(promising, "maya", f"@ana {TEXT} by tomorrow")
    await promising.move((await stored(promising)).raised_at + DAY)
    reminder = await dm(promising, "maya", "You promised")
    for _ in range(2):
        await press(promising, "maya", reminder, "followups:answer")
        await settled(promising)

    assert (await stored(promising)).state == State.ANSWERED
    assert refusals.SETTLED["promise"] not in str(await promising.slack.notes("maya"))
    assert await how_often(promising, "ana", TEXT) == 1


async def test_second_press_of_the_done_button_on_an_outdated_home_is_answered(promising: World) -> None:
    await promise(promising, "maya", f"@ana {TEXT} by tomorrow")
    await promising.slack.do("home/open", user="maya")
    await settled(promising)
    view = (await promising.slack.look("home", user="maya"))["view"]
    pressed = {"view_id": view["id"], "action_id": "followups:answer", "value": str((await stored(promising)).id)}
    for _ in range(2):
        await promising.slack.do("actions", user="maya", **pressed)
    await settled(promising)

    assert (await stored(promising)).state == State.ANSWERED
    assert await how_often(promising, "maya", refusals.DONE_ALREADY) == 1
    assert await how_often(promising, "ana", TEXT) == 1


async def test_home_shows_a_promise_once_while_its_reminder_is_open(promising: World) -> None:
    await promise(promising, "maya", f"@ana {TEXT} by tomorrow")
    await promising.move((await stored(promising)).raised_at + DAY)
    await dm(promising, "maya", "You promised")
    await promising.slack.do("home/open", user="maya")
    await settled(promising)

    view = (await promising.slack.look("home", user="maya"))["view"]
    assert str(view["blocks"]).count(TEXT) == 1


async def test_only_the_owner_can_say_that_a_promise_is_done(promising: World) -> None:
    await promise(promising, "maya", f"@ana {TEXT} by tomorrow")
    await promising.move((await stored(promising)).raised_at + DAY)
    pressed = button(await dm(promising, "maya", "You promised"), "followups:answer")
    await promising.slack.do("actions", user="tom", channel="harbour-support", ts="1.0", **pressed)
    await settled(promising)
    assert (await stored(promising)).state == State.OWNED


async def say(world: World, name: str, text: str, **more: str) -> Json:
    said: Json = await world.slack.do("messages", user=name, channel="harbour-support", text=text, **more)
    await settled(world)
    return said


async def use_shortcut(world: World, name: str, said: Json) -> None:
    where = {"channel": "harbour-support", "ts": said["ts"]}
    await world.slack.do("shortcuts", user=name, callback_id="promises:message", **where)
    await settled(world)


async def test_writer_of_a_message_is_asked_once_to_make_it_a_promise_and_can_accept(promising: World) -> None:
    said = await say(promising, "maya", TEXT)
    for _ in range(2):
        await use_shortcut(promising, "ben", said)
    assert "I've asked @maya privately" in str(await promising.slack.notes("ben"))
    assert await how_often(promising, "maya", "would like you to promise this") == 1
    await press(promising, "maya", await dm(promising, "maya", TEXT), "followups:accept")
    await promising.slack.submit("maya", day="2031-03-07")
    await settled(promising)
    assert ((await stored(promising)).state, (await stored(promising)).owner_id) == (State.OWNED, "U0MAYA0000")
    assert "@maya promised you this by *Friday, 7 March*" in str(await card_of(promising, "ben"))


async def test_promise_suggested_to_the_writer_of_a_message_can_be_declined(promising: World) -> None:
    await use_shortcut(promising, "ben", await say(promising, "maya", TEXT))
    await press(promising, "maya", await dm(promising, "maya", TEXT), "followups:close")
    assert "Say no" in str((await promising.slack.views("maya"))[-1])
    await promising.slack.submit("maya", why="")
    await settled(promising)
    assert (await stored(promising)).reason == "declined"
    assert "@maya decided not to promise this" in str(await card_of(promising, "ben"))


async def test_making_ones_own_message_a_promise_opens_the_form_with_its_text_and_day(promising: World) -> None:
    await use_shortcut(promising, "maya", await say(promising, "maya", f"{TEXT} by Friday"))
    form = str((await promising.slack.views("maya"))[-1])
    assert TEXT in form
    assert "2031-03-07" in form


async def test_message_by_an_agent_cannot_be_made_a_promise(promising: World) -> None:
    await use_shortcut(promising, "maya", await say(promising, "ben", TEXT))
    assert refusals.FOR_PROMISES_OF_LEADERS in str(await promising.slack.notes("maya"))


async def test_leader_who_commits_to_something_is_offered_a_promise_once_per_thread(
    promising: World,
) -> None:
    await say(promising, "maya", "I'll look into it")
    assert await how_often(promising, "maya", "Make it a promise?") == 0
    async with promising.database.begin() as session:
        for team in await session.scalars(select(Team)):
            Settings(listens=True).keep(team)
    first = await say(promising, "maya", "I'll look into it")
    await say(promising, "maya", "I'll ask IT as well", thread_ts=first["ts"])
    await say(promising, "ben", "I'll look into it")
    await say(promising, "maya", "Shall I look into it?")
    assert await how_often(promising, "maya", "Make it a promise?") == 1
    assert await how_often(promising, "ben", "Make it a promise?") == 0
    await press(promising, "maya", await dm(promising, "maya", "Make it a promise?"), "promises:make")
    await promising.slack.submit("maya", text=TEXT, day="2031-03-07", who=None)
    await settled(promising)
    assert (await stored(promising)).text == TEXT


async def test_recipient_who_confirms_a_promise_can_thank_its_owner_in_the_shoutout_form(promising: World) -> None:
    await promise(promising, "maya", f"@ana {TEXT}")
    await promise(promising, "maya", "")
    await press_note(promising, "maya", "followups:answer")
    await press(promising, "ana", await card_of(promising, "ana"), "followups:confirm")
    assert "U0MAYA0000" in str((await promising.slack.views("ana"))[-1])


async def test_sixth_promise_of_a_day_is_refused_and_the_answer_repeats_its_text(promising: World) -> None:
    answers = [await promise(promising, "maya", f"{TEXT} {number}") for number in range(6)]
    assert [TEXT in str(answer.ack) for answer in answers] == [True] * 6
    async with promising.database.reading() as session:
        assert len((await session.scalars(select(Followup))).all()) == 5
