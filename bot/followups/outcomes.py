"""What a reminder's card tells about a follow-up: the words that its reader may read, and what has become of it."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.followups import queries
from bot.followups.models import Followup
from bot.followups.rules import reads_note
from bot.org import people
from bot.org.teams.models import Team


async def load_standing(session: AsyncSession, facts: dict[str, Any]) -> dict[str, Any]:
    """Return facts about a follow-up that reminders do not store; only an empty text if it is deleted.

    `facts` are those of the reminder, with its `reader`. A sponsor from outside the team who was asked about a
    roadblock gets the note that was written for them instead of its text.
    """
    found = await session.get(Followup, facts["followup"])
    if found is None:
        return {"text": ""}
    team = await session.get_one(Team, found.team_id)
    roles = await queries.find_roles(session, team, found, facts["reader"])
    return {
        "text": found.sponsor_note if reads_note(found, roles) else found.text,
        "state": found.state,
        "reason": found.reason,
        "owner": await _find_owner_name(session, found),
        "is_own": found.owner_id == facts["reader"],
        "has_started": found.started_at is not None,
        "now_due_on": found.due_on.isoformat() if found.due_on else "",
        "waiting_until": found.waiting_until.isoformat() if found.waiting_until else "",
    }


async def _find_owner_name(session: AsyncSession, followup: Followup) -> str:
    ids = [followup.owner_id] if followup.owner_id else []
    known = await people.fetch_people(session, followup.workspace_id, ids)
    return next((each.shown for each in known.values()), "someone")
