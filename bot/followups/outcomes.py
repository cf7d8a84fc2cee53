"""What a reminder's card tells about a follow-up: the words that its reader may read, and what has become of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.followups import queries
from bot.followups.models import Followup
from bot.followups.rules import reads_note
from bot.org import people
from bot.org.people import Person
from bot.org.teams.models import Team

_THESE = select(Followup).where(Followup.id.in_(bindparam("ids", expanding=True)))


async def load_standing(session: AsyncSession, asked: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return facts about follow-ups that reminders do not store; only an empty text for one that is deleted.

    `asked` are the facts of the reminders, with their `reader`. A sponsor from outside the team who was asked about a
    roadblock gets the note that was written for them instead of its text.
    """
    those = await session.scalars(_THESE, {"ids": sorted({facts["followup"] for facts in asked})})
    found = {each.id: each for each in those}
    owned = {each.owner_id: each.workspace_id for each in found.values() if each.owner_id}
    owners = await people.fetch_people(session, next(iter(owned.values()), ""), owned)
    return [
        await _describe(session, found[facts["followup"]], facts["reader"], owners)
        if facts["followup"] in found
        else {"text": ""}
        for facts in asked
    ]


async def _describe(
    session: AsyncSession, found: Followup, reader_id: str, owners: Mapping[str, Person]
) -> dict[str, Any]:
    owner = owners.get(found.owner_id or "")
    return {
        "text": found.sponsor_note if await _reads_note(session, found, reader_id) else found.text,
        "state": found.state,
        "reason": found.reason,
        "owner": owner.shown if owner else "someone",
        "is_own": found.owner_id == reader_id,
        "has_started": found.started_at is not None,
        "now_due_on": found.due_on.isoformat() if found.due_on else "",
        "waiting_until": found.waiting_until.isoformat() if found.waiting_until else "",
    }


async def _reads_note(session: AsyncSession, followup: Followup, reader_id: str) -> bool:
    if not followup.sponsor_note:
        return False  # almost always, without a query
    team = await session.get_one(Team, followup.team_id)
    return reads_note(followup, await queries.find_roles(session, team, followup, reader_id))
