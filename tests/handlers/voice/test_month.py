"""Tests of the voice of the frontline end to end: the draft, the message to the sponsor, and its tables."""

import pytest
from sqlalchemy import select

from bot.features.voice.models import VoiceMonth
from bot.followups.models import Followup, Kind
from bot.followups.rules import Step
from bot.messages.voice import cards
from bot.refusals import common
from bot.slack.dispatcher import Actor
from bot.workflows.followups import steps
from tests.handlers.drivers import press, settled
from tests.handlers.voice.drivers import (
    DRAFT,
    IDEA,
    NOTE,
    OTHER_IDEA,
    ROADBLOCK,
    SECOND_IDEA,
    add_second_team,
    ask_sponsor,
    at,
    change_team,
    count,
    drafts,
    files,
    leave,
    raise_hands,
    see_theme,
    sent,
    spend_the_month,
    type_words,
)
from tests.harness import World


async def test_leaders_get_the_draft_on_the_first_working_day_and_the_sponsor_two_later(march: World) -> None:
    await spend_the_month(march)
    await march.move(at("1 April 9:59"))
    assert await drafts(march, "maya") == []
    await march.move(at("1 April 10:01"))

    for leader in ("maya", "tom"):
        (draft,) = await drafts(march, leader)
        assert IDEA in draft["text"]
    assert await drafts(march, "ana") == await drafts(march, "grace") == []
    await march.move(at("3 April 9:59"))
    assert await sent(march) == []
    await march.move(at("3 April 10:01"))
    (message,) = await sent(march)
    assert IDEA in message["text"]
    assert [each["type"] for each in message["blocks"]].count("data_visualization") == 1
    assert await drafts(march, "maya") == []


async def test_message_and_tables_tell_the_same_figures_as_the_database(march: World) -> None:
    await spend_the_month(march)
    found = await count(march)
    assert found == {"votes": 2, "spikes": 1, "hand-ups": 3, "answered": 0, "mentions": 3, "done": 0}
    await march.move(at("3 April 10:05"))

    (message,) = await sent(march)
    (shared,) = [each for each in await march.slack.messages("bot", "grace") if each.get("files")]
    assert message["ts"] < shared["ts"]
    for told in (
        "Tools and logins (3)", f"{IDEA} (2 votes, new)", f"{OTHER_IDEA} (0 votes, new)", "1 queue spike",
        "phones (1)", "3 hand-ups", "answered 0 of 3", NOTE,
    ):  # fmt: skip
        assert told in message["text"]
    tables = await files(march)
    assert tables["themes.csv"] == [["Tools and logins", "3"]]
    assert tables["ideas.csv"] == [[IDEA, "2", "new"], [OTHER_IDEA, "0", "new"]]
    assert tables["roadblocks.csv"] == [[NOTE]]
    assert ["queue", "phones", "1"] in tables["spikes.csv"]
    assert tables["hand-ups.csv"] == [["counted since", "3 March"], ["raised", "3"], ["answered", "0"]]
    for row in (row for table in tables.values() for row in table):
        assert any(cell in str(message) for cell in row)


async def test_two_people_are_too_few_for_themes_and_hand_ups(march: World) -> None:
    await type_words(march, "ana", IDEA, "/idea")
    await raise_hands(march, "ana", "ben")
    await see_theme(march, "U0ANA00000", "U0BEN00000", "U0ANA00000")
    await march.move(at("3 April 10:05"))

    (message,) = await sent(march)
    assert "hand-up*" not in message["text"]
    assert "hand-ups*" not in message["text"]
    assert "Tools and logins" not in message["text"]
    assert [*await files(march)] == ["ideas.csv"]


async def test_leaders_comment_can_be_changed_until_it_is_sent(march: World) -> None:
    await spend_the_month(march)
    await march.move(at("1 April 10:01"))
    for name, words in (("maya", "Vouchers matter most"), ("tom", "Vouchers matter most, then macros")):
        (draft,) = await drafts(march, name)
        await press(march, name, draft, cards.COMMENT)
        assert not (await march.slack.submit(name, words=words)).errors
        await settled(march)
    (draft,) = await drafts(march, "maya")
    assert "then macros" in draft["text"]
    await march.move(at("3 April 10:05"))

    (message,) = await sent(march)
    assert "then macros" in message["text"]
    assert "@tom adds" in message["text"]
    assert (await files(march))["comment.csv"] == [["tom", "Vouchers matter most, then macros"]]


async def test_only_the_sponsor_reads_the_note_about_a_roadblock(march: World) -> None:
    await spend_the_month(march)
    await march.move(at("1 April 10:01"))
    (draft,) = await drafts(march, "maya")
    assert ROADBLOCK in str(draft)
    assert NOTE not in str(draft)
    await march.move(at("3 April 10:05"))
    (message,) = await sent(march)
    assert NOTE in str(message)
    assert ROADBLOCK not in str(message)

    await press(march, "grace", message, "followups:accept")
    await settled(march)
    async with march.database.reading() as session:
        (roadblock,) = await session.scalars(select(Followup).where(Followup.kind == Kind.ROADBLOCK))
    assert roadblock.owner_id == "U0GRACE000"


async def test_steward_voice_shows_leaders_and_the_sponsor_what_was_sent(march: World) -> None:
    await spend_the_month(march)
    assert cards.NOTHING_SENT in (await type_words(march, "maya", "voice", "/steward")).text
    await march.move(at("3 April 10:05"))

    for name, reads, never in (("maya", ROADBLOCK, NOTE), ("grace", NOTE, ROADBLOCK)):
        answer = await type_words(march, name, "voice", "/steward")
        assert "March 2031" in answer.text
        (button,) = [each["accessory"] for each in answer.ack["blocks"] if "accessory" in each]
        (listed,) = [each for each in await march.slack.notes(name) if "March 2031" in str(each)][-1:]
        value = {"action_id": button["action_id"], "value": button["value"]}
        await march.slack.do("actions", user=name, channel="harbour-support", ts=listed["ts"], **value)
        await settled(march)
        shown = str((await march.slack.notes(name))[-1])
        assert reads in shown
        assert never not in shown
    assert common.VOICE_FOR_LEADERS in (await type_words(march, "ana", "voice", "/steward")).text


async def test_nothing_is_sent_about_an_empty_month_or_without_a_sponsor(march: World) -> None:
    await march.move(at("1 April 12:00"))
    assert await drafts(march, "maya") == []
    await type_words(march, "ana", IDEA, "/idea")
    await change_team(march, sponsor_id=None)
    await march.move(at("1 May 12:00"))
    assert await drafts(march, "maya") == []


async def test_leaders_are_told_if_the_sponsor_has_left_before_it_is_sent(march: World) -> None:
    await type_words(march, "ana", IDEA, "/idea")
    await march.move(at("1 April 10:01"))
    await leave(march, "U0GRACE000")
    await march.move(at("3 April 10:05"))

    assert await sent(march) == []
    told = [each["text"] for each in await march.slack.messages("bot", "maya")]
    assert sum(cards.NO_SPONSOR in each for each in told) == 2
    assert not [each for each in told if DRAFT in each]


async def test_sponsor_who_was_named_after_the_draft_gets_the_message(march: World) -> None:
    await type_words(march, "ana", IDEA, "/idea")
    await march.move(at("1 April 10:01"))
    await change_team(march, sponsor_id="U0FAY00000")
    await march.move(at("3 April 10:05"))

    assert len(await sent(march, "fay")) == 1
    assert await sent(march) == []
    async with march.database.reading() as session:
        (month,) = await session.scalars(select(VoiceMonth))
    assert month.sponsor_id == "U0FAY00000"


@pytest.mark.parametrize("step", [Step.ACCEPT, Step.ANSWER, Step.SEND_BACK])
async def test_sponsors_message_says_what_happened_to_a_roadblock_instead_of_its_buttons(
    march: World, step: Step
) -> None:
    await ask_sponsor(march)
    await ask_sponsor(march, "the scanner is broken", "Please buy another one")
    await march.move(at("3 April 10:05"))
    (message,) = await sent(march)
    first, second = [block for block in message["blocks"] if block["type"] == "actions"]
    pressed = next(each for each in first["elements"] if each["action_id"].endswith(step))
    where = {"channel": "bot", "ts": message["ts"], "block_id": first["block_id"]}
    await march.slack.do("actions", user="grace", action_id=pressed["action_id"], value=pressed["value"], **where)
    if step is not Step.ACCEPT:
        assert not (await march.slack.submit("grace", why="IT bought licences")).errors
    await settled(march)

    (edited,) = await sent(march)
    assert [block for block in edited["blocks"] if block["type"] == "actions"] == [second]
    assert cards.HAPPENED[step] in str(edited)
    assert NOTE in str(edited)
    assert edited["text"] == message["text"]


async def test_sponsors_message_keeps_its_buttons_while_only_the_owner_acts(march: World) -> None:
    await ask_sponsor(march)
    await march.move(at("3 April 10:05"))
    (message,) = await sent(march)
    async with march.database.begin() as session:
        roadblock = (await session.scalars(select(Followup))).one()
        await steps.take_step(session, Actor(march.workspace.id, "U0TOM00000"), roadblock.id, Step.KEEP, now=march.now)
    await settled(march)
    assert (await sent(march))[0]["blocks"] == message["blocks"]
    async with march.database.begin() as session:
        await steps.take_step(
            session, Actor(march.workspace.id, "U0ANA00000"), roadblock.id, Step.WITHDRAW, now=march.now
        )
    await settled(march)
    (edited,) = await sent(march)
    assert not [block for block in edited["blocks"] if block["type"] == "actions"]


async def test_sponsor_of_two_teams_gets_one_message_for_each(march: World) -> None:
    await type_words(march, "ana", IDEA, "/idea")
    await add_second_team(march)
    await march.move(at("3 April 10:05"))

    months = await sent(march)
    assert len(months) == 2
    assert sorted((IDEA in str(each), SECOND_IDEA in str(each)) for each in months) == [(False, True), (True, False)]
    shared = [each for each in await march.slack.messages("bot", "grace") if each.get("files")]
    assert len(shared) == 2
