"""Queries on follow-ups: add, lock and find them, their history, their supporters, and similar ones."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.models import Private
from bot.db.sessions import insert
from bot.errors import AnswerTooLate
from bot.followups import rules
from bot.followups.models import UNSETTLED, Audience, Event, Followup, Kind, Reason, State, Support
from bot.followups.rules import Role, Step
from bot.org.teams import membership
from bot.org.teams.models import Role as TeamRole
from bot.org.teams.models import Team
from bot.refusals import followups as refusals

MIN_SIMILARITY = 79
"""Minimum similarity of two texts, out of 100, by RapidFuzz's `token_set_ratio`; tuned on the pairs in the tests."""
JUST_NOW = timedelta(minutes=5)
RECENTLY_CLOSED = timedelta(days=120)
"""How long after it was closed a follow-up still counts as raised before."""
MOST_COMPARED = 200


async def add(
    session: AsyncSession, team: Team, kind: Kind, author_id: str, text: str, *, state: State,
    audience: Audience = Audience.TEAM, is_named: bool = False, source: str = "", by: str | None = None, now: datetime,
) -> Followup:  # fmt: skip
    """Add a follow-up and the first event of its history; `by` is the person who wrote it down, if not its author."""
    followup = Followup(
        team.workspace_id, team.id, kind, author_id, Private(text), now, state, audience, is_named, source=source
    )
    session.add(followup)
    await session.flush()
    record(session, followup, Step.RAISE, by or author_id, now=now)
    return followup


async def lock_followup(session: AsyncSession, workspace_id: str, followup_id: int) -> tuple[Team, Followup]:
    """Lock and return a follow-up, and its team. Raises `AnswerTooLate` if it is gone."""
    found = await locks.lock_row(session, Followup, followup_id, refresh=True)
    if found is None or found.workspace_id != workspace_id:
        raise AnswerTooLate(refusals.GONE)
    return await session.get_one(Team, found.team_id), found


async def find_followup(session: AsyncSession, workspace_id: str, followup_id: int) -> tuple[Team, Followup]:
    """Return a follow-up and its team, without a lock. Raises `AnswerTooLate` if it is gone."""
    found = await session.get(Followup, followup_id)
    if found is None or found.workspace_id != workspace_id:
        raise AnswerTooLate(refusals.GONE)
    return await session.get_one(Team, found.team_id), found


async def find_roles(session: AsyncSession, team: Team, followup: Followup, person_id: str) -> set[Role]:
    """Return a person's roles in a follow-up, such as author or owner; some depend on their role in the team."""
    member = await membership.member(session, team, person_id)
    is_leader = member is not None and member.role is TeamRole.LEADER
    is_reader = is_leader or followup.audience == Audience.TEAM
    facts = {
        Role.AUTHOR: person_id == followup.author_id,
        Role.OWNER: person_id == followup.owner_id,
        Role.RECIPIENT: person_id == followup.recipient_id
        or (followup.is_made_to_group and bool(member) and is_reader),
        Role.LEADER: is_leader,
        Role.SPONSOR: person_id == team.sponsor_id,
        Role.MEMBER: member is not None and followup.audience == Audience.TEAM,
        Role.SUPPORTER: await stands_in(session, team, followup, person_id),
    }
    return {role for role, is_so in facts.items() if is_so}


async def stands_in(session: AsyncSession, team: Team, followup: Followup, person_id: str) -> bool:
    """Return whether a person answers for the author, because they support the follow-up and the author has left."""
    if await is_in_team(session, team, followup.author_id):
        return False
    return person_id in await find_supporters(session, followup)


async def is_in_team(session: AsyncSession, team: Team, person_id: str) -> bool:
    """Return whether somebody is a member of the team, or its sponsor."""
    return person_id == team.sponsor_id or await membership.member(session, team, person_id) is not None


async def find_confirming(session: AsyncSession, team: Team, followup: Followup) -> list[str]:
    """Return the people to ask whether a follow-up is done: its author, or its supporters if the author has left."""
    if await is_in_team(session, team, followup.author_id):
        return [followup.author_id]
    return [
        each for each in await find_supporters(session, followup)
        if await is_in_team(session, team, each) and each != followup.owner_id
    ]  # fmt: skip


async def take_step(
    session: AsyncSession, followup: Followup, step: Step, by: str | None, roles: Collection[Role], *, text: str = "",
    now: datetime,
) -> None:  # fmt: skip
    """Take a step as the person `by` (the bot if None), and record it in the history.

    Raises the same errors as `rules.check`.
    """
    rules.take_step(followup, step, roles if by else {Role.BOT}, now=now)
    record(session, followup, step, by, text, now=now)
    await session.flush()


def record(
    session: AsyncSession, followup: Followup, step: Step, by: str | None, text: str = "", *, now: datetime
) -> None:
    """Add an event to the history.

    The event names neither an author who wants to stay unnamed, nor the person who confirms or reopens a roadblock.
    """
    is_hidden = by == followup.author_id and not followup.is_named and by != followup.owner_id
    is_hidden |= followup.kind == Kind.ROADBLOCK and step in (Step.CONFIRM, Step.REOPEN)
    session.add(
        Event(followup.workspace_id, followup.team_id, followup.id, step, now, None if is_hidden else by, Private(text))
    )


async def find_history(session: AsyncSession, followup: Followup) -> Sequence[Event]:
    """Return the history of a follow-up, oldest first."""
    return (await session.scalars(select(Event).where(Event.followup_id == followup.id).order_by(Event.id))).all()


async def has_just_taken(session: AsyncSession, followup_id: int, step: Step, person_id: str, *, now: datetime) -> bool:
    """Return whether a person took a step so recently that Home and lists may still show its button.

    The history has no name for the steps of an unnamed author, so those count as the author's.
    """
    is_author = select(Followup.id).where(Followup.id == followup_id, Followup.author_id == person_id).exists()
    theirs = select(Event.id).where(
        Event.followup_id == followup_id, Event.step == step, Event.at > now - JUST_NOW,
        or_(Event.by_id == person_id, and_(Event.by_id.is_(None), is_author)),
    )  # fmt: skip
    return await session.scalar(theirs.limit(1)) is not None


async def list_unclosed(session: AsyncSession, team: Team, *kinds: Kind) -> Sequence[Followup]:
    """Return a team's follow-ups that are not closed, oldest first."""
    theirs = select(Followup).where(
        Followup.team_id == team.id, Followup.kind.in_(kinds or Kind), Followup.state.in_(UNSETTLED)
    )
    return (await session.scalars(theirs.order_by(Followup.raised_at, Followup.id))).all()


async def find_owned_in_team(session: AsyncSession, team: Team, *kinds: Kind) -> Sequence[Followup]:
    """Return the follow-ups of a team that somebody owns and has not answered yet, oldest first."""
    owned = select(Followup).where(
        Followup.team_id == team.id, Followup.kind.in_(kinds or Kind), Followup.state == State.OWNED
    )
    return (await session.scalars(owned.order_by(Followup.id))).all()


async def find_waiting_for_answer(session: AsyncSession, team: Team) -> Sequence[Followup]:
    """Return the follow-ups of a team that wait for somebody to confirm or accept them, oldest first."""
    waits = select(Followup).where(Followup.team_id == team.id, Followup.state.in_([State.OFFERED, State.ANSWERED]))
    return (await session.scalars(waits.order_by(Followup.id))).all()


async def find_readable(
    session: AsyncSession, team: Team, kind: Kind, person_id: str, *, is_member: bool, is_leader: bool
) -> Sequence[Followup]:
    """Return a team's open follow-ups of a kind that a person may read, oldest first."""
    own = or_(Followup.author_id == person_id, Followup.owner_id == person_id)
    public = and_(Followup.audience == Audience.TEAM, literal(is_member))
    for_leaders = and_(Followup.audience != Audience.PAIR, literal(is_leader))
    theirs = select(Followup).where(
        Followup.team_id == team.id, Followup.kind == kind, Followup.state.in_(UNSETTLED),
        Followup.state != State.OFFERED, or_(own, public, for_leaders),
    )  # fmt: skip
    return (await session.scalars(theirs.order_by(Followup.raised_at, Followup.id))).all()


async def find_closed(session: AsyncSession, team: Team, start: datetime, end: datetime) -> Sequence[Followup]:
    """Return the follow-ups that a team may read and that were closed in a period, oldest first.

    `start` is included in the period, `end` is not.
    """
    theirs = select(Followup).where(
        Followup.team_id == team.id, Followup.audience == Audience.TEAM, Followup.closed_at >= start,
        Followup.closed_at < end,
    )  # fmt: skip
    return (await session.scalars(theirs.order_by(Followup.closed_at, Followup.id))).all()


async def find_involving(session: AsyncSession, workspace_id: str, person_id: str, kind: Kind) -> Sequence[Followup]:
    """Return the open follow-ups of a kind that a person owns, raised or was promised, soonest due first."""
    theirs = or_(Followup.owner_id == person_id, Followup.author_id == person_id, Followup.recipient_id == person_id)
    found = select(Followup).where(
        Followup.workspace_id == workspace_id, Followup.kind == kind, Followup.state.in_(UNSETTLED), theirs
    )
    return (await session.scalars(found.order_by(Followup.due_on, Followup.id))).all()


async def find_owned(
    session: AsyncSession, workspace_id: str, ids: Collection[str], *kinds: Kind
) -> Sequence[Followup]:
    """Return the follow-ups of these kinds that these people own, by due day."""
    theirs = select(Followup).where(
        Followup.workspace_id == workspace_id, Followup.owner_id.in_(ids), Followup.kind.in_(kinds),
        Followup.state == State.OWNED,
    )  # fmt: skip
    return (await session.scalars(theirs.order_by(Followup.due_on, Followup.id))).all()


async def find_between(session: AsyncSession, team: Team, owner_id: str, other_id: str) -> Sequence[Followup]:
    """Return the follow-ups that one person owns for another and that only the two may read, soonest due first."""
    theirs = select(Followup).where(
        Followup.team_id == team.id, Followup.audience == Audience.PAIR, Followup.state == State.OWNED,
        Followup.owner_id == owner_id, or_(Followup.recipient_id == other_id, Followup.author_id == other_id),
    )  # fmt: skip
    return (await session.scalars(theirs.order_by(Followup.due_on, Followup.id))).all()


async def has_source(session: AsyncSession, team: Team, kind: Kind, source: str) -> bool:
    """Return whether a follow-up was raised from a source, such as a message."""
    theirs = select(Followup.id).where(Followup.team_id == team.id, Followup.kind == kind, Followup.source == source)
    return await session.scalar(theirs.limit(1)) is not None


async def find_by_source(session: AsyncSession, team_id: int, kind: Kind, source: str) -> Followup | None:
    """Return the follow-up of a kind that was raised from a source, such as a meeting."""
    theirs = select(Followup).where(Followup.team_id == team_id, Followup.kind == kind, Followup.source == source)
    return await session.scalar(theirs.order_by(Followup.id).limit(1))


async def find_for_home(
    session: AsyncSession, workspace_id: str, person_id: str, kinds: Collection[Kind]
) -> Sequence[Followup]:
    """Return the follow-ups that a person owns or that are promised to them alone, soonest due first."""
    theirs = or_(
        and_(Followup.owner_id == person_id, Followup.state == State.OWNED),
        and_(Followup.recipient_id == person_id, Followup.state.in_([State.OWNED, State.ANSWERED])),
    )
    found = select(Followup).where(Followup.workspace_id == workspace_id, Followup.kind.in_(kinds), theirs)
    return (await session.scalars(found.order_by(Followup.due_on.is_(None), Followup.due_on, Followup.id))).all()


async def find_resembling(
    session: AsyncSession, team: Team, kind: Kind, text: str, *, excluding: int | None = None, now: datetime
) -> Followup | None:
    """Return the follow-up whose text is most similar to this one, or None if none is similar enough.

    Only follow-ups that the team may read are compared, and closed ones only if they were closed recently and neither
    merged nor withdrawn.
    """
    is_recent = and_(
        Followup.closed_at > now - RECENTLY_CLOSED, Followup.reason.not_in([Reason.MERGED, Reason.WITHDRAWN])
    )
    theirs = select(Followup).where(
        Followup.team_id == team.id, Followup.kind == kind, Followup.audience == Audience.TEAM,
        or_(Followup.state.in_(UNSETTLED), is_recent), Followup.state != State.OFFERED, Followup.id != (excluding or 0),
    )  # fmt: skip
    found = (await session.scalars(theirs.order_by(Followup.id.desc()).limit(MOST_COMPARED))).all()
    best = max(found, key=lambda each: likeness(each.text, text), default=None)
    return best if best and likeness(best.text, text) >= MIN_SIMILARITY else None


def likeness(one: str, other: str) -> float:
    """Return the similarity of two texts from 0 to 100, ignoring the order and repetition of words."""
    from rapidfuzz import fuzz, utils  # imported here: it has a version for each kind of processor

    return fuzz.token_set_ratio(one, other, processor=utils.default_process)


async def add_support(session: AsyncSession, followup: Followup, person_id: str, *, now: datetime) -> bool:
    """Add a person as a supporter; return False if they are one already, or are the author."""
    if person_id == followup.author_id:
        return False
    row = {
        "workspace_id": followup.workspace_id, "team_id": followup.team_id, "followup_id": followup.id,
        "person_id": person_id, "since": now,
    }  # fmt: skip
    added = insert(session, Support).values(row).on_conflict_do_nothing().returning(Support.id)
    return await session.scalar(added) is not None


_SUPPORTERS = select(Support.person_id).where(Support.followup_id == bindparam("followup")).order_by(Support.id)
_MERGED = (
    select(Followup.id, Followup.author_id)
    .where(Followup.merged_into_id.in_(bindparam("ids", expanding=True)))
    .order_by(Followup.id)
)
_COUNTS = (
    select(Support.followup_id, func.count())
    .where(Support.followup_id.in_(bindparam("ids", expanding=True)))
    .group_by(Support.followup_id)
)
"""Built once at import, because every card of a follow-up is built with them."""


async def find_supporters(session: AsyncSession, followup: Followup) -> Sequence[str]:
    """Return the ids of the people who support a follow-up, earliest supporter first."""
    return (await session.scalars(_SUPPORTERS, {"followup": followup.id})).all()


async def find_merged_authors(session: AsyncSession, followup: Followup) -> Sequence[str]:
    """Return the authors of the ideas that were merged into this one, directly or indirectly."""
    authors, ids = list[str](), [followup.id]
    while ids:
        rows = (await session.execute(_MERGED, {"ids": ids})).all()
        ids = [row.id for row in rows]
        authors += [row.author_id for row in rows]
    return authors


async def count_supporters(session: AsyncSession, ids: Collection[int]) -> dict[int, int]:
    """Return the number of supporters by follow-up id; follow-ups without supporters are left out."""
    return dict((await session.execute(_COUNTS, {"ids": [*ids]})).all())
