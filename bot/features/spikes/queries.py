"""Queries on open spikes, a team's queues, the leaders who may be asked, and who may report a spike."""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.models import Instant
from bot.errors import AnswerTooLate, Refusal
from bot.escalation import models as escalation
from bot.escalation.models import Ask, Kind
from bot.escalation.queries import find_earlier_asks
from bot.escalation.rules import Candidate
from bot.features.spikes import rules
from bot.features.spikes.models import PERSON, Spike, State, Stint
from bot.features.spikes.settings import Settings, SpikePreferences
from bot.org import people as org_people
from bot.org.availability import good_moments, working_hours
from bot.org.teams import membership
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team
from bot.refusals import spikes as refusals
from bot.text.normalization import queue_key, unique_queues

ASK_TIMEOUT = timedelta(minutes=5)
"""How long a leader has to answer after the ask was delivered."""
ASK_COOLDOWN = timedelta(minutes=30)
"""How long a leader is not asked about another queue after an ask, unless that ask was withdrawn."""
HELP_COOLDOWN = timedelta(minutes=45)
"""How long a leader is not asked again after helping."""


async def list_candidates(
    session: AsyncSession, team: Team, spike: Spike, frontline: Mapping[str, int], *, now: datetime
) -> list[Candidate]:
    """Return a team's leaders as candidates to ask for help; `frontline` has their minutes with customers, by id."""
    members = await membership.leaders(session, team)
    ids = [member.user_id for member in members]
    people = await org_people.fetch_people(session, team.workspace_id, ids)
    past = await find_earlier_asks(session, Kind.SPIKE, spike, ids, since=now - ASK_COOLDOWN)
    busy = await _find_busy(session, team, ids, now)
    return [
        Candidate(
            person,
            rules.ask_order_key(
                is_deputy=member.is_deputy,
                is_ready=SpikePreferences.of(person).may_answer,
                frontline=frontline.get(person.id, 0),
                asked_at=past[person.id].asked_at,
            ),
            lot=org_people.draw_lot(person.id, Kind.SPIKE, spike.id),
            is_free=person.id not in busy
            and good_moments.is_good_moment(working_hours.person_hours(person, team), now),
            is_in_cooldown=past[person.id].is_recent,
            sizes=past[person.id].sizes,
        )
        for member in members
        if (person := people.get(member.user_id))
    ]


_IN_QUEUE = select(Stint.person_id).where(
    Stint.workspace_id == bindparam("workspace_id"),
    Stint.person_id.in_(bindparam("ids", expanding=True)),
    or_(Stint.ended_at.is_(None), Stint.ended_at > bindparam("since")),
)


async def _find_busy(session: AsyncSession, team: Team, ids: Sequence[str], now: datetime) -> set[str]:
    """Return the ids of leaders who are in a stint, or within the cooldown after a stint."""
    those = {"workspace_id": team.workspace_id, "ids": [*ids], "since": now - HELP_COOLDOWN}
    return {*await session.scalars(_IN_QUEUE, those)}


async def list_given_up_spikes(session: AsyncSession, team: Team, *, since: datetime) -> list[Spike]:
    """Return the open spikes for which, after `since`, the bot ran out of leaders to ask; earliest first."""
    theirs = select(Spike).where(Spike.team_id == team.id, Spike.resolved_at.is_(None), Spike.given_up_at > since)
    return list(await session.scalars(theirs.order_by(Spike.given_up_at, Spike.id)))


def check_needs_help(spike: Spike, ask: Ask) -> None:
    """Raise `AnswerTooLate` if a spike needs no more help: it is over, or covered and the ask is no longer open."""
    if spike.is_over:
        raise AnswerTooLate(refusals.OVER)
    if spike.state == State.COVERED and ask.state != escalation.State.WAITING:
        raise AnswerTooLate(refusals.TAKEN)


async def list_open_spikes(session: AsyncSession, team: Team) -> Sequence[Spike]:
    """Return a team's open spikes, oldest first."""
    theirs = select(Spike).where(Spike.team_id == team.id, Spike.resolved_at.is_(None))
    return (await session.scalars(theirs.order_by(Spike.opened_at, Spike.id))).all()


async def lock_spike(session: AsyncSession, spike_id: int) -> Spike:
    """Lock a spike and return it."""
    return await locks.lock_existing(session, Spike, spike_id)


async def check_may_report(session: AsyncSession, team: Team, person_id: str) -> None:
    """Raise `Refusal` if the team lets only leaders report spikes, and the person does not lead it."""
    member = await membership.member(session, team, person_id)
    if not Settings.of(team).may_call and (member is None or member.role is not Role.LEADER):
        raise Refusal(refusals.LEADERS_CALL)


async def must_lead(session: AsyncSession, team: Team, person_id: str) -> None:
    """Raise `Refusal` unless the person leads the team. Stints are for leaders; agents are with customers anyway."""
    member = await membership.member(session, team, person_id)
    if member is None:
        raise Refusal(refusals.NOT_IN_TEAM)
    if member.role is not Role.LEADER:
        raise Refusal(refusals.FOR_HELPING_LEADERS)


QUEUE_MEMORY = timedelta(days=30)
"""How long a queue that is not in the team's settings is remembered after the start of its last spike."""


DIGITS = re.compile(r"\d+")


SIMILARITY = 0.82
"""Minimum `difflib` ratio, from 0 to 1, at which a name counts as a typo of another."""


@dataclass(frozen=True)
class Standing:
    """The current state of a team's queues."""

    team: Team
    spikes: Sequence[Spike]
    stints: Sequence[Stint]
    """The running stints, including those without a spike."""
    calm: Sequence[str]

    def of(self, spike: Spike | None) -> list[Stint]:
        """Return the running stints for a spike, or those without a spike if `spike` is None."""
        return [each for each in self.stints if each.spike_id == (spike.id if spike else None)]


async def list_queues(session: AsyncSession, team: Team, *, now: datetime) -> list[str]:
    """Return the queues in the team's settings, then those that spiked within `QUEUE_MEMORY`.

    A queue that a person reported once, and whose name is close to that of another queue, is treated as a typo and left
    out.
    """
    listed = Settings.of(team).queues
    is_told = func.max(case((Spike.source == PERSON, 0), else_=1))
    is_open = func.max(case((Spike.resolved_at.is_(None), 1), else_=0))
    columns = (Spike.key, func.max(Spike.queue), func.count() + func.sum(Spike.reopened) + is_told + is_open)
    lately = select(*columns).where(Spike.team_id == team.id, Spike.opened_at > now - QUEUE_MEMORY)
    rows = await session.execute(lately.group_by(Spike.key).order_by(Spike.key))
    seen = [(key, name, signs > 1) for key, name, signs in rows]
    sure = {*map(queue_key, listed), *(key for key, _, is_sure in seen if is_sure)}
    return unique_queues([*listed, *(name for key, name, is_sure in seen if is_sure or not _is_typo(key, sure))])


def _is_typo(key: str, queues: Collection[str]) -> bool:
    near = difflib.get_close_matches(key, queues, n=1, cutoff=SIMILARITY)
    return any(DIGITS.findall(key) == DIGITS.findall(each) for each in near)


async def find_standing(session: AsyncSession, team: Team, *, now: datetime) -> Standing:
    found = await list_open_spikes(session, team)
    over = {each.key for each in found}
    calm = [queue for queue in await list_queues(session, team, now=now) if queue_key(queue) not in over]
    there = select(Stint).where(Stint.team_id == team.id, Stint.ended_at.is_(None))
    stints = (await session.scalars(there.order_by(Stint.started_at, Stint.id))).all()
    return Standing(team, found, stints, sorted(calm, key=str.casefold))


_LATELY: Any = (
    select(Spike.team_id, func.max(func.coalesce(Spike.resolved_at, bindparam("now", type_=Instant))))
    .where(
        Spike.team_id.in_(bindparam("team_ids", expanding=True)),
        or_(Spike.resolved_at.is_(None), Spike.resolved_at > bindparam("since")),
    )
    .group_by(Spike.team_id)
)
"""Built once at import, because every nudge check executes it."""


async def find_in_spike(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> set[str]:
    """Return the ids of those people who have, or had earlier on their day, a spike in one of their teams."""
    lately = {"team_ids": list({seat.team.id for seat in seats}), "now": now, "since": now - timedelta(days=1)}
    latest = dict((await session.execute(_LATELY, lately)).all()) if seats else {}
    return {
        seat.person.id for seat in seats
        if (at := latest.get(seat.team.id)) and seat.person.local(at).date() == seat.person.local(now).date()
    }  # fmt: skip
