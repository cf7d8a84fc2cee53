"""Ideas from the command to their end: permissions, undo, hidden names, lists and reminders."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.db.sessions import vault_of
from bot.followups.models import Event, Followup, State
from bot.refusals import followups as refusals
from bot.slack.outbox.models import Outgoing
from bot.slack.outbox.queries import decrypt_payload
from tests.handlers.drivers import button, dm, keep_only_jobs, press, settled
from tests.harness import Answer, Json, World, eventually

TEXT = "a macro for refunds under 20 euros"
CHANNEL = "harbour-support"
DAY = timedelta(days=1)


@pytest.fixture
async def thinking(tuesday: World) -> World:
    """Return a world on a Tuesday, with jobs of nudges only."""
    await keep_only_jobs(tuesday, "nudges")
    return tuesday


async def idea(world: World, name: str, words: str) -> Answer:
    answer = await world.slack.command(name, words, word="/idea")
    await settled(world)
    return answer


async def stored(world: World, words: str = TEXT) -> Followup:
    async with world.database.reading() as session:
        found = await session.scalars(select(Followup).order_by(Followup.id))
        return next(each for each in reversed(found.all()) if words in each.text)


async def card(world: World, words: str = TEXT, viewer: str = "fay") -> Json:
    """Wait for the card of an idea in the team's channel, and return it."""

    async def found() -> Json | None:
        said = await world.slack.messages(CHANNEL, viewer)
        return next((each for each in reversed(said) if words in str(each) and not each.get("ephemeral_to")), None)

    return await eventually(found)  # type: ignore[no-any-return]


async def press_card(world: World, name: str, step: str, words: str = TEXT, **form: str) -> Answer | None:
    """Press a button of an idea's card, or choose from its menu, and fill in the form that opens."""
    message = await card(world, words)
    pressed = choice(message, step)
    await world.slack.do("actions", user=name, channel=CHANNEL, ts=message["ts"], **pressed)
    answer = await world.slack.submit(name, **form) if form else None
    await settled(world)
    return answer


def choice(message: Json, step: str) -> Json:
    """Return the button for a step, or else the menu option for it."""
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    for element in (each for row in rows for each in row):
        if element["action_id"] == f"followups:{step}":
            return {"action_id": element["action_id"], "value": element["value"]}
        for option in element.get("options", ()):
            if option["value"].startswith(f"{step}:"):
                return {"action_id": element["action_id"], "value": option["value"]}
    raise AssertionError(f"no {step} in {rows}")


async def press_note(world: World, name: str, action_id: str) -> None:
    """Press a button of the latest ephemeral answer to a person."""
    note = (await world.slack.notes(name))[-1]
    await world.slack.do("actions", user=name, channel=CHANNEL, ts=note["ts"], **button(note, action_id))
    await settled(world)


async def bodies(world: World, excluding: str) -> str:
    """Return the decrypted payloads of all outbox rows, except those in one person's DM."""
    async with world.database.reading() as session:
        rows = (await session.scalars(select(Outgoing).where(Outgoing.conversation != excluding))).all()
        return "\n".join(json.dumps(decrypt_payload(row, vault_of(session))) for row in rows if row.body)


async def test_idea_goes_from_new_through_considering_and_doing_to_done(thinking: World) -> None:
    answer = await idea(thinking, "ana", TEXT)
    assert "with your name" in str(answer.ack)
    assert "*New* idea from @ana" in str(await card(thinking))

    await press_card(thinking, "maya", "take")
    assert (await stored(thinking)).owner_id == "U0MAYA0000"
    assert "*Considering*: @maya is looking into this idea from @ana" in str(await card(thinking))
    assert "@maya is looking into your idea" in str(await dm(thinking, "ana", TEXT))

    await press_card(thinking, "maya", "start", ends="", question="")
    assert "*Doing*" in str(await card(thinking))
    await press_card(thinking, "maya", "close", reason="done", why="The macro is called Small refund.", again="")
    this = await stored(thinking)
    assert (this.state, this.reason, this.outcome) == (State.CLOSED, "done", "The macro is called Small refund.")
    shown = str(await card(thinking))
    assert "*Done*" in shown
    assert "Small refund" in shown
    told = await dm(thinking, "ana", "answered your idea")
    assert "Small refund" in str(told)
    assert len([each for each in await thinking.slack.messages("bot", "ana") if TEXT in str(each)]) == 1


async def test_declined_idea_needs_a_reason(thinking: World) -> None:
    await idea(thinking, "ana", TEXT)
    answer = await press_card(thinking, "maya", "close", reason="declined", why=" ", again="")
    assert answer
    assert answer.errors == {"why": refusals.NO_REASON}


async def test_idea_closed_as_not_now_needs_a_future_day_and_reopens_on_that_day(thinking: World) -> None:
    await idea(thinking, "ana", TEXT)
    without = await press_card(thinking, "maya", "close", reason="not_now", why="After the move.", again="")
    assert without
    assert without.errors == {"again": refusals.NO_DAY_AGAIN}
    today = await thinking.slack.submit("maya", reason="not_now", why="After the move.", again="2031-03-04")
    assert today.errors == {"again": refusals.NOT_LATER}
    await thinking.slack.submit("maya", reason="not_now", why="After the move.", again="2031-04-01")
    await settled(thinking)
    assert "*Not now*: this idea from @ana. I'll ask the leaders again in April." in str(await card(thinking))

    await thinking.move((await stored(thinking)).raised_at + 27 * DAY)
    assert (await stored(thinking)).state == State.CLOSED
    await thinking.move(DAY)
    this = await stored(thinking)
    assert (this.state, this.reason, this.owner_id) == (State.OPEN, None, None)
    assert "This idea from @ana is *open again*" in str(await card(thinking))
    assert "Your idea is open again" in str(await dm(thinking, "ana", TEXT))


async def test_agents_cannot_take_close_or_merge_ideas(thinking: World) -> None:
    await idea(thinking, "ana", TEXT)
    for step in ("take", "close", "merge"):
        await press_card(thinking, "ben", step)
    assert (await stored(thinking)).state == State.OPEN
    assert not await thinking.slack.views("ben")
    assert refusals.FOR_LEADERS in str(await thinking.slack.notes("ben"))


async def test_only_the_owner_of_an_idea_can_start_work_on_it_or_hand_it_on(thinking: World) -> None:
    await idea(thinking, "ana", TEXT)
    await press_card(thinking, "maya", "take")
    await press_card(thinking, "tom", "start")
    assert not await thinking.slack.views("tom")
    await press_card(thinking, "maya", "hand_on", who="U0TOM00000")
    assert (await stored(thinking)).owner_id == "U0TOM00000"
    assert "@maya handed this idea over to you" in str(await dm(thinking, "tom", TEXT))
    assert "@tom is looking into your idea now" in str(await dm(thinking, "ana", TEXT))


async def test_hiding_the_authors_name_removes_it_from_an_ideas_card_and_history(thinking: World) -> None:
    await idea(thinking, "ana", TEXT)
    await press_note(thinking, "ana", "ideas:hide")
    this = await stored(thinking)
    assert not this.is_named
    assert "*New* idea from someone in the team" in str(await card(thinking))
    async with thinking.database.reading() as session:
        assert (await session.scalars(select(Event.by_id))).all() == [None]


async def test_no_payload_sent_to_others_names_the_author_of_an_anonymous_idea(thinking: World) -> None:
    """Check every step from the form to the decline, including a vote by the author."""
    sent = list[str]()
    await idea(thinking, "ben", "colours for the refund queue")
    await idea(thinking, "ana", "x" * 601)
    await thinking.slack.submit("ana", text=TEXT, hidden=["hidden"])
    for step, form in [
        ("take", {}), ("start", {"ends": "2031-03-05", "question": "Is it faster?"}),
        ("hand_on", {"who": "U0TOM00000"}),
    ]:  # fmt: skip
        sent.append(await bodies(thinking, "U0ANA00000"))
        await press_card(thinking, "maya", step, **form)
    await thinking.slack.do("reactions", user="ana", channel=CHANNEL, ts=(await card(thinking))["ts"], name="+1")
    await settled(thinking)
    sent.append(await bodies(thinking, "U0ANA00000"))
    await press_card(thinking, "tom", "close", reason="declined", why="It was slower.", again="")
    theirs = [each for each in await sent_to_others(thinking, "ana") if TEXT in each]
    assert theirs
    assert not [each for each in theirs if "U0ANA" in each or "@ana" in each]
    assert not [each for each in sent if "U0ANA" in each or "@ana" in each]
    assert "vote" not in str(await card(thinking)).replace("votes show names", "")


async def sent_to_others(world: World, name: str) -> list[str]:
    """Return the arguments of every API call that shows something to anybody but one person."""
    methods = ("chat.postMessage", "chat.update", "chat.postEphemeral", "views.open", "views.publish")
    calls = [str(each["args"]) for method in methods for each in await world.slack.calls(method)]
    own = (
        f"D0{name.upper()}",
        f"'user': 'U0{name.upper()}",
        f"'user_id': 'U0{name.upper()}",
        f"'channel': 'U0{name.upper()}",
    )
    return [each for each in calls if not any(mark in each for mark in own)]


async def test_undoing_an_idea_deletes_its_card(thinking: World) -> None:
    await idea(thinking, "ana", TEXT)
    await press_note(thinking, "ana", "ideas:undo")
    assert (await stored(thinking)).reason == "withdrawn"
    assert not [each for each in await thinking.slack.said(CHANNEL, "ben") if TEXT in each]


async def test_idea_cannot_be_undone_or_made_anonymous_ten_minutes_later(thinking: World) -> None:
    await idea(thinking, "ana", TEXT)
    note = (await thinking.slack.notes("ana"))[-1]
    await thinking.move(timedelta(minutes=11))
    for action_id in ("ideas:undo", "ideas:hide"):
        pressed = button(note, action_id)
        await thinking.slack.do("actions", user="ana", channel=CHANNEL, ts=note["ts"], **pressed)
        await settled(thinking)
    this = await stored(thinking)
    assert (this.state, this.is_named) == (State.OPEN, True)
    assert refusals.TOO_LATE in str(await thinking.slack.notes("ana"))


@pytest.mark.parametrize(("words", "refusal"), [(":tada: 🎉", refusals.NO_TEXT["idea"]), ("x" * 601, "601")])
async def test_idea_with_invalid_text_opens_a_form_that_keeps_the_text(
    thinking: World, words: str, refusal: str
) -> None:
    await idea(thinking, "ana", words)
    (view,) = await thinking.slack.views("ana")
    assert words in str(view)
    assert refusal in str(view) or "The limit is 600" in str(view)


async def test_ideas_and_promises_share_a_daily_limit_and_the_refusal_repeats_the_text(thinking: World) -> None:
    for number in range(3):
        await idea(thinking, "maya", f"idea number {number}")
        await thinking.slack.command("maya", f"promise number {number}", word="/promise")
    answer = await idea(thinking, "maya", "one more")
    assert "limit" in answer.text
    assert "one more" in answer.text
    async with thinking.database.reading() as session:
        assert len((await session.scalars(select(Followup))).all()) == 5


async def test_list_of_ideas_can_be_filtered_and_shows_ten_per_page(thinking: World) -> None:
    async with thinking.database.begin() as session:
        team_id = 1
        for number in range(12):
            session.add(
                Followup(
                    thinking.workspace.id, team_id, "idea", "U0BEN00000", f"number {number}.", thinking.now, State.OPEN
                )
            )
    await idea(thinking, "ana", TEXT)
    await idea(thinking, "ana", "")
    note = (await thinking.slack.notes("ana"))[-1]
    assert len([each for each in note["blocks"] if str(each["block_id"]).startswith("listed_")]) == 10
    pressed = button(note, "ideas:more")
    await thinking.slack.do("actions", user="ana", channel=CHANNEL, ts=note["ts"], **pressed)
    await settled(thinking)
    note = (await thinking.slack.notes("ana"))[-1]
    assert len([each for each in note["blocks"] if str(each["block_id"]).startswith("listed_")]) == 3
    mine = await idea(thinking, "ana", "mine")
    assert len([each for each in mine.ack["blocks"] if str(each["block_id"]).startswith("listed_")]) == 1
    await thinking.slack.do(
        "actions", user="ana", channel=CHANNEL, ts=(await thinking.slack.notes("ana"))[-1]["ts"],
        action_id="ideas:filter", value="taken:0",
    )  # fmt: skip
    await settled(thinking)
    assert "No open ideas match" in str((await thinking.slack.notes("ana"))[-1])


async def test_outcome_of_a_failed_experiment_is_celebrated_in_the_channel(thinking: World) -> None:
    await idea(thinking, "ana", TEXT)
    await press_card(thinking, "maya", "take")
    both = await press_card(thinking, "maya", "start", ends="2031-03-06", question="")
    assert both
    assert both.errors == {"question": refusals.NO_QUESTION}
    await thinking.slack.submit("maya", ends="2031-03-06", question="Does it save time?")
    await settled(thinking)
    assert "Experiment until Thursday, 6 March: Does it save time?" in str(await card(thinking))

    await thinking.move((await stored(thinking)).raised_at + 2 * DAY)
    await press(
        thinking, "maya", await dm(thinking, "maya", "Does it save time? What did you learn?"), "followups:close"
    )
    await thinking.slack.submit("maya", reason="declined", why="It took longer.", again="")
    await settled(thinking)
    said = [each for each in await thinking.slack.said(CHANNEL, "ben") if "It took longer." in each]
    thanks = "Thanks to @maya for trying it out, and to @ana"
    assert any("experiment with this idea is over" in each and thanks in each for each in said)


async def test_leaders_are_reminded_in_turn_of_an_unanswered_idea(thinking: World) -> None:
    await idea(thinking, "ana", TEXT)
    raised_at = (await stored(thinking)).raised_at
    await thinking.move(raised_at + 2 * DAY)
    assert await reminded(thinking) == []
    await thinking.move(raised_at + 3 * DAY)
    first = await reminded(thinking)
    assert len(first) == 1
    await thinking.move(raised_at + 5 * DAY)
    assert await reminded(thinking) == first
    await thinking.move(raised_at + 6 * DAY)
    both = await reminded(thinking)
    assert len(both) == 2
    message = await dm(thinking, both[0], "is waiting for an answer")
    await press(thinking, both[0], message, "followups:take")
    await settled(thinking)
    assert (await stored(thinking)).state == State.OWNED
    assert f"You're looking into this idea: “{TEXT}”" in str(await thinking.slack.messages("bot", both[0]))


async def test_reminder_of_an_idea_loses_its_buttons_when_another_leader_takes_it(thinking: World) -> None:
    await idea(thinking, "ana", TEXT)
    await thinking.move((await stored(thinking)).raised_at + 3 * DAY)
    (leader,) = await reminded(thinking)
    await press_card(thinking, "tom" if leader == "maya" else "maya", "take")
    assert (await stored(thinking)).state == State.OWNED
    message = await dm(thinking, leader, f"is looking into this idea: “{TEXT}”")
    assert "followups:take" not in str(message["blocks"])
    assert "is waiting for an answer" not in str(message)


async def reminded(world: World) -> list[str]:
    """Return the leaders who were reminded of an unanswered idea."""
    leaders = ("maya", "tom")
    return [each for each in leaders if "is waiting for an answer" in str(await world.slack.messages("bot", each))]
