"""Tests of `/1on1` for a leader, an agent, and people who may not use it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.messages import suggestions
from bot.refusals import one_on_ones as refusals
from tests.handlers.drivers import dm, press, settled
from tests.handlers.one_on_ones.drivers import ANA, planned
from tests.harness import Answer, World

SECRET = "she wants to become a trainer"


async def typed(world: World, name: str, words: str) -> Answer:
    return await world.slack.command(name, words, word="/1on1")


async def test_one_on_one_list_shows_a_leader_all_due_meetings_and_an_agent_their_own(monday: World) -> None:
    assert "4 to book" in (await typed(monday, "maya", "")).text
    mine = await typed(monday, "ana", "")
    assert "<@U0MAYA0000>, every 2 weeks: due by Monday, 10 March" in str(mine.ack)
    assert "one_on_ones:propose" not in str(mine.ack)
    assert "You have no one-on-ones yet" in (await typed(monday, "tom", "")).text


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("topc training", suggestions.not_understood("/1on1", "topc training")),
        ("banana", suggestions.not_understood("/1on1", "banana")),
        ("help", "adds a topic for your next one"),
        ("topic", "Add a few words"),
        ("@ben @tom", "Name one person"),
        ("@ben", "have no one-on-ones"),
        ("done", "Only the leader can do that."),
    ],
)
async def test_one_on_one_command_with_unclear_words_gets_help_or_a_refusal(
    monday: World, words: str, answer: str
) -> None:
    assert answer in (await typed(monday, "ana", words)).text


@pytest.mark.parametrize("words", ["@ana", "topic @ana", "ask @ana", "@Ana more training"])
async def test_leader_who_asks_for_a_one_on_one_with_themselves_is_refused(monday: World, words: str) -> None:
    answer = (await typed(monday, "ana", words)).text

    assert refusals.YOURSELF in answer
    assert f"<@{ANA}> have" not in answer


@pytest.mark.parametrize(("plans", "told"), [(0, ["4 to book"]), (1, ["3 to book", "1 booked"])])
async def test_list_of_one_on_ones_omits_counts_of_zero(monday: World, plans: int, told: list[str]) -> None:
    for _ in range(plans):
        await planned(monday)

    assert re.findall(r"\d+ (?:to book|booked)", (await typed(monday, "maya", "")).text) == told
    assert not re.search(r"\b0 ", (await typed(monday, "ana", "")).text)


async def test_leader_can_propose_times_from_the_card_of_an_agents_request(monday: World) -> None:
    assert "<@U0MAYA0000>" in (await typed(monday, "ana", "ask about the new shifts")).text
    asked = await dm(monday, "maya", "would like a one-on-one with you.")
    assert "about the new shifts" in asked["text"]
    await press(monday, "maya", asked, "one_on_ones:propose")

    await dm(monday, "ana", "Which time works for you")
    await dm(monday, "maya", "I've offered <@U0ANA00000> these times")


async def test_one_on_one_topic_is_carried_over_until_it_is_ticked_off(monday: World) -> None:
    meeting, name = await planned(monday)
    kept = await typed(monday, name, "topic more time for training")
    assert "Only the two of you can see it" in kept.text
    await monday.move(meeting.span[0] - timedelta(hours=2) + timedelta(minutes=1))
    shown = await dm(monday, "maya", "Topics from <@")
    assert "more time for training" in str(shown["blocks"])

    await monday.move(meeting.span[1] + timedelta(hours=2, minutes=1))
    await press(monday, "maya", await dm(monday, "maya", "Did you have your one-on-one"), "one_on_ones:met")
    await press(monday, "maya", await dm(monday, "maya", "You had your one-on-one with <@"), "one_on_ones:open")
    (view,) = await monday.slack.views("maya")
    topic = next(each for each in view["blocks"] if each["block_id"] == "talked")["element"]["options"][0]
    assert topic["text"]["text"] == "more time for training"
    await monday.slack.submit("maya", talked=[topic["value"]])
    await typed(monday, name, "@maya")
    assert "more time for training" not in str(await monday.slack.views(name))


async def test_only_the_two_people_of_a_one_on_one_can_read_its_notes(monday: World) -> None:
    await typed(monday, "maya", "@ana")
    await monday.slack.submit("maya", note=SECRET, follow_up="2031-03-06")
    await typed(monday, "ana", "@maya")
    assert SECRET in str(await monday.slack.views("ana"))

    for other in ("tom", "grace", "ben", "dina"):
        for words in ("@ana", "@maya", "", "done @ana", "topic @ana hello"):
            assert SECRET not in str((await typed(monday, other, words)).body)
        assert SECRET not in str(await monday.slack.views(other))
    async with monday.database.reading() as session:
        rows = (await session.execute(text("SELECT * FROM notes"))).mappings().all()
    assert len(rows) == 1
    assert SECRET not in str(rows)
    assert SECRET not in str([await monday.slack.messages(each, "maya") for each in ("bot", "harbour-support")])


async def test_agent_is_reminded_of_their_own_one_on_one_note(monday: World) -> None:
    await typed(monday, "ana", "@maya")
    await monday.slack.submit("ana", note=SECRET, follow_up="2031-03-06")
    await monday.move(timedelta(days=3))

    await dm(monday, "ana", "You wanted to come back to your note")
    assert not [each for each in await monday.slack.messages("bot", "maya") if "come back to your note" in str(each)]


async def test_leader_is_reminded_of_a_one_on_one_note_on_its_follow_up_date(monday: World) -> None:
    await typed(monday, "maya", "@ana")
    await monday.slack.submit("maya", note=SECRET, follow_up="2031-03-06")
    await monday.move(timedelta(days=3))
    card = await dm(monday, "maya", "You wanted to come back to your note")
    assert SECRET not in str(card)
    await press(monday, "maya", card, "one_on_ones:open")
    assert SECRET in str(await monday.slack.views("maya"))

    await press(monday, "maya", card, "one_on_ones:followed")
    await dm(monday, "maya", "Done.")


async def test_leader_can_change_how_often_a_one_on_one_pair_meets(monday: World) -> None:
    await typed(monday, "maya", "@ana")
    await monday.slack.submit("maya", rule="FREQ=MONTHLY;BYDAY=1MO")
    assert "on the first Monday of the month" in str((await typed(monday, "ana", "")).ack)


async def test_recording_a_one_on_one_held_early_cancels_the_booked_one(monday: World) -> None:
    meeting, name = await planned(monday)
    await typed(monday, "maya", f"done @{name}")
    await settled(monday)
    await dm(monday, name, "you've already met, so this one is cancelled")
    await monday.move(meeting.span[1] + timedelta(hours=3))

    assert not [
        each for each in await monday.slack.messages("bot", "maya") if "Did you have your one-on-one" in each["text"]
    ]


async def test_done_command_records_a_one_on_one_that_was_not_booked(monday: World) -> None:
    done = await typed(monday, "maya", "done @ana")
    assert "The next one is due by Monday, 17 March" in done.text
    hers = await monday.slack.command("maya", "", word="/balance")
    assert "*People* 30 min" in hers.text
    await settled(monday)
    assert f"<@{ANA}>, every 2 weeks: due by Monday, 17 March" in str((await typed(monday, "maya", "")).ack)
