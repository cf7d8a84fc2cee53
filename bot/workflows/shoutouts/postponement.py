"""Postpone a shout-out beyond the daily limit to its giver's next working morning, and give it then."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate, Refusal
from bot.features.shoutouts import credits, queries, rules
from bot.features.shoutouts.models import Shoutout
from bot.messages.shoutouts import postponed
from bot.org import people as org_people
from bot.org.availability import good_moments, working_hours
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.refusals import shoutouts as refusals
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows.shoutouts.change import publish_change

GIVE_KEPT = JobName("shoutouts.give_kept")


async def postpone(session: AsyncSession, actor: Actor, shoutout_id: int, *, now: datetime) -> datetime:
    """Postpone an offered shout-out to its giver's next working morning; return when, in the giver's time zone.

    Idempotent.
    """
    team, shoutout = await queries.lock_shoutout(session, actor.workspace_id, shoutout_id)
    if shoutout.giver_id != actor.person_id:
        raise Refusal(refusals.POSTPONED_NOT_YOURS)
    if shoutout.given_at is not None:
        raise AnswerTooLate(refusals.SENT_ALREADY)
    if shoutout.undone_at is not None:
        raise Refusal(refusals.THANKS_NOBODY)
    giver = await org_people.fetch_person(session, *actor)
    until = shoutout.kept_until or good_moments.next_morning(working_hours.person_hours(giver, team), now)
    shoutout.kept_until = until
    key, about = f"kept:{shoutout.id}", About("shoutout", shoutout.id)
    await scheduler.put(session, job=GIVE_KEPT, key=key, team=team, about=about, due_at=until, now=now)
    return giver.local(until)


async def give_postponed(session: AsyncSession, workspace_id: str, shoutout_id: int, *, now: datetime) -> None:
    """Give a postponed shout-out to those receivers who are still here; it counts for the day on which it is sent.

    The giver is told which receivers it could not reach, and is told if its card cannot be posted.
    """
    team, shoutout = await queries.lock_shoutout(session, workspace_id, shoutout_id)
    if shoutout.given_at or shoutout.undone_at:
        return
    if gone := await _mark_given(session, shoutout, now):
        people = await org_people.fetch_people(session, workspace_id, gone)
        await _notify_giver(session, team, shoutout, postponed.unsent_answer(shoutout, gone, people), "unsent", now)
    if not shoutout.is_given:
        return
    notes = await credits.reconcile_credits(session, team, shoutout.message, now=now)
    if shoutout.has_card and team.is_closed:
        people = await org_people.fetch_people(session, workspace_id, shoutout.receivers)
        post = postponed.missing_card_answer(shoutout, team, people, has_notes=bool(notes))
        await _notify_giver(session, team, shoutout, post, "without_card", now)
    await publish_change(session, team, shoutout, "new", notes, now=now)


async def _mark_given(session: AsyncSession, shoutout: Shoutout, now: datetime) -> list[str]:
    """Mark a shout-out as given to those who are still here; return the others.

    The part that cannot be given is kept as undone for a week, so that its giver can find it.
    """
    giver = await org_people.fetch_person(session, shoutout.workspace_id, shoutout.giver_id, lock=True)
    known = await org_people.fetch_people(session, shoutout.workspace_id, shoutout.receivers)
    able = rules.select_thankable(giver.id, shoutout.receivers, known)
    gone = [] if shoutout.is_for_team else [each for each in shoutout.receivers if each not in able]
    if not able:
        shoutout.undone_at = now
        return gone
    if gone:
        session.add(_unsent_part(shoutout, gone, now))
    shoutout.receivers = able
    shoutout.named = rules.select_public_receivers([each for each in shoutout.named if each in able], known)
    shoutout.given_at = now
    shoutout.given_on = giver.local(now).date()
    return gone


def _unsent_part(shoutout: Shoutout, receivers: list[str], now: datetime) -> Shoutout:
    """Return the part of a shout-out that cannot be given."""
    source = f"{shoutout.source}:unsent"
    return replace(shoutout, source=source, values=[], receivers=receivers, named=[], undone_at=now)


async def _notify_giver(
    session: AsyncSession, team: Team, shoutout: Shoutout, post: Post, what: str, now: datetime
) -> None:
    to, key = Address(team.workspace_id, shoutout.giver_id), f"{what}:{shoutout.id}"
    await outbox.put(session, post, to=to, not_before=now, key=key, hours_of=team)
