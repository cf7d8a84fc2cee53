"""Fill the fun tank when good things happen, drain it as days pass, and tell the team when it is full."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.birthdays.models import Occasion
from bot.features.fun_tank import ledger, nudges, queries, rules
from bot.features.fun_tank.rules import RATES, Cause
from bot.features.shoutouts import credits
from bot.features.shoutouts.models import Shoutout
from bot.features.spikes import history
from bot.features.spikes.models import Spike
from bot.features.tickets import queries as tickets_queries
from bot.followups.models import Audience, Followup, Kind, Reason
from bot.messages import fun_tank as messages
from bot.nudges.selection import Candidate
from bot.org.people import pseudonym
from bot.org.teams import membership
from bot.org.teams.membership import Seat
from bot.org.teams.models import Team
from bot.slack import home
from bot.slack.home import Visitor
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority

CAUSES = {Kind.ROADBLOCK: Cause.ROADBLOCK, Kind.IDEA: Cause.IDEA, Kind.PROMISE: Cause.PROMISE}


async def change_level(
    session: AsyncSession, team: Team, cause: Cause, *, about: str, now: datetime, amount: int | None = None,
    person_pseudonym: str = "",
) -> None:  # fmt: skip
    """Change the level of a team's fun tank, and tell the team if the tank is now full."""
    await ledger.record_movement(
        session, team, cause, about=about, amount=amount, now=now, person_pseudonym=person_pseudonym
    )
    await announce_full(session, team, now=now)


async def announce_full(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Announce that the tank is full, unless this was announced already. The caller must have locked the tank."""
    if await ledger.claim_full_notice(session, team):
        post = messages.full_notice(team)
        await outbox.put(session, post, to=team.channel, not_before=now, priority=Priority.RITUAL, hours_of=team)
        await _refresh_homes(session, team, now=now)


async def drain(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Drain a team's fun tank for one working day.

    Movements without an announcement may have filled the tank, so a full tank is announced first.
    """
    await ledger.lock_tank(session, team, now=now)
    await announce_full(session, team, now=now)
    await ledger.drain_for_workday(session, team, now=now)
    await _refresh_homes(session, team, now=now)


async def add_weekly_sums(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Add the private amounts of each past week, such as those of private thanks, to the level as one sum."""
    await ledger.sum_up_weeks(session, team, now=now)
    await announce_full(session, team, now=now)


async def record_thanks(session: AsyncSession, team: Team, act: Shoutout, *, now: datetime) -> None:
    """Change the tank's level for thanks that were given or taken back.

    One point for each giver and message, however many shout-outs there are about it.
    """
    cause = Cause.SHOUTOUT if act.is_public else Cause.PRIVATE_THANKS
    about = pseudonym(act.message, act.giver_id)
    if act.is_given:
        await change_level(session, team, cause, about=about, now=now, person_pseudonym=pseudonym(act.giver_id))
    elif not await credits.has_other_shoutout(session, act):
        await ledger.reverse_movement(session, team, cause, about=about, now=now)


async def record_many_thanks(session: AsyncSession, team: Team, acts: Sequence[Shoutout], *, now: datetime) -> None:
    """Change the tank's level for shout-outs, as `record_thanks` does for each, but with few statements."""
    public = dict.fromkeys(pseudonym(act.message, act.giver_id) for act in acts if act.is_given and act.is_public)
    if public:
        await ledger.record_movements(session, team, Cause.SHOUTOUT, public, now=now)
        await announce_full(session, team, now=now)
    for act in acts:
        if not (act.is_given and act.is_public):
            await record_thanks(session, team, act, now=now)


async def record_followup_done(session: AsyncSession, team: Team, followup: Followup, *, now: datetime) -> None:
    """Raise the tank's level for a roadblock cleared, an idea done or a promise kept.

    A follow-up that the team cannot read adds a private amount for the person who promised or raised it, which is part
    of a weekly sum. If it is reopened after that sum and done again, it counts again.
    """
    if followup.reason != Reason.DONE:
        return
    cause, amount = _cause_of(followup), RATES[CAUSES[Kind(followup.kind)]].amount
    person_id = followup.owner_id if followup.kind == Kind.PROMISE else followup.author_id
    concerned = pseudonym(person_id or followup.author_id)
    await change_level(session, team, cause, about=followup.about, amount=amount, now=now, person_pseudonym=concerned)


async def record_followup_reopened(session: AsyncSession, team: Team, followup: Followup, *, now: datetime) -> None:
    """Reverse the change of the tank's level that a follow-up caused when it was done, because it has been reopened."""
    await ledger.reverse_movement(session, team, _cause_of(followup), about=followup.about, now=now)


def _cause_of(followup: Followup) -> Cause:
    return CAUSES[Kind(followup.kind)] if followup.audience == Audience.TEAM else Cause.PRIVATE_FOLLOWUP


async def record_hard_contact(session: AsyncSession, team: Team, agent_id: str, *, now: datetime) -> None:
    """Drain the tank for a hard contact, as part of the weekly sum of private amounts."""
    await change_level(
        session, team, Cause.CONTACT, about=secrets.token_hex(8), now=now, person_pseudonym=pseudonym(agent_id)
    )


async def record_celebration(session: AsyncSession, team: Team, what: str, *, now: datetime) -> None:
    """Raise the tank's level for a celebration in the team's channel."""
    await change_level(session, team, Cause.CELEBRATION, about=what, now=now)


async def record_birthday(session: AsyncSession, team: Team, occasion: Occasion, *, now: datetime) -> None:
    """Raise the tank's level for a birthday or anniversary that is celebrated in the channel."""
    await change_level(session, team, Cause.OCCASION, about=str(occasion.id), now=now)


async def record_ritual_participation(
    session: AsyncSession, team: Team, occasion_id: int, person_id: str, *, now: datetime
) -> None:
    """Raise the tank's level because somebody has taken part in a ritual."""
    await change_level(session, team, Cause.RITUAL, about=pseudonym(str(occasion_id), person_id), now=now)


async def record_spike(session: AsyncSession, team: Team, spike: Spike, *, now: datetime) -> None:
    """Drain the tank for a spike that is over.

    If the spike was reopened, its earlier drain is replaced with a drain for its whole duration.
    """
    minutes = ((spike.resolved_at or now) - spike.opened_at).total_seconds() / 60
    amount = rules.spike_drain(minutes, spike.peak, spike.threshold)
    await ledger.reverse_movement(session, team, Cause.SPIKE, about=str(spike.id), now=now)
    await ledger.record_movement(session, team, Cause.SPIKE, about=str(spike.id), amount=amount, now=now)


async def find_low_tank_reminders(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return reminders for leaders whose team's tank is low, at a time before the usual peak of the queues."""
    low = await nudges.find_leaders_of_low_tanks(session, seats)
    teams = {seat.team.id: seat.team for seat, _ in low}
    if not teams:
        return []
    by_spikes = await history.find_usual_peaks(session, teams.values(), now=now)
    peaks = await tickets_queries.find_usual_peaks(session, teams.keys()) | by_spikes
    moved = await queries.find_recent_movements(session, teams.values(), now=now)
    made = (
        nudges.make_candidate(seat, level, moved[seat.team.id], peaks.get(seat.team.id), now) for seat, level in low
    )
    return [each for each in made if each]


async def home_section(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """Return the Home blocks with the level of each team's fun tank."""
    is_only = len(visitor.teams) == 1
    return [
        block
        for team in visitor.teams
        for block in messages.home_section(team, await queries.fetch_level(session, team), is_only=is_only)
    ]


async def _refresh_homes(session: AsyncSession, team: Team, *, now: datetime) -> None:
    home.mark_changed(session, team.workspace_id, await membership.everybody(session, team), now=now)
