"""Jobs of shout-outs: the weekly summary, the daily note of reactions, postponed ones, a question into silence."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.shoutouts import queries
from bot.features.shoutouts.models import Way
from bot.features.shoutouts.settings import Settings, ShoutoutPreferences
from bot.messages.shoutouts import cards, lists, nudges
from bot.org import channels, workspaces
from bot.org import people as org_people
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import Occurrence
from bot.slack import home
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.workflows import fun_tank
from bot.workflows.rituals import runs
from bot.workflows.shoutouts import digests, postpone
from bot.workflows.shoutouts.digests import ThanksByReceiver

COMMIT_DELAY = timedelta(seconds=5)
"""What arrived this shortly before may not be committed yet; it is read out a week later rather than never."""
REACTION_LOOKBACK = timedelta(days=1)
REREAD_DELAY = timedelta(minutes=5)


async def post_round_up(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The week's thanks, and its wins where they come at that hour, as one post, which is the ritual's card."""
    ending = await runs.open_with_round_up(session, team, due)
    start, end = due.since - COMMIT_DELAY, due.at - COMMIT_DELAY
    given, names = await queries.given_between(session, team, start, end)
    quiet = await queries.count_reactions(session, team, start, end) if given else 0
    post = lists.weekly_summary(given, names, quiet, ending) if given else ending
    if post:
        await outbox.put(session, post, to=team.channel, not_before=due.at, priority=Priority.RITUAL, hours_of=team)


async def tell_quiet_thanks(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Each receiver hears once a day of the reactions that thanked them; who likes it quiet hears nothing."""
    thanks: ThanksByReceiver = {}
    for credit, act in await queries.untold_reactions(session, team, due.since - REACTION_LOOKBACK):
        credit.told_at = due.at
        digests.add_thanks(thanks, credit, act)
    people = await org_people.fetch_people(session, team.workspace_id, thanks)
    url = await workspaces.message_url(session, team.workspace_id)
    for receiver in (each for each in thanks if each in people and ShoutoutPreferences.of(people[each]).is_told):
        post = cards.daily_note(list(thanks[receiver].items()), url)
        to = Address(team.workspace_id, receiver)
        await outbox.put(session, post, to=to, not_before=due.at, priority=Priority.NUDGE, hours_of=team)


async def give_kept(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Give what was kept for the morning; its giver hears whom it no longer reached, and of a card that can't be."""
    team, shoutout = await queries.lock_shoutout(session, team.workspace_id, due.about_id)
    if shoutout.given_at or shoutout.undone_at:
        return
    notes, gone = await postpone.give_postponed(session, team, shoutout, now=due.at)
    if gone:
        await postpone.notify_unsent(session, team, shoutout, gone, now=due.at)
    if not shoutout.is_given:
        return
    if shoutout.has_card and team.is_closed:
        await postpone.notify_without_card(session, team, shoutout, has_notes=bool(notes), now=due.at)
    url = await workspaces.message_url(session, team.workspace_id)
    await outbox.publish_changes(session, cards.change_steps(shoutout, team, notes, url), now=due.at)
    home.mark_changed(session, team.workspace_id, [shoutout.giver_id, *shoutout.receivers], now=due.at)
    await fun_tank.record_thanks(session, team, shoutout, now=due.at)
    if shoutout.way == Way.HEARD and shoutout.place:
        emoji = Settings.of(team).reaction
        await outbox.react(session, emoji, to=team.channel, ts=shoutout.place.ts, now=due.at)


async def look_whether_quiet(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """A channel that seems quiet is read anew first: what was seen of it may be a day old."""
    channel = await channels.fetch_channel(session, team.workspace_id, team.channel_id, lock=True)
    if channel and await digests.is_silent(session, team, channel, due.at):
        channel.is_stale = True
        key, at = f"team:{team.id}:break_silence", due.at + REREAD_DELAY
        await scheduler.put(session, job=BREAK_SILENCE, key=key, team=team, due_at=at, now=due.at)


async def break_silence(session: AsyncSession, team: Team, due: Occurrence) -> None:
    channel = await channels.fetch_channel(session, team.workspace_id, team.channel_id, lock=True)
    if channel and not channel.is_stale and await digests.is_silent(session, team, channel, due.at):
        channel.asked_at = due.at
        post = nudges.quiet_question(due.at)
        await outbox.put(session, post, to=team.channel, not_before=due.at, priority=Priority.RITUAL, hours_of=team)


BREAK_SILENCE = JobName("shoutouts.break_silence")
