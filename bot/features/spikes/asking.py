"""Who is asked to help: one leader at a time, the one for whom it is fairest first, each once a spike."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, rotation
from bot.directory import Person
from bot.errors import Passed, UserError
from bot.features.spikes import life
from bot.features.spikes.life import Step
from bot.features.spikes.settings import Own
from bot.features.spikes.tables import Answer, Ask, Kind, Spike, State, Stint
from bot.hours import moment, routine
from bot.teams import membership
from bot.teams.tables import Team

WAIT = timedelta(minutes=5)
"""How long somebody has to answer, from when the question reached them."""
PEACE = timedelta(minutes=30)
"""How long after a question about one queue a leader is asked about no other, unless the question was withdrawn."""
COOLDOWN = timedelta(minutes=45)
"""How long a leader is not asked again after helping."""
NEVER = datetime.min.replace(tzinfo=UTC)
GONE = "That spike is long over. Thank you for looking after it."
OVER = "It is calm again already. Thank you for coming!"
TAKEN = "Somebody else was a moment quicker and is there already. Thank you! `/queue join 30` joins them, if you like."
YOURS = "You have answered that one already. `/queue done` ends your time there."
NOT_YOURS = "That question is somebody else's. `/queue join 30` lets you help too."
HELPS = {Answer.JOINED: Kind.QUEUE, Answer.SHADOWING: Kind.SHADOW, Answer.CLEARING: Kind.BLOCKER}


@dataclass(frozen=True)
class Candidate:
    """A leader, as the order looks at them."""

    person: Person
    is_deputy: bool = False
    is_ready: bool = True
    """Whether they may be asked to answer customers."""
    is_free: bool = True
    """At work, not in Do Not Disturb, not with a queue or just back from one."""
    frontline: int = 0
    """Minutes with customers in the last 14 days."""
    asked_at: datetime | None = None
    sizes: Sequence[float | None] = ()
    """The spike's peak each time they were asked for it."""
    lot: bytes = b""
    """Decides between those who are equal in all of this."""
    is_in_peace: bool = False
    """Asked for another queue a moment ago."""


def may_be_asked(candidate: Candidate, peak: float | None) -> bool:
    """Once a spike, and once more only if it has grown since."""
    if not candidate.is_free or candidate.is_in_peace or len(candidate.sizes) > 1:
        return False
    return not candidate.sizes or life.has_grown(candidate.sizes[0], peak)


def only_in_peace(candidate: Candidate, peak: float | None) -> bool:
    """Whether nothing but another queue's question keeps somebody from being asked."""
    return candidate.is_in_peace and may_be_asked(replace(candidate, is_in_peace=False), peak)


def following(candidates: Collection[Candidate], peak: float | None) -> Candidate | None:
    """Who is asked next: those not asked yet first, leaders before deputies, and so on as `_turn` has it."""
    return min((each for each in candidates if may_be_asked(each, peak)), key=_turn, default=None)


def _turn(each: Candidate) -> tuple[bool, bool, bool, int, datetime, bytes]:
    return bool(each.sizes), each.is_deputy, not each.is_ready, each.frontline, each.asked_at or NEVER, each.lot


async def candidates(
    session: AsyncSession, team: Team, spike: Spike, frontline: Mapping[str, int], *, now: datetime
) -> list[Candidate]:
    """The team's leaders; `frontline` is what the balance has of them, in minutes."""
    members = await membership.leaders(session, team)
    ids = [member.user_id for member in members]
    people = await directory.people(session, team.workspace_id, ids)
    asked_at, sizes, busy, in_peace = await _asked(session, spike, ids, now)
    return [
        Candidate(
            person,
            is_deputy=member.is_deputy,
            is_ready=Own.of(person).may_answer,
            is_free=person.id not in busy and moment.is_good(routine.of_person(person, team), now),
            is_in_peace=person.id in in_peace,
            frontline=frontline.get(person.id, 0),
            lot=rotation.lot(person.id, "spike", spike.id),
            asked_at=asked_at.get(person.id),
            sizes=sizes[person.id],
        )
        for member in members
        if (person := people.get(member.user_id))
    ]


async def _asked(
    session: AsyncSession, spike: Spike, ids: Sequence[str], now: datetime
) -> tuple[dict[str, datetime], dict[str, list[float | None]], set[str], set[str]]:
    """When each was asked last, how big this spike was when they were, who is busy, and who is left in peace."""
    here = (Ask.workspace_id == spike.workspace_id, Ask.leader_id.in_(ids))
    last = select(Ask.leader_id, func.max(Ask.asked_at)).where(*here, Ask.spike_id != spike.id).group_by(Ask.leader_id)
    others = {id: at for id, at in await session.execute(last) if at}
    recent = last.where(Ask.asked_at > now - PEACE, Ask.state != Answer.WITHDRAWN)
    sizes = defaultdict[str, list[float | None]](list)
    asked_at = dict(others)
    for ask in await session.scalars(select(Ask).where(*here, Ask.spike_id == spike.id).order_by(Ask.id)):
        sizes[ask.leader_id].append(ask.size)
        asked_at[ask.leader_id] = max(ask.asked_at, asked_at.get(ask.leader_id, NEVER))
    in_queue = select(Stint.person_id).where(
        Stint.workspace_id == spike.workspace_id,
        Stint.person_id.in_(ids),
        or_(Stint.ended_at.is_(None), Stint.ended_at > now - COOLDOWN),
    )
    return asked_at, sizes, {*await session.scalars(in_queue)}, {*await session.scalars(recent)}


async def at_work_from(session: AsyncSession, team: Team, now: datetime) -> datetime | None:
    """When the first of a team's leaders is at work: `now` while one is, None when none is to be expected."""
    ids = [member.user_id for member in await membership.leaders(session, team)]
    people = (await directory.people(session, team.workspace_id, ids)).values()
    routines = [replace(routine.of_person(each, team), quiet=None) for each in people]
    return min((at for each in routines if (at := moment.next_good(each, now))), default=None)


async def given_up(session: AsyncSession, team: Team, *, since: datetime) -> list[Spike]:
    """The queues for which nobody was left to ask, from an instant on; the first one first."""
    theirs = select(Spike).where(Spike.team_id == team.id, Spike.resolved_at.is_(None), Spike.given_up_at > since)
    return list(await session.scalars(theirs.order_by(Spike.given_up_at, Spike.id)))


async def ask(session: AsyncSession, spike: Spike, person: Person, *, now: datetime) -> Ask:
    life.take(spike, Step.ASK)
    spike.given_up_at = None
    made = Ask(spike.workspace_id, spike.team_id, spike.id, person.id, now, spike.peak)
    session.add(made)
    await session.flush()
    return made


async def waiting(session: AsyncSession, spike: Spike) -> Sequence[Ask]:
    """The questions about it that are still open."""
    return await _of(session, spike, Answer.WAITING)


async def update_size(session: AsyncSession, spike: Spike) -> Sequence[Ask]:
    """Count the open questions about a spike as asked at its present peak; return them."""
    found = await waiting(session, spike)
    for ask in found:
        ask.size = spike.peak
    return found


async def revive(session: AsyncSession, spike: Spike, leaders: Collection[str], *, now: datetime) -> Ask | None:
    """It is on again, and a leader was asked who had not answered when it calmed down: the question stands again."""
    withdrawn = [each for each in await _of(session, spike, Answer.WITHDRAWN) if each.leader_id in leaders]
    if not withdrawn:
        return None
    ask = withdrawn[-1]
    life.take(spike, Step.ASK)
    spike.given_up_at = None
    ask.state, ask.asked_at, ask.answered_at = Answer.WAITING, now, None
    return ask


async def one(session: AsyncSession, workspace_id: str, ask_id: int) -> tuple[Spike, Ask]:
    """A question and its spike, which nobody else changes meanwhile."""
    found = await session.get(Ask, ask_id)
    if found is None or found.workspace_id != workspace_id:
        raise Passed(GONE)
    spike = await session.get_one(Spike, found.spike_id, with_for_update=True)
    await session.refresh(found)
    return spike, found


def answer(spike: Spike, ask: Ask, by: str, how: Answer, *, now: datetime) -> None:
    """A press; who said nothing in time may still come while nobody else has."""
    if ask.leader_id != by:
        raise UserError(NOT_YOURS)
    if ask.state in HELPS:
        raise Passed(YOURS)
    if how is not Answer.DECLINED:
        _must_be_needed(spike, ask)
    close(ask, how, now=now)


def _must_be_needed(spike: Spike, ask: Ask) -> None:
    """While somebody helps, only who is being asked to come as well."""
    if spike.is_over:
        raise Passed(OVER)
    if spike.state == State.COVERED and ask.state != Answer.WAITING:
        raise Passed(TAKEN)


def close(ask: Ask, how: Answer, *, now: datetime) -> None:
    """It is answered, or nobody needs an answer any more."""
    ask.state, ask.answered_at = how, now


async def _of(session: AsyncSession, spike: Spike, state: Answer) -> Sequence[Ask]:
    theirs = select(Ask).where(Ask.spike_id == spike.id, Ask.state == state)
    return (await session.scalars(theirs.order_by(Ask.asked_at, Ask.id))).all()
