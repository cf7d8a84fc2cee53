"""Answers to nudges that have already ended: they count, and the card shows them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import vault_of
from bot.features.one_on_ones import nudges as one_on_ones
from bot.features.one_on_ones.nudges import DUE
from bot.features.visits import nudges as visits
from bot.messages.one_on_ones.names import PROPOSE
from bot.nudges import answers, cards, engine
from bot.nudges.models import Nudge, NudgeState
from bot.org import people
from bot.org.teams.models import Team
from bot.slack.outbox.models import Card, Method, Outgoing
from bot.slack.outbox.queries import decrypt_payload
from bot.slack.post import Payload
from bot.workflows.nudges import KINDS
from tests.conftest import TUESDAY

A_DAY = timedelta(days=1)
NOW = TUESDAY + 4 * A_DAY
FOLLOW_UP = (one_on_ones.FOLLOW_UP, {"note": 1, "other": "UANA", "days": 5})
THEME = (visits.THEME, {"theme": "tools", "times": 3, "within": 30})
COVERAGE = ("shoutouts.coverage", {"people": ["UANA"], "days": 10})
ROWS = [{"series": n, "agent": who, "asked": True} for n, who in enumerate(["UANA", "UBEN", "UELI"], 1)]

Kind = tuple[str, dict[str, Any]]


async def add_ended_nudge(session: AsyncSession, team: Team, kind: Kind, state: NudgeState) -> Nudge:
    """Store a nudge that was sent to Maya four days ago and has ended since."""
    nudge = Nudge(
        team.workspace_id, team.id, "UMAYA", kind=kind[0], about="1", facts=kind[1], card="nudges:1",
        said_at=TUESDAY, ends_at=TUESDAY + A_DAY, state=state,
    )  # fmt: skip
    session.add(nudge)
    await engine.schedule_checks(session, team.workspace_id, {"UMAYA": NOW + A_DAY})
    await session.flush()
    return nudge


async def card(session: AsyncSession) -> Payload:
    row = (await session.scalars(select(Outgoing).where(Outgoing.card == "nudges:1"))).one()
    return decrypt_payload(row, vault_of(session))


@pytest.mark.parametrize("was", [NudgeState.IGNORED, NudgeState.UNHEARD])
@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (FOLLOW_UP, NudgeState.DONE),
        (THEME, NudgeState.DONE),
        (COVERAGE, NudgeState.DECLINED),
        (COVERAGE, NudgeState.MUTED),
    ],
)
async def test_late_answer_to_a_nudge_counts_and_is_shown_on_its_card(
    session: AsyncSession, team: Team, kind: Kind, answer: NudgeState, was: NudgeState
) -> None:
    nudge = await add_ended_nudge(session, team, kind, was)
    if answer is NudgeState.MUTED:
        await answers.mute(session, await people.fetch_person(session, "T1", "UMAYA"), nudge, KINDS, now=NOW)
    else:
        await answers.answer(session, nudge, answer, KINDS, now=NOW)

    assert (nudge.state, nudge.answered_at) == (answer, NOW)
    assert cards.ENDED[answer] in str(await card(session))


async def test_mute_ends_open_nudges_of_the_kind_on_other_cards_too(session: AsyncSession, team: Team) -> None:
    nudge = await add_ended_nudge(session, team, COVERAGE, NudgeState.IGNORED)
    others = [await add_ended_nudge(session, team, COVERAGE, state) for state in (NudgeState.SNOOZED, NudgeState.SAID)]
    kept = await add_ended_nudge(session, team, FOLLOW_UP, NudgeState.SNOOZED)
    for number, each in enumerate(others, 2):
        each.about, each.card, each.again_at = str(number), f"nudges:{number}", NOW + A_DAY
    await answers.mute(session, await people.fetch_person(session, "T1", "UMAYA"), nudge, KINDS, now=NOW)

    assert [each.state for each in (nudge, *others)] == [NudgeState.MUTED] * 3
    assert [each.again_at for each in others] == [None, None]
    assert kept.state is NudgeState.SNOOZED


async def test_late_snooze_reschedules_the_nudge(session: AsyncSession, team: Team) -> None:
    nudge = await add_ended_nudge(session, team, FOLLOW_UP, NudgeState.IGNORED)
    until = NOW + timedelta(minutes=30)
    await answers.snooze(session, nudge, until, KINDS, now=NOW)

    assert (nudge.state, nudge.again_at) == (NudgeState.SNOOZED, until)


@pytest.mark.parametrize("was", [NudgeState.DONE, NudgeState.DECLINED, NudgeState.MUTED])
async def test_first_answer_to_a_nudge_is_not_overwritten(session: AsyncSession, team: Team, was: NudgeState) -> None:
    nudge = await add_ended_nudge(session, team, COVERAGE, was)
    await answers.answer(session, nudge, NudgeState.DONE, KINDS, now=NOW)

    assert nudge.state == was


async def test_latest_nudge_is_found_by_kind_and_subject(session: AsyncSession, team: Team) -> None:
    await add_ended_nudge(session, team, FOLLOW_UP, NudgeState.IGNORED)
    again = await add_ended_nudge(session, team, FOLLOW_UP, NudgeState.SAID)
    other = await add_ended_nudge(session, team, THEME, NudgeState.SAID)

    assert await answers.latest_about(session, "T1", "UMAYA", one_on_ones.FOLLOW_UP, "1") is again
    assert await answers.latest_about(session, "T1", "UMAYA", visits.THEME, "1") is other
    assert await answers.latest_about(session, "T1", "UMAYA", one_on_ones.FOLLOW_UP, "2") is None
    assert await answers.latest_about(session, "T1", "UANA", one_on_ones.FOLLOW_UP, "1") is None


@pytest.mark.parametrize("was", [NudgeState.IGNORED, NudgeState.DONE])
async def test_remaining_rows_of_a_nudge_can_be_answered_after_a_late_answer_to_one_row(
    session: AsyncSession, team: Team, was: NudgeState
) -> None:
    """A partly answered nudge is in the state DONE once it has ended."""
    nudge = await add_ended_nudge(session, team, (DUE, {"rows": ROWS, "answers": {}}), was)
    for number, series in enumerate(("1", "2", "3"), 1):
        facts = {"rows": ROWS, "answers": {**nudge.facts["answers"], series: {"is": "open"}}}
        await answers.answer_row(session, nudge, facts, KINDS, is_last=number == len(ROWS), now=NOW)
        shown = str(await card(session))

        assert shown.count(PROPOSE) == len(ROWS) - number
        assert ("one-on-ones to book" not in shown) == (number == len(ROWS))
    assert nudge.state is NudgeState.DONE


async def add_repeated_nudge(session: AsyncSession, team: Team, kind: Kind) -> Nudge:
    """Store a nudge on a newer card, which repeats the nudge of four days ago."""
    nudge = await add_ended_nudge(session, team, kind, NudgeState.SAID)
    nudge.card, nudge.said_at, nudge.ends_at = "nudges:2", NOW, NOW + A_DAY
    await session.flush()
    return nudge


async def test_nudge_card_is_deleted_if_a_newer_card_repeats_its_only_nudge(session: AsyncSession, team: Team) -> None:
    old = await add_ended_nudge(session, team, COVERAGE, NudgeState.IGNORED)
    session.add(Card("T1", "nudges:1", channel_id="DMAYA", ts="1.0"))
    await add_repeated_nudge(session, team, COVERAGE)
    await answers.update_card(session, old, KINDS, NOW)

    (row,) = await session.scalars(select(Outgoing))
    assert (row.method, row.card) == (Method.DELETE, "nudges:1")


async def test_nudge_repeated_on_a_newer_card_is_removed_from_the_older_card(session: AsyncSession, team: Team) -> None:
    old = await add_ended_nudge(session, team, COVERAGE, NudgeState.IGNORED)
    done = await add_ended_nudge(session, team, FOLLOW_UP, NudgeState.DONE)
    await add_repeated_nudge(session, team, COVERAGE)
    await answers.update_card(session, old, KINDS, NOW)

    (row,) = await session.scalars(select(Outgoing))
    shown = decrypt_payload(row, vault_of(session))["blocks"]
    assert (row.method, [block["block_id"] for block in shown]) == (Method.UPDATE, [f"nudge_{done.id}"])
