"""What every way of giving in one's own words shares: give and tell, keep for the morning."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, homes, outbox, places, timetable
from bot.errors import UserError
from bot.features import shoutouts
from bot.features.shoutouts import Manner, Place, Shoutout
from bot.messages import shoutouts as messages
from bot.messages.text import Addressed
from bot.teams import Team
from bot.timetable import About
from schedules import tank

GIVE_KEPT = "shoutouts.give_kept"


async def give(
    session: AsyncSession,
    team: Team,
    giver_id: str,
    *,
    receivers: Sequence[str],
    reason: str,
    manner: Manner,
    source: str,
    now: datetime,
    about: Place | None = None,
) -> Shoutout:
    """Thank, and tell everybody whom it concerns."""
    shoutout, notes = await shoutouts.give(
        session, team, giver_id,
        receivers=receivers, reason=reason, source=source, now=now, about=about, manner=manner,
    )  # fmt: skip
    if shoutout.is_given:
        url = await directory.url(session, team.workspace_id) if about else ""
        await outbox.tell(session, messages.announced(shoutout, team, notes, url), now=now)
        homes.touch(session, team.workspace_id, [giver_id, *shoutout.receivers], now=now)
        await tank.thanked(session, team, shoutout, now=now)
    return shoutout


async def keep(session: AsyncSession, workspace_id: str, giver_id: str, shoutout_id: int, now: datetime) -> datetime:
    """Keep for the giver's next morning; says when, in the giver's own zone."""
    team, shoutout = await shoutouts.one(session, workspace_id, shoutout_id)
    until = await shoutouts.keep(session, shoutout, giver_id, now=now)
    about = About("shoutout", shoutout.id)
    await timetable.put(
        session, job=GIVE_KEPT, key=f"kept:{shoutout.id}", team=team, about=about, due_at=until, now=now
    )
    giver = await directory.person(session, workspace_id, giver_id)
    return giver.local(until)


async def named(session: AsyncSession, workspace_id: str, giver_id: str, said: Addressed) -> list[str]:
    """Whom a command names: people, and the people of groups; a name that is nobody's is a `UserError`."""
    names = [name for name in said.names if not messages.means_everybody([name])]
    known = await directory.named(session, workspace_id, names) if names else {}
    handles = [name for name in names if name not in known]
    grouped = await _grouped(session, workspace_id, giver_id, handles, said) if handles else []
    return [*said.ids, *(known[name] for name in names if name in known), *grouped]


async def _grouped(
    session: AsyncSession, workspace_id: str, giver_id: str, handles: Sequence[str], said: Addressed
) -> list[str]:
    groups = await places.groups(session, workspace_id, handles)
    for handle in handles:
        if handle not in groups:
            raise UserError(messages.nobody_called(said.groups.get(handle, handle)))
    everybody = [each for group in groups.values() for each in group]
    people = await directory.people(session, workspace_id, everybody)
    found = shoutouts.others(giver_id, everybody, people)
    if not found:
        raise UserError(messages.empty_group(said.groups.get(handles[0], handles[0])))
    return found
