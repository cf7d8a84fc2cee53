"""Tests of comments and of the leaders' answer: what is shown of them, what is quoted, and what is refused."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from bot.db.models import Private
from bot.features.pulse.models import PulseAnswer, PulseComment, PulseRound
from bot.features.pulse.rules import LONGEST_COMMENT
from bot.messages.pulse import forms
from bot.refusals import common
from bot.slack.mrkdwn import escape
from bot.slack.outbox.models import Outgoing, State
from tests.handlers.drivers import settled
from tests.handlers.pulse import forged
from tests.handlers.pulse.drivers import answer, cards, close_round, press, rounds, stored_comments, view_text
from tests.harness import Answer, Json, World

FIVE = ("ana", "ben", "chidi", "dina", "eli")
ODD = {
    "four bytes": "\U0001f9e1" * LONGEST_COMMENT,
    "entities": "&" * LONGEST_COMMENT,
    "quotes": '"\\' * (LONGEST_COMMENT // 2),
    "broadcast": "@channel <!here> <!channel|x> <!subteam^S1> @everyone",
    "links": "https://example.com/a?b=c&d <https://example.com|here> mailto:ana@example.com",
    "markup": "*bold* _it_ ~no~ `code` ```block``` > quote\n- list :tada:",
    "emoji": ":fire: \U0001f525",
}


async def close_with(world: World, *comments: str, quotable: bool = False) -> PulseRound:
    """Have five agents answer, the first ones with these comments, and close the round."""
    for nth, name in enumerate(FIVE):
        sent = await answer(world, name, 5, 1, comment=comments[nth] if nth < len(comments) else "", quote=quotable)
        assert sent.ack["response_action"] == "update"
    return await close_round(world)


async def open_view(world: World, name: str, action_id: str) -> Json:
    await press(world, name, action_id)
    view: Json = (await world.slack.views(name))[-1]
    return view


async def replies(world: World) -> list[Json]:
    """Return the leaders' answers in the channel."""
    said = await world.slack.messages("harbour-support", "ana")
    return [each for each in said if each.get("blocks") and each["blocks"][0].get("block_id") == "told"]


async def reply(world: World, name: str, words: str, *quoted: str, round_id: object = None) -> Answer:
    """Send the form with the answer to all comments, with these comments ticked, whether they are offered or not."""
    boxes = {"type": "checkboxes", "selected_options": [{"value": each} for each in quoted]}
    values = {forms.WORDS: forged.text(words), forms.QUOTES: boxes}
    this = (await rounds(world))[-1].id if round_id is None else round_id
    return await forged.submit(world, name, this, values, callback_id=forms.REPLY_FORM)


@pytest.mark.parametrize("kinds", [[*ODD][:4], [*ODD][4:]])
async def test_odd_comments_are_stored_and_shown_as_typed_and_alert_nobody(running: World, kinds: list[str]) -> None:
    said = [" ".join(ODD[kind].split()) for kind in kinds]
    await close_with(running, *(ODD[kind] for kind in kinds), quotable=True)
    comments = await stored_comments(running)
    assert sorted(each.words for each in comments) == sorted(said)
    blocks = (await open_view(running, "maya", forms.READ))["blocks"]
    shown = [each["text"]["text"] for each in blocks if "text" in each]
    assert all(any(escape(words)[:40] in each for each in shown) for words in said)
    await open_view(running, "maya", forms.REPLY)
    ticked = [each.id for each in comments]
    answered = await running.slack.submit("maya", **{forms.WORDS: "Thank you.", forms.QUOTES: ticked})
    assert answered.body["ok"], answered
    await settled(running)
    ((posted,), (card,)) = await replies(running), await cards(running, "maya")
    for each in (shown, posted["blocks"], card):
        assert not any(mark in str(each) for mark in ("<!", "@channel", "@here", "@everyone", "<https://example"))


async def test_stored_length_of_an_answer_does_not_reveal_how_long_the_comment_is(running: World) -> None:
    comments = ["", "x", *(ODD[kind] for kind in ("four bytes", "entities", "quotes"))]
    for name, comment in zip(FIVE, comments, strict=True):
        await answer(running, name, 5, 1, comment=comment)
    async with running.database.reading() as session:
        lengths = Counter(map(len, await session.scalars(select(PulseAnswer.sealed))))
    assert len(lengths) <= 2, "one for ratings and one for comments"
    assert all(count % len(FIVE) == 0 for count in lengths.values())


@pytest.mark.parametrize("empty", ["   ", "\n\n", "\u200b", "\u202e \u2066"])
async def test_comment_without_anything_visible_is_no_comment(running: World, empty: str) -> None:
    await close_with(running, empty, "more time", "fewer calls")
    assert await stored_comments(running) == []


async def test_comments_are_deleted_unread_if_only_two_people_wrote_one(running: World) -> None:
    await close_with(running, "more time", "fewer calls")
    assert await stored_comments(running) == []
    assert forms.READ not in str(await cards(running, "maya"))


async def test_longest_reply_with_the_longest_quotes_is_posted(running: World) -> None:
    await close_with(running, *["&" * LONGEST_COMMENT] * 3, quotable=True)
    quoted = [each.id for each in await stored_comments(running)]
    await reply(running, "maya", "<" * forms.LONGEST_REPLY, *quoted)
    (posted,) = await replies(running)
    assert "&lt;" * 700 in str(posted["blocks"])
    assert sum(each["text"]["text"].startswith(">&amp;") for each in posted["blocks"]) == 3
    async with running.database.reading() as session:
        assert (await session.scalars(select(Outgoing.reason).where(Outgoing.state == State.FAILED))).all() == []


async def test_paragraphs_of_a_reply_are_kept(commented: World) -> None:
    await reply(commented, "maya", "First.\n\nSecond.\u202e")
    (posted,) = await replies(commented)
    assert posted["blocks"][-1]["text"]["text"] == "First.\n\nSecond."


@pytest.mark.parametrize(
    ("words", "refusal"),
    [("", common.ONE_LINE), (" \n ", common.ONE_LINE), ("\u200b", common.ONE_LINE),
     ("x" * (forms.LONGEST_REPLY + 1), common.too_long(forms.LONGEST_REPLY))],
    ids=["empty", "spaces", "invisible", "too long"],
)  # fmt: skip
async def test_reply_that_cannot_be_posted_is_refused_at_its_field(commented: World, words: str, refusal: str) -> None:
    assert (await reply(commented, "maya", words)).errors == {forms.WORDS: refusal}
    assert not (await rounds(commented))[-1].is_replied


async def test_reply_in_an_archived_channel_is_refused_at_its_field(commented: World) -> None:
    await commented.slack.do("channels", channel="harbour-support", archived=True)
    await settled(commented)
    assert (await reply(commented, "maya", "Thank you.")).errors == {forms.WORDS: common.NOBODY_WOULD_HEAR}
    assert not (await rounds(commented))[-1].is_replied


async def test_only_comments_whose_writers_allow_it_are_quoted_whatever_the_leader_ticks(running: World) -> None:
    for nth, name in enumerate(FIVE):
        await answer(running, name, 5, 1, comment=f"words {nth}", quote=nth == 0)
    found = await close_round(running)
    ticked = [each.id for each in await stored_comments(running)]
    ticked.append(await add_comment_of_another_round(running))
    await reply(running, "maya", "Thank you.", *ticked, "x", "", round_id=found.id)
    (posted,) = await replies(running)
    assert [nth for nth in range(5) if f"words {nth}" in str(posted)] == [0]
    assert "elsewhere" not in str(posted)


async def add_comment_of_another_round(world: World) -> str:
    """Add a comment that may be quoted, of another round of the team; return its id."""
    (now,) = await rounds(world)
    async with world.database.begin() as session:
        other = PulseRound(
            workspace_id=now.workspace_id, team_id=now.team_id, opened_at=now.opened_at, closes_at=now.closes_at,
            statements=[], members=6, salt="", member_hashes=[], changes=None, key_id=None, closed_at=now.closed_at,
        )  # fmt: skip
        session.add(other)
        await session.flush()
        words = Private("words elsewhere")
        session.add(PulseComment(now.workspace_id, "0" * 32, other.id, words, may_be_quoted=True, closed_at=world.now))
    return "0" * 32


async def test_two_leaders_who_reply_at_the_same_time_post_once(commented: World) -> None:
    sent = await asyncio.gather(reply(commented, "maya", "From Maya"), reply(commented, "tom", "From Tom"))
    (posted,) = await replies(commented)
    late = [each for each in sent if each.ack]
    assert len(late) == 1
    assert view_text(late[0].ack["view"]) == common.PULSE_REPLIED
    assert ("From Maya" in str(posted)) != ("From Tom" in str(posted))
    for name in ("maya", "tom"):
        assert forms.REPLY not in str(await cards(commented, name))
        await forged.press(commented, name, forms.REPLY, (await rounds(commented))[-1].id)
        assert [each for each in await commented.slack.messages("bot", name) if common.PULSE_REPLIED in str(each)]


@pytest.mark.parametrize("name", ["ana", "grace"])
async def test_only_leaders_read_and_answer_comments(commented: World, name: str) -> None:
    found = (await rounds(commented))[-1]
    for action in (forms.READ, forms.REPLY):
        await forged.press(commented, name, action, found.id)
    assert "more time" not in str(await commented.slack.views(name))
    sent = await reply(commented, name, "Thank you.")
    assert view_text(sent.ack["view"]) == common.FOR_LEADERS
    assert await replies(commented) == []


@pytest.mark.parametrize("is_open", [True, False])
async def test_round_without_comments_can_neither_be_read_nor_answered(running: World, is_open: bool) -> None:
    if not is_open:
        await close_with(running, "more time")
    this = (await rounds(running))[-1]
    for action in (forms.READ, forms.REPLY):
        await forged.press(running, "maya", action, this.id)
    assert await running.slack.views("maya") == []
    sent = await reply(running, "maya", "Thank you.")
    assert view_text(sent.ack["view"]) == common.PULSE_NOTHING_TO_READ
    assert (await replies(running), (await rounds(running))[-1].is_replied) == ([], False)


@pytest.mark.parametrize("value", ["", "x", "999999", "9" * 40])
async def test_reply_to_a_forged_round_is_refused(running: World, value: Any) -> None:
    sent = await reply(running, "maya", "Thank you.", round_id=value)
    assert view_text(sent.ack["view"]) in (common.PULSE_ENDED, common.GONE)
    assert await replies(running) == []
