"""Votes for ideas: people with a mark (a reaction) on an idea's card, or on the card of an idea merged into it.

Slack delivers reactions late, twice and out of order, and sometimes not at all. Each mark stores the time of its newest
change, and votes are always recounted from the marks, never incremented or decremented.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Executable, bindparam, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.models import table
from bot.db.sessions import insert_for
from bot.features.ideas.models import BY_BUTTON, Mark, MarkChange
from bot.followups.models import Followup, Kind, Support
from bot.followups.settings import Settings
from bot.org.people import Person
from bot.org.teams.models import Team

KEY = ["followup_id", "ts", "person_id", "emoji"]

_ID = select(Followup.id).where(Followup.id == bindparam("id"))
_TARGET = _ID.with_only_columns(Followup.merged_into_id)
_THESE = select(Followup).where(Followup.id.in_(bindparam("ids", expanding=True)), Followup.kind == Kind.IDEA)
_LOCKED = locks.for_update(_THESE.order_by(Followup.id), Followup).execution_options(populate_existing=True)
_OF_MESSAGE = (
    select(Mark)
    .where(Mark.followup_id == bindparam("id"), Mark.ts == bindparam("message_ts"))
    .execution_options(populate_existing=True)
)
_MERGED = select(Followup.id).where(Followup.merged_into_id == bindparam("id"))
_OF_MERGED = select(Support.person_id, Support.followup_id).where(Support.followup_id.in_(_MERGED)).order_by(Support.id)
_SUPPORT = select(Support).where(Support.followup_id == bindparam("id")).order_by(Support.id)
_STANDING = (
    select(Mark.person_id, Mark.emoji)
    .join(Person, Person.id == Mark.person_id)
    .where(
        Mark.followup_id == bindparam("id"),
        Mark.is_on,
        Person.workspace_id == bindparam("workspace_id"),
        ~or_(Person.is_bot, Person.is_guest, Person.is_stranger, Person.has_left),
    )
    .order_by(Mark.event_ts, Mark.person_id)
)
"""Built once at import, because the votes of every open idea are counted each day."""


@cache
def _upsert_mark(dialect: str) -> Executable:
    """Return the statement that saves a mark unless a newer change is stored, for each dialect."""
    mark = insert_for(dialect, table(Mark))
    news = {"event_ts": mark.excluded.event_ts, "is_on": mark.excluded.is_on}
    return mark.on_conflict_do_update(index_elements=KEY, set_=news, where=Mark.event_ts < mark.excluded.event_ts)


async def lock_with_targets(session: AsyncSession, idea_id: int) -> list[Followup]:
    """Lock and return an idea, then the idea it was merged into, and so on; return no ideas if it is gone."""
    ids, target_id = list[int](), await session.scalar(_ID, {"id": idea_id})
    while target_id is not None and target_id not in ids:
        ids.append(target_id)
        target_id = await session.scalar(_TARGET, {"id": target_id})
    found = await lock_ideas(session, ids)
    return [found[id] for id in ids if id in found]


async def lock_ideas(session: AsyncSession, ids: Collection[int]) -> dict[int, Followup]:
    """Lock ideas in the order of their ids, and return them by id."""
    return {each.id: each for each in await session.scalars(_LOCKED, {"ids": sorted(set(ids))})}


async def save_mark(session: AsyncSession, idea: Followup, change: MarkChange) -> None:
    """Save a change of a mark, unless a newer change is stored, or the reactions have been read from Slack since.

    Removing a mark from the current card also removes the person's marks on earlier cards, because nobody can reach
    those.
    """
    if idea.votes_read_at and sent_at(change.event_ts) < idea.votes_read_at:
        return
    await _write(session, idea.id, change)
    if not change.is_on:
        earlier = (
            Mark.followup_id == idea.id, Mark.person_id == change.person_id, Mark.ts.not_in([change.ts, BY_BUTTON]),
        )  # fmt: skip
        await session.execute(update(Mark).where(*earlier).values(is_on=False))


async def save_button_vote(session: AsyncSession, idea: Followup, person_id: str) -> None:
    """Save a vote given with a button, by somebody who had the same idea."""
    await _write(session, idea.id, MarkChange(BY_BUTTON, person_id, BY_BUTTON, "", is_on=True))


async def _write(session: AsyncSession, idea_id: int, change: MarkChange) -> None:
    row = {"followup_id": idea_id, **change._asdict()}
    await session.execute(_upsert_mark(session.get_bind().dialect.name), row)


async def replace_marks(
    session: AsyncSession, idea: Followup, ts: str, standing: Collection[tuple[str, str]], partial: Collection[str],
    *, as_of: datetime,
) -> None:  # fmt: skip
    """Replace the stored marks on a message with the reactions (person and emoji) that were read from Slack.

    Marks with a change after `as_of` stay as they are. For the emoji in `partial` Slack did not list everyone, so no
    mark with one of them is removed.
    """
    at = f"{as_of.timestamp():.6f}"
    for mark in await session.scalars(_OF_MESSAGE, {"id": idea.id, "message_ts": ts}):
        is_unknown = mark.emoji in partial and (mark.person_id, mark.emoji) not in standing
        if mark.event_ts < at and not is_unknown:
            mark.event_ts, mark.is_on = at, (mark.person_id, mark.emoji) in standing
    await session.flush()
    for person_id, emoji in sorted(standing):
        await _write(session, idea.id, MarkChange(ts, person_id, emoji, at, is_on=True))
    idea.votes_read_at = as_of


async def recount(session: AsyncSession, team: Team, ideas: Sequence[Followup], *, now: datetime) -> list[Followup]:
    """Recount the votes of an idea, then of the idea it was merged into, and so on; return those that changed."""
    await session.flush()
    return [idea for idea in ideas if await _recount_one(session, team, idea, now)]


async def _recount_one(session: AsyncSession, team: Team, idea: Followup, now: datetime) -> bool:
    wanted: dict[str, int | None] = dict.fromkeys(await _find_voters(session, team, idea))
    for person_id, followup_id in (await session.execute(_OF_MERGED, {"id": idea.id})).all():
        wanted.setdefault(person_id, followup_id)
    wanted.pop(idea.author_id, None)
    known = {each.person_id: each for each in await session.scalars(_SUPPORT, {"id": idea.id})}
    for person_id in known.keys() & wanted.keys():
        known[person_id].merged_from_id = wanted[person_id]
    gone = [known[person_id].id for person_id in known.keys() - wanted.keys()]
    if gone:
        await session.execute(delete(Support).where(Support.id.in_(gone)))
    whose = (idea.workspace_id, idea.team_id, idea.id)
    session.add_all(
        Support(*whose, person_id, now, from_id) for person_id, from_id in wanted.items() if person_id not in known
    )
    await session.flush()
    return known.keys() != wanted.keys()


async def _find_voters(session: AsyncSession, team: Team, idea: Followup) -> list[str]:
    """Return the ids of the people in the workspace whose marks count as votes, in the order in which they voted."""
    settings = Settings.of(team)
    rows = (await session.execute(_STANDING, {"id": idea.id, "workspace_id": idea.workspace_id})).all()
    return list(dict.fromkeys(row.person_id for row in rows if row.emoji == BY_BUTTON or settings.counts(row.emoji)))


def sent_at(ts: str) -> datetime:
    """Convert a Slack timestamp to a datetime."""
    return datetime.fromtimestamp(float(ts), UTC)
