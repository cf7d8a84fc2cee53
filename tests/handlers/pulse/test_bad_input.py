"""Tests of the pulse's form with forged and impossible values, from people who are not asked, and used twice."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.features.pulse import queries, rules
from bot.features.pulse.models import PulseAnswer
from bot.messages.pulse import forms
from bot.org import installations
from bot.org.installations import Grant
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.refusals import common
from bot.slack.inbox import Delivery
from bot.slack.outbox.models import Outgoing
from bot.workflows.pulse import rounds as workflow
from tests.handlers.drivers import settled
from tests.handlers.hand_ups.drivers import make_second_team
from tests.handlers.pulse import forged
from tests.handlers.pulse.drivers import (
    agents,
    answer,
    cards,
    close_round,
    id_of,
    move_to,
    open_form,
    rounds,
    send,
    view_text,
)
from tests.handlers.pulse.members import leave, make_leader
from tests.harness import Answer, Json, World, eventually

STATEMENTS = 2


async def stored(world: World) -> int:
    async with world.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(PulseAnswer)) or 0


async def round_id(world: World) -> int:
    return (await rounds(world))[-1].id


def notice(answer: Answer) -> str:
    """Return the text of the view with which a form was answered."""
    assert answer.ack["response_action"] in ("push", "update"), answer.ack
    return view_text(answer.ack["view"])


@pytest.mark.parametrize(
    ("scores", "wrong"),
    [((9, 3), 0), ((0, 3), 0), ((3, 6), 1), ((None, 3), 0), ((3, None), 1), ((None, None), 0), ((None, None, 3), 0)],
)
async def test_missing_and_impossible_ratings_are_refused_at_their_statement(
    running: World, scores: tuple[Any, ...], wrong: int
) -> None:
    values = forged.ratings(*scores) | {forms.score_block(wrong): forged.rating(scores[wrong])}
    if scores[wrong] is None:
        values[forms.score_block(wrong)] = {"type": "radio_buttons", "selected_option": None}
    answer = await forged.submit(running, "ana", await round_id(running), values)
    assert answer.errors == {forms.score_block(wrong): common.PULSE_UNRATED}
    assert await stored(running) == 0


async def test_rating_whose_field_was_removed_is_refused(running: World) -> None:
    answer = await forged.submit(running, "ana", await round_id(running), forged.ratings(3))
    assert common.PULSE_UNRATED in str(answer.ack)
    assert await stored(running) == 0


async def test_rating_of_a_statement_that_is_not_asked_is_not_stored(running: World) -> None:
    await forged.submit(running, "ana", await round_id(running), forged.ratings(3, 4, 5, 1, 1, 1))
    assert await stored(running) == STATEMENTS + 1


async def shown(world: World, name: str) -> str:
    """Return the text of the view that a person sees on top."""
    return view_text((await world.slack.views(name))[-1])


@pytest.mark.parametrize("name", ["maya", "grace", "nora"])
async def test_person_who_is_not_asked_can_neither_open_nor_send_the_pulse_form(running: World, name: str) -> None:
    if name == "nora":
        await running.slack.do("users", user="nora", real_name="Nora Silva", channels=["harbour-support"])
        await settled(running)
    await forged.press(running, name, forms.ANSWER, await round_id(running))
    assert await shown(running, name) == common.PULSE_NOT_ASKED
    sent = await forged.submit(running, name, await round_id(running), forged.ratings(5, 5))
    assert notice(sent) == common.PULSE_NOT_ASKED
    assert await stored(running) == 0


async def test_agent_who_leads_or_has_left_since_the_form_was_opened_is_refused(running: World) -> None:
    for name in ("ana", "ben"):
        await open_form(running, name)
    await make_leader(running, "ana")
    await leave(running, "ben")
    for name in ("ana", "ben"):
        assert notice(await send(running, name, 5, 5)) == common.PULSE_NOT_ASKED
    assert await stored(running) == 0


async def test_form_for_a_pulse_round_of_another_workspace_is_refused(running: World) -> None:
    now = running.now
    async with running.database.begin() as session:
        await installations.save(session, Grant("xoxb-2", "B2", "UBOT2", "T2"), now=running.now)
        session.add(Workspace("T2", "Elsewhere", "UBOT2", "B2", "T2"))
        await session.flush()
        session.add(team := Team("T2", "C2", "elsewhere", "UTC", None, now))
        await session.flush()
        ana = await id_of(running, "ana")
        theirs, _ = await queries.open_round(session, team, ["x"], [ana], now=now, closes_at=now + rules.MOST_LATE)
    await forged.press(running, "ana", forms.ANSWER, theirs.id)
    assert await shown(running, "ana") == common.GONE
    assert notice(await forged.submit(running, "ana", theirs.id, forged.ratings(5))) == common.GONE
    assert await stored(running) == 0


@pytest.mark.parametrize("value", ["", "x", "-1", "0", "999999", "9" * 40, "1:1", "\u0661"])
async def test_form_and_button_with_a_forged_pulse_round_are_refused(running: World, value: str) -> None:
    answered = await forged.submit(running, "ana", value, forged.ratings(5, 5))
    assert notice(answered) in (common.PULSE_ENDED, common.GONE)
    assert (await forged.press(running, "ana", forms.ANSWER, value)).body["ok"]
    assert await stored(running) == 0


async def test_comment_longer_than_the_field_is_refused_at_the_field(running: World) -> None:
    values = forged.ratings(5, 5) | {forms.COMMENT: forged.text("x" * (rules.LONGEST_COMMENT + 1))}
    answered = await forged.submit(running, "ana", await round_id(running), values)
    assert answered.errors == {forms.COMMENT: common.too_long(rules.LONGEST_COMMENT)}
    assert await stored(running) == 0


async def test_form_that_is_opened_twice_and_sent_twice_counts_once(running: World) -> None:
    await open_form(running, "ana")
    first = (await running.slack.views("ana"))[-1]["id"]
    await open_form(running, "ana")
    assert notice(await send(running, "ana", 1, 1)) != common.PULSE_ANSWERED
    again = await forged.submit(running, "ana", await round_id(running), forged.ratings(5, 5))
    assert notice(again) == common.PULSE_ANSWERED
    assert first != (await running.slack.views("ana"))[-1]["id"]
    assert await answers_of(running) == {(0, 1), (1, 1)}


async def test_forms_that_one_person_sends_at_the_same_time_count_once(running: World) -> None:
    sent = [forged.submit(running, "ana", await round_id(running), forged.ratings(n, n)) for n in rules.SCORES]
    texts = [notice(each) for each in await asyncio.gather(*sent)]
    assert texts.count(common.PULSE_ANSWERED) == len(texts) - 1
    assert await stored(running) == STATEMENTS + 1
    assert len({score for _, score in await answers_of(running)}) == 1


async def answers_of(world: World) -> set[tuple[int | None, int]]:
    """Return the ratings that are stored in the running round, with the number of the statement."""
    async with world.database.reading() as session:
        found = await queries.find_round(session, world.workspace.id, await round_id(world))
        read = await queries.read_answers(session, found, await queries.load_key(session, found))
    return {(each.statement, each.score) for each in read if each.statement is not None}


async def test_press_after_the_close_says_that_the_round_has_ended(running: World) -> None:
    (message,) = await cards(running, "ana")
    await open_form(running, "ben")
    found = await close_round(running)
    await eventually(lambda: is_gone(running, "ana"))
    await forged.press(running, "ana", forms.ANSWER, found.id, message=message)
    assert await shown(running, "ana") == common.PULSE_ENDED
    assert notice(await send(running, "ben", 5, 5)) == common.PULSE_ENDED
    assert (found.answered, await stored(running)) == (0, 0)


async def is_gone(world: World, name: str) -> bool:
    return await cards(world, name) == []


async def test_press_on_a_deleted_card_of_a_running_round_opens_the_form(running: World) -> None:
    (message,) = await cards(running, "ana")
    found = (await rounds(running))[-1]
    await move_to(running, found.opened_at.replace(day=found.opened_at.day + 2, hour=12))
    (reminder,) = await cards(running, "ana")
    assert reminder["ts"] != message["ts"]
    await forged.press(running, "ana", forms.ANSWER, found.id, message=message)
    assert (await running.slack.views("ana"))[-1]["callback_id"] == forms.FORM


async def test_refusals_and_answers_leave_no_row_that_reveals_who_pressed(running: World) -> None:
    before = await rows_about_deliveries(running)
    await answer(running, "ana", 5, 5)
    assert view_text(await open_form(running, "ana")) == common.PULSE_ANSWERED
    await forged.submit(running, "ana", await round_id(running), forged.ratings(5, 5))
    await forged.submit(running, "ben", await round_id(running), forged.ratings(9, 9))
    assert await rows_about_deliveries(running) == before


async def rows_about_deliveries(world: World) -> list[Json]:
    async with world.database.reading() as session:
        found = [await session.execute(select(*model.__table__.c)) for model in (Delivery, Outgoing)]
        return [dict(row) for result in found for row in result.mappings()]


async def test_sponsor_of_two_teams_gets_no_message_about_their_pulses(running: World) -> None:
    names = await agents(running)
    await make_second_team(running, leaders=["maya"], agents=names)
    async with running.database.begin() as session:
        teams = [*await session.scalars(select(Team).order_by(Team.id))]
        for team in teams:
            team.sponsor_id = await id_of(running, "grace")
        await workflow.open_round(session, teams[1], now=running.now)
    for found in await rounds(running):
        for name in names:
            await forged.submit(running, name, found.id, forged.ratings(5, 5))
    await close_round(running)
    await move_to(running, max(each.closes_at for each in await rounds(running)).replace(hour=20))
    assert [each.answered for each in await rounds(running)] == [6, 6]
    assert await cards(running, "grace") == []
    assert len(await cards(running, "maya")) == 2
