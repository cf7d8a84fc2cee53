"""Open spikes, a team's queues, which leaders may be asked and were, who may call a spike, what retention deletes."""

import difflib
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.errors import Passed, Refusal
from bot.features.spikes import rules
from bot.features.spikes.models import PERSON, Answer, Ask, Kind, Spike, State, Stint
from bot.features.spikes.rules import NEVER, Candidate, Step
from bot.features.spikes.settings import Settings, SpikePreferences
from bot.org import people as org_people
from bot.org.availability import moment, working_hours
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Role, Team
from bot.refusals import spikes as refusals
from bot.text.normalization import queue_key, unique_queues

ASK_TIMEOUT = timedelta(minutes=5)
"""How long somebody has to answer, from when the question reached them."""
ASK_COOLDOWN = timedelta(minutes=30)
"""How long after a question about one queue a leader is asked about no other, unless the question was withdrawn."""
HELP_COOLDOWN = timedelta(minutes=45)
"""How long a leader is not asked again after helping."""
KIND_BY_ANSWER = {Answer.JOINED: Kind.QUEUE, Answer.SHADOWING: Kind.SHADOW, Answer.CLEARING: Kind.BLOCKER}


async def list_candidates(
    session: AsyncSession, team: Team, spike: Spike, frontline: Mapping[str, int], *, now: datetime
) -> list[Candidate]:
    """The team's leaders; `frontline` is what the balance has of them, in minutes."""
    members = await membership.leaders(session, team)
    ids = [member.user_id for member in members]
    people = await org_people.fetch_people(session, team.workspace_id, ids)
    asked_at, sizes, busy, in_peace = await _find_past_asks(session, spike, ids, now)
    return [
        Candidate(
            person,
            is_deputy=member.is_deputy,
            is_ready=SpikePreferences.of(person).may_answer,
            is_free=person.id not in busy and moment.is_good(working_hours.person_hours(person, team), now),
            is_in_peace=person.id in in_peace,
            frontline=frontline.get(person.id, 0),
            lot=org_people.draw_lot(person.id, "spike", spike.id),
            asked_at=asked_at.get(person.id),
            sizes=sizes[person.id],
        )
        for member in members
        if (person := people.get(member.user_id))
    ]


async def _find_past_asks(
    session: AsyncSession, spike: Spike, ids: Sequence[str], now: datetime
) -> tuple[dict[str, datetime], dict[str, list[float | None]], set[str], set[str]]:
    """When each was asked last, how big this spike was when they were, who is busy, and who is left in peace."""
    here = (Ask.workspace_id == spike.workspace_id, Ask.leader_id.in_(ids))
    last = select(Ask.leader_id, func.max(Ask.asked_at)).where(*here, Ask.spike_id != spike.id).group_by(Ask.leader_id)
    others = {id: at for id, at in await session.execute(last) if at}
    recent = last.where(Ask.asked_at > now - ASK_COOLDOWN, Ask.state != Answer.WITHDRAWN)
    sizes = defaultdict[str, list[float | None]](list)
    asked_at = dict(others)
    for ask in await session.scalars(select(Ask).where(*here, Ask.spike_id == spike.id).order_by(Ask.id)):
        sizes[ask.leader_id].append(ask.size)
        asked_at[ask.leader_id] = max(ask.asked_at, asked_at.get(ask.leader_id, NEVER))
    in_queue = select(Stint.person_id).where(
        Stint.workspace_id == spike.workspace_id,
        Stint.person_id.in_(ids),
        or_(Stint.ended_at.is_(None), Stint.ended_at > now - HELP_COOLDOWN),
    )
    return asked_at, sizes, {*await session.scalars(in_queue)}, {*await session.scalars(recent)}


async def next_leader_at(session: AsyncSession, team: Team, now: datetime) -> datetime | None:
    """When the first of a team's leaders is at work: `now` while one is, None when none is to be expected."""
    ids = [member.user_id for member in await membership.leaders(session, team)]
    people = (await org_people.fetch_people(session, team.workspace_id, ids)).values()
    routines = [replace(working_hours.person_hours(each, team), quiet=None) for each in people]
    return min((at for each in routines if (at := moment.next_good(each, now))), default=None)


async def list_given_up_spikes(session: AsyncSession, team: Team, *, since: datetime) -> list[Spike]:
    """The queues for which nobody was left to ask, from an instant on; the first one first."""
    theirs = select(Spike).where(Spike.team_id == team.id, Spike.resolved_at.is_(None), Spike.given_up_at > since)
    return list(await session.scalars(theirs.order_by(Spike.given_up_at, Spike.id)))


async def add_ask(session: AsyncSession, spike: Spike, person: Person, *, now: datetime) -> Ask:
    rules.take_step(spike, Step.ASK)
    spike.given_up_at = None
    made = Ask(spike.workspace_id, spike.team_id, spike.id, person.id, now, spike.peak)
    session.add(made)
    await session.flush()
    return made


async def list_waiting_asks(session: AsyncSession, spike: Spike) -> Sequence[Ask]:
    """The questions about it that are still open."""
    return await _asks_in_state(session, spike, Answer.WAITING)


async def revive_ask(session: AsyncSession, spike: Spike, leaders: Collection[str], *, now: datetime) -> Ask | None:
    """It is on again, and a leader was asked who had not answered when it calmed down: the question stands again."""
    withdrawn = [each for each in await _asks_in_state(session, spike, Answer.WITHDRAWN) if each.leader_id in leaders]
    if not withdrawn:
        return None
    ask = withdrawn[-1]
    rules.take_step(spike, Step.ASK)
    spike.given_up_at = None
    ask.state, ask.asked_at, ask.answered_at = Answer.WAITING, now, None
    return ask


async def lock_ask(session: AsyncSession, workspace_id: str, ask_id: int) -> tuple[Spike, Ask]:
    """A question and its spike, which nobody else changes meanwhile."""
    found = await session.get(Ask, ask_id)
    if found is None or found.workspace_id != workspace_id:
        raise Passed(refusals.SPIKE_GONE)
    spike = await locks.lock_existing(session, Spike, found.spike_id)
    await session.refresh(found)
    return spike, found


def answer_ask(spike: Spike, ask: Ask, by: str, how: Answer, *, now: datetime) -> None:
    """A press; who said nothing in time may still come while nobody else has."""
    if ask.leader_id != by:
        raise Refusal(refusals.ASKED_ANOTHER)
    if ask.state in KIND_BY_ANSWER:
        raise Passed(refusals.ANSWERED)
    if how is not Answer.DECLINED:
        _must_be_needed(spike, ask)
    ask.state, ask.answered_at = how, now


def _must_be_needed(spike: Spike, ask: Ask) -> None:
    """While somebody helps, only who is being asked to come as well."""
    if spike.is_over:
        raise Passed(refusals.OVER)
    if spike.state == State.COVERED and ask.state != Answer.WAITING:
        raise Passed(refusals.TAKEN)


async def _asks_in_state(session: AsyncSession, spike: Spike, state: Answer) -> Sequence[Ask]:
    theirs = select(Ask).where(Ask.spike_id == spike.id, Ask.state == state)
    return (await session.scalars(theirs.order_by(Ask.asked_at, Ask.id))).all()


async def list_open_spikes(session: AsyncSession, team: Team) -> Sequence[Spike]:
    """A team's open spikes, the oldest first."""
    theirs = select(Spike).where(Spike.team_id == team.id, Spike.resolved_at.is_(None))
    return (await session.scalars(theirs.order_by(Spike.opened_at, Spike.id))).all()


async def lock_spike(session: AsyncSession, spike_id: int) -> Spike:
    """A spike that nobody else changes meanwhile."""
    return await locks.lock_existing(session, Spike, spike_id)


async def must_be_allowed_to_call(session: AsyncSession, team: Team, person_id: str) -> None:
    """Anybody in the team may say how its queues are, unless it leaves that to its leaders."""
    member = await membership.member(session, team, person_id)
    if not Settings.of(team).may_call and (member is None or member.role is not Role.LEADER):
        raise Refusal(refusals.LEADERS_CALL)


async def must_lead(session: AsyncSession, team: Team, person_id: str) -> None:
    """Stints are for those who lead; agents are with their customers anyway."""
    member = await membership.member(session, team, person_id)
    if member is None:
        raise Refusal(refusals.NOT_IN_TEAM)
    if member.role is not Role.LEADER:
        raise Refusal(refusals.FOR_HELPING_LEADERS)


QUEUE_MEMORY = timedelta(days=30)
"""A queue that is not in the team's list is remembered so long after it began to spike."""


DIGITS = re.compile(r"\d+")


SIMILARITY = 0.82
"""How alike two names are of which one is mistyped, from 0 to 1."""


@dataclass(frozen=True)
class Standing:
    """A team's queues at this moment."""

    team: Team
    spikes: Sequence[Spike]
    stints: Sequence[Stint]
    """Who is there, also without a spike."""
    calm: Sequence[str]

    def of(self, spike: Spike | None) -> list[Stint]:
        """Who is there for a spike, or for none."""
        return [each for each in self.stints if each.spike_id == (spike.id if spike else None)]


async def list_queues(session: AsyncSession, team: Team, *, now: datetime) -> list[str]:
    """The queues of a team's list, then those that were over their limit lately.

    What somebody called once, and whose name is nearly that of another queue, was a slip of the finger.
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
