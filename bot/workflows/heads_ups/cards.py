"""What hangs on a heads-up: its card in the channel, its scheduled jobs, and the cards of open spikes."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features import webhooks
from bot.features.heads_ups import queries, rules
from bot.features.heads_ups.models import HeadsUp
from bot.features.heads_ups.nudges import COVER
from bot.messages.heads_ups import cards
from bot.org.availability import working_hours
from bot.org.teams import membership
from bot.org.teams.models import Role, Team
from bot.refusals import heads_ups as refusals
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.slack.post import Post
from bot.workflows import nudges

ABOUT = "heads_up"
POST_AGAIN, START = JobName("heads_ups.post_again"), JobName("heads_ups.start")
CLOSE, ASK_REVIEW = JobName("heads_ups.close"), JobName("heads_ups.ask_review")
MOST_LATE = timedelta(hours=3)
CLOSED_PERIOD = timedelta(days=30)
"""How long ago a heads-up may have ended whose card is edited when its channel is open again."""


async def check_leads(session: AsyncSession, team: Team, person_id: str) -> None:
    """Raise `Refusal` unless the person leads the team."""
    member = await membership.member(session, team, person_id)
    if member is None or member.role is not Role.LEADER:
        raise Refusal(refusals.FOR_LEADERS)


async def find_led(
    session: AsyncSession, actor: Actor, heads_up_id: int, *, lock: bool = False, now: datetime
) -> tuple[HeadsUp, Team]:
    """Return a heads-up and its team. Raises `Refusal` unless the person leads it, or if the heads-up is over."""
    found = await (queries.lock_heads_up if lock else queries.find_heads_up)(session, actor.workspace_id, heads_up_id)
    team = await session.get_one(Team, found.team_id)
    await check_leads(session, team, actor.person_id)
    queries.check_ahead(found, now)
    return found, team


async def build_card(session: AsyncSession, found: HeadsUp, team: Team, *, now: datetime) -> Post:
    if found.cancelled_at:
        return cards.called_off(found)
    if found.is_over(now):
        return cards.ended(found, team)
    counts_tickets = await webhooks.receives_tickets(session, team)
    return cards.card(found, team, await queries.load_rota(session, found), counts_tickets=counts_tickets)


async def update_card(session: AsyncSession, found: HeadsUp, team: Team, *, now: datetime) -> None:
    """Edit the card in the channel, if it is there or on its way."""
    if not team.is_closed:
        await outbox.change(session, await build_card(session, found, team, now=now), to=team.channel, now=now)


async def update_all_cards(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Edit the cards of a team whose channel is open again: they could not be edited while it was closed."""
    for found in await queries.list_recent(session, team, since=now - CLOSED_PERIOD):
        await update_card(session, found, team, now=now)


async def post_card(session: AsyncSession, found: HeadsUp, team: Team, *, now: datetime) -> None:
    """Post the card in the channel, in place of an earlier one. It waits for nothing: a leader has just sent it."""
    await outbox.put(session, await build_card(session, found, team, now=now), to=team.channel, not_before=now)


async def post_card_again(session: AsyncSession, found: HeadsUp, team: Team, *, now: datetime) -> None:
    """Post the card again in the team's working hours, and delete the earlier one."""
    post = await build_card(session, found, team, now=now)
    await outbox.delete(session, post.card or "", to=team.channel, now=now)
    await outbox.put(
        session, post, to=team.channel, not_before=now, priority=Priority.RITUAL, hours_of=team,
        expires_at=found.ends_at,
    )  # fmt: skip


async def schedule_jobs(session: AsyncSession, found: HeadsUp, team: Team, *, now: datetime) -> None:
    """Schedule what a heads-up's times bring, and cancel what they no longer bring."""
    routine, about = working_hours.team_hours(team), About(ABOUT, found.id)
    wanted = {START: found.starts_at, CLOSE: found.ends_at, ASK_REVIEW: rules.find_review_time(routine, found.ends_at)}
    is_off = found.cancelled_at is not None
    ahead = {job: at for job, at in wanted.items() if at > now and not is_off}
    await scheduler.set_jobs_about(session, team, about, wanted, ahead, now=now)
    await _schedule_post(session, found, team, None if is_off else rules.find_repost_time(routine, found), now=now)


async def reschedule_mornings(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Reschedule what happens in the mornings of a team's heads-ups, because its time zone or hours have changed."""
    routine = working_hours.team_hours(team)
    for found in await queries.list_unfinished(session, team, now=now):
        at = {ASK_REVIEW: rules.find_review_time(routine, found.ends_at)}
        await scheduler.set_jobs_about(session, team, About(ABOUT, found.id), at, at, now=now)
        await _schedule_post(session, found, team, rules.find_repost_time(routine, found), now=now)


async def _schedule_post(
    session: AsyncSession, found: HeadsUp, team: Team, at: datetime | None, *, now: datetime
) -> None:
    """Schedule the card's second post, which is skipped if the bot is down for too long."""
    key = f"{ABOUT}:{found.id}:{POST_AGAIN}"
    if at is None or at <= now:
        await scheduler.cancel(session, team, key)
        return
    late = min(MOST_LATE, found.ends_at - at)
    about = About(ABOUT, found.id)
    await scheduler.put(session, job=POST_AGAIN, key=key, team=team, about=about, due_at=at, late=late, now=now)


async def close_reminders(
    session: AsyncSession, found: HeadsUp, *, by: str | None = None, for_all: bool = False, now: datetime
) -> None:
    """Mark the nudges about hours that nobody covers as done: one leader's, or everybody's."""
    await nudges.close_reminders(session, found.workspace_id, [COVER], found.id, by=by, for_all=for_all, now=now)


async def end_reminders(session: AsyncSession, found: HeadsUp, *, now: datetime) -> None:
    """Leave no button on the nudges of a heads-up that is over or called off, not even on those that expired."""
    await nudges.end_reminders(session, found.workspace_id, [COVER], found.id, now=now)


def list_future_hours(found: HeadsUp, team: Team, *, now: datetime) -> list[datetime]:
    """Return the hours of a heads-up that have not ended yet."""
    hours = rules.list_hours(working_hours.team_hours(team), found.starts_at, found.ends_at)
    return [hour for hour in hours if hour + rules.HOUR > now]


def list_free(found: HeadsUp, hours: Collection[datetime], rota: queries.Rota) -> list[datetime]:
    """Return those of the hours that more leaders may book."""
    return [hour for hour in sorted(hours) if len(rota.get(hour, [])) < found.cover]
