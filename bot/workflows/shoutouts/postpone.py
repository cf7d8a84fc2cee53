"""Postpone a shout-out past the daily limit to its giver's next working morning, and give it then."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Passed, UserError
from bot.features.shoutouts import credits, queries, rules
from bot.features.shoutouts.credits import NoteChange
from bot.features.shoutouts.models import Shoutout
from bot.messages.shoutouts import postponed
from bot.org import people as org_people
from bot.org.availability import moment, working_hours
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.outbox import outbox


async def record_postponed(session: AsyncSession, shoutout: Shoutout, giver_id: str, *, now: datetime) -> datetime:
    """Keep an offered shout-out for the giver's next morning; says when that is. Keeping twice changes nothing."""
    if shoutout.giver_id != giver_id:
        raise UserError("Only who wrote a shout-out can keep it.")
    if shoutout.given_at is not None:
        raise Passed("That one has gone out already.")
    if shoutout.undone_at is not None:
        raise UserError("Its message thanks nobody any more, so there is nothing to keep.")
    if shoutout.kept_until is None:
        giver = await org_people.fetch_person(session, shoutout.workspace_id, giver_id)
        team = await session.get_one(Team, shoutout.team_id)
        shoutout.kept_until = moment.next_morning(working_hours.person_hours(giver, team), now)
    return shoutout.kept_until


async def give_postponed(
    session: AsyncSession, team: Team, shoutout: Shoutout, *, now: datetime
) -> tuple[list[NoteChange], list[str]]:
    """Give what was kept, to those who are still here; says who is not. It counts for the day on which it goes out.

    What cannot be given stays for a week as taken back, so that its giver can find it.
    """
    giver = await org_people.fetch_person(session, shoutout.workspace_id, shoutout.giver_id, lock=True)
    known = await org_people.fetch_people(session, shoutout.workspace_id, shoutout.receivers)
    able = rules.thankable(giver.id, shoutout.receivers, known)
    gone = [] if shoutout.is_for_team else [each for each in shoutout.receivers if each not in able]
    if not able:
        shoutout.undone_at = now
        return [], gone
    if gone:
        session.add(_unsent_part(shoutout, gone, now))
    shoutout.receivers = able
    shoutout.named = rules.publicly_named([each for each in shoutout.named if each in able], known)
    shoutout.given_at = now
    shoutout.given_on = giver.local(now).date()
    return await credits.reconcile_credits(session, team, shoutout.message, now=now), gone


def _unsent_part(shoutout: Shoutout, receivers: list[str], now: datetime) -> Shoutout:
    """The part of an act that cannot be given."""
    return Shoutout(
        workspace_id=shoutout.workspace_id,
        team_id=shoutout.team_id,
        giver_id=shoutout.giver_id,
        message=shoutout.message,
        source=f"{shoutout.source}:unsent",
        way=shoutout.way,
        reason=shoutout.reason,
        values=[],
        receivers=receivers,
        made_at=shoutout.made_at,
        kind=shoutout.kind,
        is_private=shoutout.is_private,
        kept_until=shoutout.kept_until,
        undone_at=now,
    )


GIVE_KEPT = JobName("shoutouts.give_kept")


async def postpone(
    session: AsyncSession, workspace_id: str, giver_id: str, shoutout_id: int, now: datetime
) -> datetime:
    """Keep for the giver's next morning; says when, in the giver's own zone."""
    team, shoutout = await queries.lock_shoutout(session, workspace_id, shoutout_id)
    until = await record_postponed(session, shoutout, giver_id, now=now)
    about = About("shoutout", shoutout.id)
    await scheduler.put(
        session, job=GIVE_KEPT, key=f"kept:{shoutout.id}", team=team, about=about, due_at=until, now=now
    )
    giver = await org_people.fetch_person(session, workspace_id, giver_id)
    return giver.local(until)


async def notify_unsent(
    session: AsyncSession, team: Team, shoutout: Shoutout, gone: Sequence[str], *, now: datetime
) -> None:
    people = await org_people.fetch_people(session, team.workspace_id, gone)
    to, key = Address(team.workspace_id, shoutout.giver_id), f"unsent:{shoutout.id}"
    post = postponed.unsent(shoutout, gone, people)
    await outbox.put(session, post, to=to, not_before=now, key=key, hours_of=team)


async def notify_without_card(
    session: AsyncSession, team: Team, shoutout: Shoutout, *, has_notes: bool, now: datetime
) -> None:
    people = await org_people.fetch_people(session, team.workspace_id, shoutout.receivers)
    to, key = Address(team.workspace_id, shoutout.giver_id), f"without_card:{shoutout.id}"
    post = postponed.without_card(shoutout, team, people, has_notes=has_notes)
    await outbox.put(session, post, to=to, not_before=now, key=key, hours_of=team)
