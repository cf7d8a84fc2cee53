"""What is not sent: on a day with a spike, what Home has just shown, what is settled, and what is held back."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.spikes.models import Spike
from bot.features.spikes.queries import find_in_spike
from bot.nudges import engine
from bot.nudges.models import Nudge, NudgeCheck, NudgeState
from bot.nudges.policy import NudgeKind
from bot.nudges.selection import Candidate, Urgency
from bot.org import people
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team
from bot.slack.home import Home
from bot.slack.outbox.models import Card, Method, Outgoing, State
from bot.workflows.nudges import KINDS, close_reminders
from tests.bot.nudges.test_engine import A_DAY, NINE, add_nudge, reserve_none

KIND = next(each for each in KINDS if each.kind == "shoutouts.coverage")
OTHER = next(each for each in KINDS if each.kind == "one_on_ones.due")
AN_HOUR = timedelta(hours=1)
FACTS = {"people": ["UANA"], "days": 10}


def finding(urgency: Urgency = Urgency.TODAY, *, is_listed: bool = False) -> NudgeKind:
    """Return a kind of nudge that is due for everybody at every check."""

    async def find(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
        return [Candidate(seat, KIND.kind, "7", urgency, FACTS, AN_HOUR) for seat in seats]

    return replace(KIND, find=find, is_listed=is_listed)


async def check(
    session: AsyncSession, team: Team, at: datetime, kind: NudgeKind, find_busy: object = engine.find_nobody
) -> Sequence[Nudge]:
    """Check Maya, and return the nudges that she was sent then."""
    await engine.schedule_checks(session, team.workspace_id, {"UMAYA": at})
    await engine.run_due_checks(
        session, team.workspace_id, [kind], reserve=reserve_none, find_busy=find_busy, now=at,  # type: ignore[arg-type]
    )  # fmt: skip
    await session.flush()
    return (await session.scalars(select(Nudge).where(Nudge.said_at == at))).all()


async def state_of(session: AsyncSession, team: Team) -> NudgeCheck:
    return await session.get_one(NudgeCheck, (team.workspace_id, "UMAYA"), populate_existing=True)


async def test_nobody_in_a_team_with_a_spike_gets_new_nudges_that_day(session: AsyncSession, team: Team) -> None:
    async def find_busy(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> Collection[str]:
        return {"UMAYA"}

    assert await check(session, team, NINE, finding(), find_busy) == []
    assert len(await check(session, team, NINE + A_DAY, finding())) == 1


async def test_snoozed_nudge_comes_on_the_day_of_a_spike_too(session: AsyncSession, team: Team) -> None:
    async def find_busy(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> Collection[str]:
        return {"UMAYA"}

    ends_at = NINE + 2 * A_DAY
    await add_nudge(session, team, at=NINE - A_DAY, state=NudgeState.SNOOZED, again_at=NINE, ends_at=ends_at)

    assert len(await check(session, team, NINE, finding(), find_busy)) == 1


@pytest.mark.parametrize(
    ("opened", "resolved", "is_busy"),
    [
        (-1, None, True),
        (-30, None, True),
        (-8, -0.5, True),  # it ended this morning
        (-20, -10, False),  # it ended yesterday at 23:00
        (-20, -8, True),
    ],
)
async def test_spike_counts_from_the_day_it_opens_to_the_day_it_ends(
    session: AsyncSession, team: Team, opened: float, resolved: float | None, is_busy: bool
) -> None:
    at, over = NINE + opened * AN_HOUR, NINE + resolved * AN_HOUR if resolved else None
    session.add(Spike("T1", team.id, "phones", "phones", "grafana", opened_at=at, heard_at=at, resolved_at=over))
    await session.flush()
    maya, elsewhere = await people.fetch_person(session, "T1", "UMAYA"), replace_team(team)

    found = await find_in_spike(session, [Seat(maya, team, Role.LEADER)], NINE)
    assert (found == {"UMAYA"}) is is_busy
    assert await find_in_spike(session, [Seat(maya, elsewhere, Role.LEADER)], NINE) == set()


def replace_team(team: Team) -> Team:
    other = Team(team.workspace_id, "C2", "other", team.zone, None, NINE)
    other.id = team.id + 100
    return other


@pytest.mark.parametrize(
    ("urgency", "is_listed", "hours_ago", "is_sent"),
    [
        (Urgency.TODAY, True, 2, False),
        (Urgency.TODAY, True, 25, True),
        (Urgency.TODAY, False, 2, True),
        (Urgency.LAST_DAY, True, 2, True),
    ],
)
async def test_what_home_lists_is_not_sent_to_somebody_who_has_just_looked_unless_it_is_for_today(
    session: AsyncSession, team: Team, urgency: Urgency, is_listed: bool, hours_ago: int, is_sent: bool
) -> None:
    session.add(Home(team.workspace_id, "UMAYA", NINE - hours_ago * AN_HOUR, "shown"))
    await session.flush()

    assert bool(await check(session, team, NINE, finding(urgency, is_listed=is_listed))) is is_sent


async def ignore_four(session: AsyncSession, team: Team) -> None:
    """Have Maya ignore four cards, the last one three weeks ago."""
    for weeks in range(3, 7):
        at = NINE - weeks * 7 * A_DAY
        await add_nudge(session, team, at=at, state=NudgeState.IGNORED, about="7", card=f"{weeks}")


async def test_card_to_somebody_who_ignores_them_waits_for_a_moment_at_which_its_reader_uses_the_bot(
    session: AsyncSession, team: Team
) -> None:
    await ignore_four(session, team)
    assert await check(session, team, NINE, finding()) == []

    noon = NINE + 3 * AN_HOUR
    assert await engine.notice_activity(session, team.workspace_id, "UMAYA", now=noon)
    assert not await engine.notice_activity(session, team.workspace_id, "UMAYA", now=noon), "once is enough"
    at = (await state_of(session, team)).at
    assert at == noon + engine.AFTER_ACTIVITY
    assert len(await check(session, team, at, finding())) == 1
    after = await state_of(session, team)
    assert (after.held_on, after.active_at) == (None, None)


async def test_card_is_held_back_for_ten_days_at_most(session: AsyncSession, team: Team) -> None:
    await ignore_four(session, team)

    sent = [len(await check(session, team, NINE + days * A_DAY, finding())) for days in range(11)]
    assert sent == [0] * 10 + [1]


async def test_card_with_anything_for_today_is_not_held_back_whatever_comes_first_on_it(
    session: AsyncSession, team: Team
) -> None:
    async def find(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
        urgent = Candidate(seats[0], KIND.kind, "8", Urgency.LAST_DAY, FACTS, AN_HOUR)
        return [urgent, Candidate(seats[0], OTHER.kind, "", Urgency.DUE_SOON, {"rows": [], "answers": {}}, AN_HOUR)]

    await ignore_four(session, team)
    for each in (await session.scalars(select(Nudge))).all():
        each.said_at = NINE - 20 * A_DAY  # so that the other kind, which was never sent, weighs more
    await session.flush()
    sent = await check(session, team, NINE, replace(KIND, find=find))

    assert [each.kind for each in sent] == [OTHER.kind, KIND.kind]


async def test_activity_out_of_hours_does_not_keep_a_later_one_from_counting(session: AsyncSession, team: Team) -> None:
    await ignore_four(session, team)
    await check(session, team, NINE, finding())
    night = NINE + 13 * AN_HOUR
    await engine.notice_activity(session, team.workspace_id, "UMAYA", now=night)
    assert await check(session, team, night + engine.AFTER_ACTIVITY, finding()) == []
    assert await check(session, team, NINE + A_DAY, finding()) == []

    assert await engine.notice_activity(session, team.workspace_id, "UMAYA", now=NINE + A_DAY + AN_HOUR)


async def test_nobody_is_checked_for_using_the_bot_if_no_card_is_held_back(session: AsyncSession, team: Team) -> None:
    await check(session, team, NINE, finding())
    before = (await state_of(session, team)).at

    assert not await engine.notice_activity(session, team.workspace_id, "UMAYA", now=NINE + AN_HOUR)
    assert (await state_of(session, team)).at == before


async def test_what_somebody_else_has_settled_is_dropped_before_it_is_sent(session: AsyncSession, team: Team) -> None:
    (nudge,) = await check(session, team, NINE, finding())
    await close_reminders(session, team.workspace_id, [KIND.kind], "7", by="UBEN", for_all=True, now=NINE)

    assert nudge.state == NudgeState.SETTLED
    assert await outgoing(session, nudge) == [(Method.POST, State.DROPPED)]


async def test_what_is_settled_after_it_was_sent_is_shown_as_no_longer_needed(
    session: AsyncSession, team: Team
) -> None:
    (nudge,) = await check(session, team, NINE, finding())
    for row in (await session.scalars(select(Outgoing).where(Outgoing.card == nudge.card))).all():
        row.state, row.settled_at = State.SENT, NINE
    await session.flush()
    session.add(Card(team.workspace_id, nudge.card, "DUMAYA", "1.1"))
    await session.flush()
    await close_reminders(session, team.workspace_id, [KIND.kind], "7", by="UBEN", for_all=True, now=NINE)

    assert await outgoing(session, nudge) == [(Method.POST, State.SENT), (Method.UPDATE, State.WAITING)]


async def outgoing(session: AsyncSession, nudge: Nudge) -> list[tuple[str, str]]:
    rows = select(Outgoing.method, Outgoing.state).where(Outgoing.card == nudge.card).order_by(Outgoing.id)
    return [(method, state) for method, state in await session.execute(rows)]
