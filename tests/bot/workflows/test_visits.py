"""Notifications to a team's leaders about the sponsor's visits and promises."""

from collections import Counter
from contextlib import nullcontext
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import vault_of
from bot.errors import Refusal
from bot.features.visits import queries
from bot.features.visits.rules import DebriefAnswers
from bot.followups.models import Followup
from bot.followups.rules import Step
from bot.meetings.models import Kind, Meeting, State
from bot.meetings.queries import load_pair
from bot.meetings.rules import Pair
from bot.messages.visits import cards
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.slack.dispatcher import Actor
from bot.slack.outbox.models import Card, Outgoing
from bot.slack.outbox.models import State as Sending
from bot.slack.outbox.queries import decrypt_payload
from bot.workflows import members, visits
from bot.workflows.followups import steps
from tests.conftest import TUESDAY

A_DAY = timedelta(days=1)
SPONSOR = Actor("T1", "UELI")


async def visited(session: AsyncSession, team: Team, state: State, *, is_invited: bool = True) -> tuple[Pair, Meeting]:
    """Store a visit to Ana by Eli, the sponsor of Maya's team."""
    team = await session.get_one(Team, team.id)
    team.sponsor_id = "UELI"
    visit = Meeting("T1", team.id, Kind.VISIT, "UELI", "UANA", 45, starts_at=TUESDAY + A_DAY, made_at=TUESDAY)
    visit.state, visit.is_invited = state, is_invited
    session.add(visit)
    await session.flush()
    return await load_pair(session, visit), visit


async def waiting(session: AsyncSession) -> list[tuple[str, str]]:
    """Return the recipient and text of each waiting message."""
    rows = await session.scalars(select(Outgoing).where(Outgoing.state == Sending.WAITING).order_by(Outgoing.id))
    said = [(row, decrypt_payload(row, vault_of(session))) for row in rows]
    return [(row.conversation, str(body["text"])) for row, body in said if "text" in body]


async def read(session: AsyncSession) -> None:
    """Mark all outbox rows as sent, and store the location of each card."""
    for row in await session.scalars(select(Outgoing)):
        row.state, row.body = Sending.SENT, None
        if row.card:
            await session.merge(Card("T1", row.card, "D1", "1.0"))
    await session.flush()


async def promised(session: AsyncSession) -> Followup:
    return (await session.scalars(select(Followup))).one()


@pytest.mark.parametrize(
    ("state", "is_invited", "hears"),
    [
        (State.REQUESTED, False, False),
        (State.COUNTERED, False, False),
        (State.DECLINED, False, False),
        (State.PLANNED, True, True),
        (State.REQUESTED, True, False),
    ],
)
async def test_leaders_are_notified_of_a_visit_when_it_is_accepted(
    session: AsyncSession, team: Team, state: State, is_invited: bool, hears: bool
) -> None:
    pair, visit = await visited(session, team, state, is_invited=is_invited)
    await visits.record_host_answer(session, pair, visit, TUESDAY)
    (leader,) = await visits.find_leaders(session, pair.team)

    expected = [("UMAYA", cards.leader_card(pair, visit, leader).text)]
    assert await waiting(session) == (expected if hears else [])


@pytest.mark.parametrize(
    "state", [State.PLANNED, State.CANCELLED, State.DECLINED, State.EXPIRED, State.MISSED, State.MET]
)
async def test_changes_of_a_visit_update_the_leaders_card(session: AsyncSession, team: Team, state: State) -> None:
    pair, visit = await visited(session, team, State.PLANNED)
    await visits.record_host_answer(session, pair, visit, TUESDAY)
    await read(session)
    visit.state, visit.starts_at = state, TUESDAY + 2 * A_DAY
    await visits.record_host_answer(session, pair, visit, TUESDAY)
    (leader,) = await visits.find_leaders(session, pair.team)

    assert await waiting(session) == [("UMAYA", cards.leader_card(pair, visit, leader).text)]
    assert len((await session.scalars(select(Card))).all()) == 1


async def test_leaders_can_read_only_the_promise_in_a_visits_debrief(session: AsyncSession, team: Team) -> None:
    _, visit = await visited(session, team, State.PLANNED)
    said = DebriefAnswers("kind voices", "two logins", "one login for all", date(2026, 12, 1), ["tools"])
    await visits.save_debrief(session, SPONSOR, visit.id, said, now=TUESDAY + 2 * A_DAY)
    told = dict(await waiting(session))
    assert {to: "one login for all" in words for to, words in told.items()} == {"UMAYA": True, "UELI": True}
    words = told["UMAYA"]
    assert (await promised(session)).theme == "tools"
    assert "kind voices" not in words
    assert "two logins" not in words

    await read(session)
    promise = await promised(session)
    assert (promise.kind, promise.state, promise.source) == ("promise", "owned", visit.about)
    assert (promise.text, promise.due_on, promise.audience) == ("one login for all", date(2026, 12, 1), "leaders")
    assert (promise.author_id, promise.owner_id, promise.recipient_id) == ("UELI", "UELI", None)
    await steps.take_step(session, SPONSOR, promise.id, Step.ANSWER, now=TUESDAY + 3 * A_DAY)
    assert {to for to, _ in await waiting(session)} == {"UMAYA", "UELI"}


@pytest.mark.parametrize(("reader", "may"), [("UMAYA", True), ("UANA", False), ("UELI", False)])
async def test_only_leaders_can_confirm_that_a_visits_promise_was_kept(
    session: AsyncSession, team: Team, reader: str, may: bool
) -> None:
    _, visit = await visited(session, team, State.PLANNED)
    said = DebriefAnswers(will_do="one login for all", due_on=date(2026, 12, 1))
    await visits.save_debrief(session, SPONSOR, visit.id, said, now=TUESDAY)
    promise = await promised(session)
    await steps.take_step(session, SPONSOR, promise.id, Step.ANSWER, now=TUESDAY + A_DAY)
    with nullcontext() if may else pytest.raises(Refusal):
        await steps.take_step(session, Actor("T1", reader), promise.id, Step.CONFIRM, now=TUESDAY + A_DAY)

    assert (promise.state == "closed") == may


async def test_sponsor_can_read_their_own_debrief_of_a_visit_with_its_promise(
    session: AsyncSession, team: Team
) -> None:
    pair, visit = await visited(session, team, State.PLANNED)
    said = DebriefAnswers("kind voices", "two logins", "one login for all", date(2026, 12, 1), ["tools"])
    await visits.save_debrief(session, SPONSOR, visit.id, said, now=TUESDAY)

    assert await queries.fetch_answers(session, pair, visit, "UELI") == said


async def test_visit_debrief_without_a_promise_notifies_nobody(session: AsyncSession, team: Team) -> None:
    _, visit = await visited(session, team, State.PLANNED)
    await visits.save_debrief(session, SPONSOR, visit.id, DebriefAnswers("kind voices"), now=TUESDAY + 2 * A_DAY)

    assert await waiting(session) == []


async def test_waiting_visit_messages_to_a_former_leader_are_dropped(session: AsyncSession, team: Team) -> None:
    pair, visit = await visited(session, team, State.PLANNED)
    await membership.set_leaders(session, pair.team, leaders=["UMAYA", "UBEN"], now=TUESDAY)
    await session.flush()
    await visits.record_host_answer(session, pair, visit, TUESDAY)
    assert Counter(to for to, _ in await waiting(session)) == {"UMAYA": 1, "UBEN": 1}

    await membership.set_leaders(session, pair.team, leaders=["UMAYA"], now=TUESDAY)
    await session.flush()
    await members.cancel_orphaned(session, pair.team, now=TUESDAY)
    assert Counter(to for to, _ in await waiting(session)) == {"UMAYA": 1}
