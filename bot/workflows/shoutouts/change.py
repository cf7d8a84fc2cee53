"""Change a shout-out that is given: undo it, add receivers, correct a value."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserError
from bot.features.shoutouts import credits, rules
from bot.features.shoutouts.credits import NoteChange
from bot.features.shoutouts.models import Shoutout, Way
from bot.features.shoutouts.settings import Settings
from bot.org import people
from bot.org.people import Person
from bot.org.teams.models import Team


async def undo(
    session: AsyncSession, team: Team, shoutout: Shoutout, giver_id: str, *, now: datetime
) -> list[NoteChange] | None:
    """Take thanks back within ten minutes; None when they are back already."""
    _check_own(shoutout, giver_id)
    if shoutout.undone_at is not None:
        return None
    _check_undoable(shoutout, now)
    shoutout.undone_at = now
    shoutout.reason, shoutout.values = "", []
    return await credits.reconcile_credits(session, team, shoutout.message, now=now)


async def add_receivers(
    session: AsyncSession, team: Team, shoutout: Shoutout, giver_id: str, receivers: Sequence[str], *, now: datetime
) -> list[NoteChange]:
    """Add receivers to a shout-out, leaving out those who cannot be thanked. Calling it twice changes nothing."""
    _check_own(shoutout, giver_id)
    if shoutout.undone_at is not None or not shoutout.receivers:
        raise UserError("That shout-out was taken back, so I told nobody else. Please thank them in a new one.")
    fresh = [each for each in dict.fromkeys(receivers) if each not in shoutout.receivers]
    giver, known = await people.fetch_person_with(session, team.workspace_id, giver_id, fresh)
    able = rules.thankable(giver_id, fresh, known)
    if fresh:
        rules.check_receivers(giver, able or fresh, known, besides=len(shoutout.receivers))
    shoutout.receivers = [*shoutout.receivers, *able]
    shoutout.named = [*shoutout.named, *_newly_named(shoutout, able, known)]
    return await credits.reconcile_credits(session, team, shoutout.message, now=now)


def _newly_named(shoutout: Shoutout, receivers: Sequence[str], known: dict[str, Person]) -> Sequence[str]:
    """Return the receivers its card names; none for a channel message, which names them itself."""
    if shoutout.way == Way.HEARD:
        return receivers
    return [] if shoutout.is_private else rules.publicly_named(receivers, known)


async def correct_value(
    session: AsyncSession, team: Team, shoutout: Shoutout, giver_id: str, *, wrong: str, right: str, now: datetime
) -> list[NoteChange]:
    """Use one of the team's values in place of a tag that is none."""
    _check_own(shoutout, giver_id)
    if not shoutout.is_given:
        raise UserError("That shout-out is taken back, so there is nothing to put right.")
    _check_undoable(shoutout, now)
    shoutout.reason = rules.replace_tag(shoutout.reason, wrong, right)
    shoutout.values = rules.find_values(shoutout.reason, Settings.of(team).values)
    return credits.changed_notes(shoutout, await credits.credits_of(session, shoutout))


def _check_own(shoutout: Shoutout, giver_id: str) -> None:
    if shoutout.giver_id != giver_id:
        raise UserError("Only who gave a shout-out can change it or take it back.")


def _check_undoable(shoutout: Shoutout, now: datetime) -> None:
    if not rules.is_undoable(shoutout, now):
        raise UserError("A shout-out can be changed or taken back for ten minutes, and this one has stood longer.")
