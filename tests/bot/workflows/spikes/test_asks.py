"""Asking leaders to help with a spike, and the post that no leader is available."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert, Signal
from bot.db.sessions import vault_of
from bot.escalation import models as escalation
from bot.escalation.models import Ask
from bot.escalation.queries import find_asks
from bot.features.balance.models import Part
from bot.features.balance.queries import add_measured_time
from bot.features.spikes import stints as spikes_stints
from bot.features.spikes.models import PERSON, Kind, Spike, State, Stint
from bot.features.spikes.queries import ASK_TIMEOUT, HELP_COOLDOWN
from bot.messages.spikes import asks, cards
from bot.org import people
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.scheduler.models import ScheduledJob
from bot.slack.dispatcher import Actor
from bot.slack.outbox import models, outbox
from bot.slack.outbox.models import Card, Outgoing
from bot.slack.outbox.queries import decrypt_payload
from bot.workflows.escalation import answer_deadline
from bot.workflows.spikes import asks as spikes_asks
from bot.workflows.spikes import cards as spikes_cards
from bot.workflows.spikes import stints
from bot.workflows.spikes.asks import join_unasked
from bot.workflows.spikes.signals import receive_alert
from tests.absences import away
from tests.conftest import TUESDAY

MINUTE = timedelta(minutes=1)
NIGHT = TUESDAY.replace(hour=20)
SATURDAY = datetime(2026, 11, 21, 11, tzinfo=UTC)
WEDNESDAY_9, MONDAY_9 = datetime(2026, 11, 18, 9, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC)


async def fire(
    session: AsyncSession, team: Team, value: float, *, minute: float = 0, queue: str = "phones", at: datetime = TUESDAY
) -> Spike:
    now = at + minute * MINUTE
    await receive_alert(session, team, Alert("grafana", Signal.FIRING, key=queue, queue=queue, value=value), now=now)
    return (await session.scalars(select(Spike).where(Spike.key == queue))).one()


async def lead(session: AsyncSession, team: Team, *ids: str) -> None:
    await membership.set_leaders(session, team, leaders=["UMAYA", *ids], now=TUESDAY)
    await session.flush()


async def join(session: AsyncSession, team: Team, spike: Spike, who: str, *, minute: float) -> Stint:
    person = await people.fetch_person(session, "T1", who)
    return await join_unasked(session, team, spike, person, Kind.QUEUE, 30, now=TUESDAY + minute * MINUTE)


async def answer(session: AsyncSession, team: Team, spike: Spike, how: Kind | None, *, minute: float) -> None:
    """Answer the open ask as the leader who was asked."""
    (ask,) = await waiting(session, spike)
    actor = Actor("T1", ask.person_id)
    await spikes_asks.answer_ask(session, actor, ask.id, how, 30, now=TUESDAY + minute * MINUTE)


async def waiting(session: AsyncSession, spike: Spike) -> Sequence[Ask]:
    return await find_asks(session, escalation.Kind.SPIKE, spike, escalation.State.WAITING)


async def asked(session: AsyncSession) -> list[str]:
    return list(await session.scalars(select(Ask.person_id).order_by(Ask.id)))


async def no_leader_posts(session: AsyncSession) -> list[str]:
    """Return the posts that say no leader is available."""
    rows = await session.scalars(select(Outgoing).where(Outgoing.card.startswith("nobody:")).order_by(Outgoing.id))
    return [decrypt_payload(each, vault_of(session))["text"] for each in rows]


@pytest.mark.parametrize(
    ("minutes", "is_asked"),
    [(1, False), (5, False), (44, False), (HELP_COOLDOWN / MINUTE + 1, True)],
)
async def test_leader_is_not_asked_again_during_the_cooldown_after_helping(
    session: AsyncSession, team: Team, minutes: float, is_asked: bool
) -> None:
    spike = await fire(session, team, 40)
    await answer(session, team, spike, Kind.QUEUE, minute=2)
    (stint,) = await spikes_stints.list_stints(session, spike)
    await stints.finish_stint(session, team, spike, stint, at=TUESDAY + 32 * MINUTE, now=TUESDAY + 32 * MINUTE)
    await fire(session, team, 90, minute=32 + minutes)

    assert await asked(session) == ["UMAYA", *(["UMAYA"] if is_asked else [])]


async def test_leader_who_just_helped_without_being_asked_is_not_asked_next(session: AsyncSession, team: Team) -> None:
    await lead(session, team, "UBEN")
    person = await people.fetch_person(session, "T1", "UMAYA")
    stint = await stints.start_stint(session, team, None, person, Kind.QUEUE, 30, now=TUESDAY - 40 * MINUTE)
    await stints.finish_stint(session, team, None, stint, at=TUESDAY - 5 * MINUTE, now=TUESDAY - 5 * MINUTE)
    await fire(session, team, 40)

    assert await asked(session) == ["UBEN"]


async def test_leader_with_the_least_time_spent_on_spikes_is_asked_next(session: AsyncSession, team: Team) -> None:
    await lead(session, team, "UBEN")
    await add_measured_time(
        session, team, "UBEN", part=Part.FRONTLINE, minutes=20, started_at=TUESDAY - timedelta(days=3), source="x:1",
        now=TUESDAY,
    )  # fmt: skip
    spike = await fire(session, team, 40)
    assert await asked(session) == ["UMAYA"]
    await answer(session, team, spike, Kind.QUEUE, minute=1)
    (stint,) = await spikes_stints.list_stints(session, spike)
    await stints.finish_stint(session, team, spike, stint, at=TUESDAY + 31 * MINUTE, now=TUESDAY + 31 * MINUTE)
    after = 31 * MINUTE + HELP_COOLDOWN + MINUTE
    await fire(session, team, 50, queue="chat", at=TUESDAY + after)

    assert (await asked(session))[-1] == "UBEN"


@pytest.mark.parametrize(("grows_to", "is_asked"), [(59, False), (60, True), (120, True)])
async def test_second_leader_is_asked_when_a_covered_spike_grows_by_half(
    session: AsyncSession, team: Team, grows_to: float, is_asked: bool
) -> None:
    await lead(session, team, "UBEN")
    spike = await fire(session, team, 40)
    await join(session, team, spike, "UMAYA", minute=1)
    await fire(session, team, grows_to, minute=10)

    assert (await asked(session))[1:] == (["UBEN"] if is_asked else [])
    assert spike.state == State.COVERED
    if is_asked:
        await answer(session, team, spike, Kind.QUEUE, minute=11)
        assert {each.person_id for each in await spikes_stints.list_helpers(session, spike)} == {"UMAYA", "UBEN"}


async def test_third_leader_is_asked_if_the_second_declines_to_help_with_a_grown_spike(
    session: AsyncSession, team: Team
) -> None:
    await lead(session, team, "UBEN", "UANA")
    spike = await fire(session, team, 40)
    await join(session, team, spike, "UMAYA", minute=1)
    await fire(session, team, 60, minute=10)
    await answer(session, team, spike, None, minute=11)
    assert len(set((await asked(session))[-2:])) == 2
    await answer(session, team, spike, None, minute=12)

    assert spike.state == State.COVERED
    assert await waiting(session, spike) == []
    assert await no_leader_posts(session) == []


@pytest.mark.parametrize(("grows_to", "size"), [(50, 40), (60, 60), (120, 120)])
async def test_open_ask_is_updated_when_its_spike_grows_by_half(
    session: AsyncSession, team: Team, grows_to: float, size: float
) -> None:
    spike = await fire(session, team, 40)
    await fire(session, team, grows_to, minute=1)
    (ask,) = await waiting(session, spike)
    card = select(Outgoing).where(Outgoing.card == f"ask:{ask.id}")
    (row,) = await session.scalars(card)

    assert ask.size == size
    assert f"is at *{size}*" in decrypt_payload(row, vault_of(session))["text"]
    await answer(session, team, spike, None, minute=2)
    assert await asked(session) == ["UMAYA"]


async def test_ask_sent_hours_after_the_last_alert_still_leaves_time_to_answer(
    session: AsyncSession, team: Team
) -> None:
    spike = await fire(session, team, 40, at=NIGHT)
    await spikes_asks.ask_next_leader(session, team, spike, now=WEDNESDAY_9)
    (ask,) = await waiting(session, spike)
    (row,) = await session.scalars(select(Outgoing).where(Outgoing.card == f"ask:{ask.id}"))

    assert row.expires_at
    assert row.expires_at > WEDNESDAY_9


async def test_leader_whose_ask_was_withdrawn_can_be_asked_about_another_queue(
    session: AsyncSession, team: Team
) -> None:
    await fire(session, team, 40, queue="typo")
    spike = await fire(session, team, 40, minute=1)
    assert spike.state == State.OPEN
    await receive_alert(session, team, Alert(PERSON, Signal.RESOLVED, queue="typo"), now=TUESDAY + 2 * MINUTE)
    looks = select(ScheduledJob).where(ScheduledJob.job == spikes_cards.ASK_NEXT, ScheduledJob.about_id == spike.id)
    due = [each.due_at for each in await session.scalars(looks)]

    assert TUESDAY + 2 * MINUTE in due
    await spikes_asks.ask_next_leader(session, team, spike, now=TUESDAY + 2 * MINUTE)
    assert await asked(session) == ["UMAYA", "UMAYA"]


@pytest.mark.parametrize(
    ("now", "until"), [(NIGHT, WEDNESDAY_9), (SATURDAY, MONDAY_9), (TUESDAY.replace(hour=7), TUESDAY.replace(hour=9))]
)
async def test_out_of_hours_no_leader_is_asked_and_a_post_says_when_work_starts(
    session: AsyncSession, team: Team, now: datetime, until: datetime
) -> None:
    spike = await fire(session, team, 40, at=now)

    assert await asked(session) == []
    assert await no_leader_posts(session) == [cards.no_leader_available(team, [spike], until, now).text]
    await fire(session, team, 100, at=now, minute=1)
    assert len(await no_leader_posts(session)) == 1


async def test_post_saying_no_leader_is_available_says_when_an_absent_leader_will_be_back(
    session: AsyncSession, team: Team
) -> None:
    (await people.fetch_person(session, "T1", "UMAYA")).absences = away(MONDAY_9)
    spike = await fire(session, team, 40)

    assert await no_leader_posts(session) == [cards.no_leader_available(team, [spike], MONDAY_9, TUESDAY).text]


async def test_post_after_all_leaders_declined_differs_from_the_post_out_of_hours(
    session: AsyncSession, team: Team
) -> None:
    spike = await fire(session, team, 40)
    await answer(session, team, spike, None, minute=1)
    now = TUESDAY + MINUTE

    assert await no_leader_posts(session) == [cards.no_leader_available(team, [spike], now, now).text]
    assert (
        cards.no_leader_available(team, [spike], now, now).text
        != cards.no_leader_available(team, [spike], MONDAY_9, now).text
    )


@pytest.mark.parametrize("is_calm", [False, True])
async def test_post_says_that_a_leader_in_cooldown_will_be_asked_later(
    session: AsyncSession, team: Team, is_calm: bool
) -> None:
    await fire(session, team, 40, queue="chat")
    if is_calm:
        resolved = Alert("grafana", Signal.RESOLVED, key="chat", queue="chat")
        await receive_alert(session, team, resolved, now=TUESDAY + MINUTE)
    spike = await fire(session, team, 40, minute=2)
    now = TUESDAY + 2 * MINUTE
    await spikes_asks.ask_next_leader(session, team, spike, now=now + 30 * MINUTE)

    assert await no_leader_posts(session) == [
        cards.no_leader_available(team, [spike], now, now, in_cooldown=[spike.id]).text
    ]
    assert (
        cards.no_leader_available(team, [spike], now, now, in_cooldown=[spike.id]).text
        != cards.no_leader_available(team, [spike], now, now).text
    )
    assert await asked(session) == ["UMAYA", "UMAYA"]


async def test_post_about_queues_without_a_helper_has_a_line_per_reason(session: AsyncSession, team: Team) -> None:
    phones = await fire(session, team, 40)
    await answer(session, team, phones, None, minute=1)
    chat = await fire(session, team, 40, queue="chat", minute=2)
    now = TUESDAY + 2 * MINUTE

    post = cards.no_leader_available(team, [phones, chat], now, now, in_cooldown=[chat.id])
    assert len(post.text.splitlines()) == 2
    assert (await no_leader_posts(session))[-1] == post.text


async def test_several_queues_without_a_helper_share_one_post(session: AsyncSession, team: Team) -> None:
    names = ["phones", "chat", "mail", "social"]
    found = [await fire(session, team, 40, queue=name, at=NIGHT, minute=nth / 60) for nth, name in enumerate(names)]

    assert await no_leader_posts(session) == [cards.no_leader_available(team, found, WEDNESDAY_9, NIGHT).text]
    later = await fire(session, team, 40, queue="fax", at=NIGHT, minute=90)
    assert (await no_leader_posts(session))[1:] == [cards.no_leader_available(team, [later], WEDNESDAY_9, NIGHT).text]


async def test_ask_posted_during_its_timeout_check_still_gets_the_full_time_to_answer(
    session: AsyncSession, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The relay records that an ask was posted while the timeout check is looking for the post."""
    spike = await fire(session, team, 42)
    (ask,) = await waiting(session, spike)
    maya = await people.fetch_person(session, "T1", "UMAYA")
    card = asks.ask(team, spike, ask, maya).card or ""
    posted_at = TUESDAY + 4 * MINUTE
    reads = outbox.is_on_its_way

    async def posted_meanwhile(session: AsyncSession, card: str, *, to: Address) -> bool:
        sent = update(Outgoing).where(Outgoing.card == card).values(state=models.State.SENT, settled_at=posted_at)
        await session.execute(sent)
        session.add(Card("T1", card, to.conversation, "1.0"))
        await session.flush()
        return await reads(session, card, to=to)

    monkeypatch.setattr(outbox, "is_on_its_way", posted_meanwhile)
    now = TUESDAY + 5 * MINUTE
    until = await answer_deadline(session, card, maya.dm, since=TUESDAY, wait=ASK_TIMEOUT, now=now)

    assert until == posted_at + ASK_TIMEOUT
