"""Tests of a round of the pulse: who is asked when, what is stored and shown, and that each answer counts once."""

from datetime import timedelta

from bot.features.pulse import rules
from bot.refusals import common
from tests.handlers.pulse.drivers import (
    agents,
    answer,
    cards,
    close_round,
    move_to,
    open_form,
    open_round,
    posts,
    rounds,
    send,
    stored_comments,
    view_text,
)
from tests.harness import World


async def test_round_asks_every_agent_and_publishes_levels(tuesday: World) -> None:
    found = await open_round(tuesday)
    names = await agents(tuesday)
    assert len(names) >= rules.FEWEST_AGENTS
    assert [len(await cards(tuesday, name)) for name in names] == [1] * len(names)
    for nth, name in enumerate(names[:5]):
        sent = await answer(tuesday, name, 5 if nth else 1, 3, comment=f"comment {nth}" if nth < 3 else "")
        assert sent.ack["response_action"] == "update"
    closed = await close_round(tuesday)
    assert (closed.id, closed.asked, closed.answered) == (found.id, len(names), 5)
    assert closed.levels == [rules.Level.HIGH, rules.Level.MIXED]
    assert len(await posts(tuesday)) == 1
    assert sorted(each.words for each in await stored_comments(tuesday)) == ["comment 0", "comment 1", "comment 2"]
    assert [await cards(tuesday, name) for name in names] == [[]] * len(names)
    assert [len(await cards(tuesday, name)) for name in ("maya", "tom")] == [1, 1]


async def test_four_answers_and_their_comments_are_deleted_unread(tuesday: World) -> None:
    await open_round(tuesday)
    for name in (await agents(tuesday))[:4]:
        await answer(tuesday, name, 5, 5, comment="more time")
    closed = await close_round(tuesday)
    assert (closed.levels, await stored_comments(tuesday)) == ([], [])


async def test_second_answer_to_a_pulse_round_is_refused_and_changes_nothing(tuesday: World) -> None:
    await open_round(tuesday)
    names = (await agents(tuesday))[:5]
    await answer(tuesday, "ana", 5, 5)
    assert view_text(await open_form(tuesday, "ana")) == common.PULSE_ANSWERED
    for name in names:
        if name != "ana":
            await answer(tuesday, name, 5, 1)
    assert (await close_round(tuesday)).answered == 5


async def test_form_sent_after_a_round_has_closed_is_refused(tuesday: World) -> None:
    found = await open_round(tuesday)
    await open_form(tuesday, "ana")
    await move_to(tuesday, found.closes_at + timedelta(minutes=1))
    assert common.PULSE_ENDED in str((await send(tuesday, "ana", 4, 4)).ack)
    assert (await rounds(tuesday))[-1].answered == 0
