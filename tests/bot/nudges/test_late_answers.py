"""An answer counts however late it comes, and the card says so."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database import vault_of
from bot.features.oneonones.rota import DUE
from bot.features.shadowing import wrapping_up
from bot.features.visits import debriefing
from bot.messages import nudges as messages
from bot.messages.oneonones.names import PROPOSE
from bot.messages.post import Payload
from bot.nudges import answering, engine
from bot.nudges.tables import Nudge, State
from bot.outbox.tables import Outgoing
from bot.outbox.writing import opened
from bot.teams.tables import Team
from schedules.nudges import RULES
from tests.conftest import TUESDAY

A_DAY = timedelta(days=1)
NOW = TUESDAY + 4 * A_DAY
ROADBLOCK = (wrapping_up.ROADBLOCK, {"roadblock": 1, "sitting": 1, "days": 5})
PROMISE = (debriefing.PROMISE, {"debrief": 1, "visit": 1, "days": 5})
COVERAGE = ("shoutouts.coverage", {"people": ["UANA"], "days": 10})
ROWS = [{"series": n, "agent": who, "asked": True} for n, who in enumerate(["UANA", "UBEN", "UELI"], 1)]

Kind = tuple[str, dict[str, Any]]


async def passed(session: AsyncSession, team: Team, kind: Kind, state: State) -> Nudge:
    """What maya was told four days ago."""
    nudge = Nudge(
        team.workspace_id, team.id, "UMAYA", kind=kind[0], about="1", facts=kind[1], card="nudges:1",
        said_at=TUESDAY, ends_at=TUESDAY + A_DAY, state=state,
    )  # fmt: skip
    session.add(nudge)
    await engine.expect(session, team.workspace_id, {"UMAYA": NOW + A_DAY})
    await session.flush()
    return nudge


async def card(session: AsyncSession) -> Payload:
    row = (await session.scalars(select(Outgoing).where(Outgoing.card == "nudges:1"))).one()
    return opened(row, vault_of(session))


@pytest.mark.parametrize("was", [State.IGNORED, State.UNHEARD])
@pytest.mark.parametrize(
    ("kind", "answer"),
    [(ROADBLOCK, State.DONE), (PROMISE, State.DONE), (COVERAGE, State.DECLINED), (COVERAGE, State.MUTED)],
)
async def test_late_answer_counts_and_the_card_says_so(
    session: AsyncSession, team: Team, kind: Kind, answer: State, was: State
) -> None:
    nudge = await passed(session, team, kind, was)
    if answer is State.MUTED:
        await answering.mute(session, nudge, RULES, now=NOW)
    else:
        await answering.answer(session, nudge, answer, RULES, now=NOW)

    assert (nudge.state, nudge.answered_at) == (answer, NOW)
    assert messages.ENDED[answer] in str(await card(session))


async def test_late_snooze_brings_it_back(session: AsyncSession, team: Team) -> None:
    nudge = await passed(session, team, ROADBLOCK, State.IGNORED)
    until = NOW + timedelta(minutes=30)
    await answering.snooze(session, nudge, until, RULES, now=NOW)

    assert (nudge.state, nudge.again_at) == (State.SNOOZED, until)


@pytest.mark.parametrize("was", [State.DONE, State.DECLINED, State.MUTED])
async def test_an_answer_stays_as_it_was_given(session: AsyncSession, team: Team, was: State) -> None:
    nudge = await passed(session, team, COVERAGE, was)
    await answering.answer(session, nudge, State.DONE, RULES, now=NOW)

    assert nudge.state == was


async def test_what_is_answered_elsewhere_finds_what_was_last_said_of_it(session: AsyncSession, team: Team) -> None:
    await passed(session, team, ROADBLOCK, State.IGNORED)
    again = await passed(session, team, ROADBLOCK, State.SAID)
    other = await passed(session, team, PROMISE, State.SAID)

    assert await answering.latest(session, "T1", "UMAYA", wrapping_up.ROADBLOCK, "1") is again
    assert await answering.latest(session, "T1", "UMAYA", debriefing.PROMISE, "1") is other
    assert await answering.latest(session, "T1", "UMAYA", wrapping_up.ROADBLOCK, "2") is None
    assert await answering.latest(session, "T1", "UANA", wrapping_up.ROADBLOCK, "1") is None


@pytest.mark.parametrize("was", [State.IGNORED, State.DONE])
async def test_after_a_late_answer_in_part_the_rest_can_be_answered_too(
    session: AsyncSession, team: Team, was: State
) -> None:
    """Answered in part, it counts as done once it has passed."""
    nudge = await passed(session, team, (DUE, {"rows": ROWS, "answers": {}}), was)
    for number, series in enumerate(("1", "2", "3"), 1):
        facts = {"rows": ROWS, "answers": {**nudge.facts["answers"], series: {"is": "open"}}}
        await answering.answer_row(session, nudge, facts, RULES, is_last=number == len(ROWS), now=NOW)
        shown = str(await card(session))

        assert shown.count(PROPOSE) == len(ROWS) - number
        assert (messages.ENDED[State.DONE] in shown) == (number == len(ROWS))
    assert nudge.state is State.DONE
