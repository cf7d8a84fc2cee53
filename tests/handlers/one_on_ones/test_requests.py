"""Tests of agents' requests for a one-on-one: the topics that are saved, and the leader's card."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import vault_of
from bot.errors import Refusal
from bot.features.one_on_ones import notes, queries, rules
from bot.meetings.models import State
from bot.meetings.rules import Pair
from bot.messages.one_on_ones import cards as one_on_ones_cards
from bot.org.teams.models import Team
from bot.slack.dispatcher import Actor
from bot.slack.outbox.models import Card, Method, Outgoing
from bot.slack.outbox.models import State as Sending
from bot.slack.outbox.queries import decrypt_payload
from bot.workflows.meetings import bookings
from bot.workflows.one_on_ones import outcomes
from bot.workflows.one_on_ones.bookings import offer_times, request, show_answer
from bot.workflows.one_on_ones.outcomes import record_met
from tests.conftest import TUESDAY

OFFERED, EXPIRED, LET_GO = "(offered)", "(expired)", "(let go)"


@pytest.fixture
async def pair(session: AsyncSession, team: Team) -> Pair:
    """Return the pair of maya and ana."""
    await queries.reconcile_pairs(session, team, now=TUESDAY)
    return await queries.find_pair_with(session, "T1", "UMAYA", "UANA")


async def run_step(session: AsyncSession, pair: Pair, what: str, now: datetime) -> None:
    """Offer times, let them expire, or skip the meeting; any other `what` is the text of the agent's request."""
    meeting = await queries.find_open_meeting(session, pair.series)
    if what == OFFERED:
        await offer_times(session, pair, "UMAYA", now)
    elif what == EXPIRED and meeting:
        await bookings.expire(session, meeting.id, now=now)
    elif what == LET_GO:
        await outcomes.skip(session, Actor("T1", "UMAYA"), pair.series.id, 0, now=now)
    else:
        await request(session, pair, "UANA", what, now)


async def cards(session: AsyncSession, pair: Pair) -> list[str]:
    """Return the texts of the request cards that the leader got, in the order they were posted."""
    posted = select(Outgoing).where(Outgoing.card == f"oneonone:asked:{pair.series.id}", Outgoing.method == Method.POST)
    rows = await session.scalars(posted.order_by(Outgoing.id))
    return [decrypt_payload(row, vault_of(session))["text"] for row in rows]


async def topics(session: AsyncSession, pair: Pair) -> list[tuple[str, str]]:
    return [(each.author_id, each.words) for each in (await notes.fetch_notes(session, pair, "UMAYA")).topics]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("can we talk about <@UBEN>", [("UANA", "can we talk about <@UBEN>")]),
        ("please", [("UANA", "please")]),
        ("", []),
    ],
)
async def test_text_of_a_one_on_one_request_becomes_a_topic_that_stays_when_it_is_answered(
    session: AsyncSession, pair: Pair, words: str, expected: list[tuple[str, str]]
) -> None:
    await request(session, pair, "UANA", words, TUESDAY)
    meeting = await offer_times(session, pair, "UMAYA", TUESDAY)

    assert meeting.state == State.REQUESTED
    assert await topics(session, pair) == expected


@pytest.mark.parametrize(
    ("wishes", "shown"),
    [
        ([""], [set()]),
        (["shifts", "training"], [{"shifts", "training"}]),
        (["", "", "training"], [{"training"}]),
        ([OFFERED, "shifts"], []),
        (["shifts", OFFERED, "training"], [{"shifts"}]),
        (["shifts", OFFERED, EXPIRED, "training"], [{"shifts", "training"}]),
        (["shifts", LET_GO, "training"], [set(), {"training"}]),
    ],
)
async def test_open_one_on_one_request_has_one_card_with_its_full_text(
    session: AsyncSession, pair: Pair, wishes: list[str], shown: list[set[str]]
) -> None:
    for nth, wish in enumerate(wishes):
        await run_step(session, pair, wish, TUESDAY + timedelta(seconds=nth))

    told = await cards(session, pair)
    assert [{word for word in ("shifts", "training") if word in text} for text in told] == shown
    assert {words for _, words in await topics(session, pair)} == {"shifts", "training"} & {*wishes}


async def test_refused_one_on_one_request_saves_nothing(session: AsyncSession, pair: Pair) -> None:
    meeting = await offer_times(session, pair, "UMAYA", TUESDAY)
    rules.plan_at_offered_time(pair, meeting, "UANA", meeting.times[0], now=TUESDAY)
    for by in ("UANA", "UMAYA"):
        with pytest.raises(Refusal):
            await request(session, pair, by, "more training", TUESDAY)

    assert await topics(session, pair) == []


@pytest.mark.parametrize("act", ["proposed", "skipped", "met"])
async def test_card_of_a_one_on_one_request_loses_its_buttons_wherever_it_is_answered(
    session: AsyncSession, pair: Pair, act: str
) -> None:
    await request(session, pair, "UANA", "shifts", TUESDAY)
    card = one_on_ones_cards.request_card(pair, []).card or ""
    session.add(Card("T1", card, "DMAYA", "1.0"))
    await session.execute(update(Outgoing).values(state=Sending.SENT, body=None))
    if act == "met":
        await record_met(session, pair, "UMAYA", "", TUESDAY)
    else:
        answer = {"is": act, "times": "Monday", "due": "Monday"}
        await show_answer(session, 0, pair, answer, TUESDAY, was_asked=True)
    edits = select(Outgoing).where(Outgoing.card == card, Outgoing.method == Method.UPDATE)
    (edit,) = await session.scalars(edits)

    assert [block["type"] for block in decrypt_payload(edit, vault_of(session))["blocks"]] == ["section"]


async def test_card_of_an_answered_one_on_one_request_is_not_edited_again(session: AsyncSession, pair: Pair) -> None:
    session.add(Card("T1", one_on_ones_cards.request_card(pair, []).card or "", "DMAYA", "1.0"))
    await session.flush()
    await record_met(session, pair, "UMAYA", "", TUESDAY)

    assert not (await session.scalars(select(Outgoing.id).where(Outgoing.card.startswith("oneonone:asked:")))).all()
