"""Thanks to read later, on Home, in daily notes and in weekly summaries; and the question for quiet channels."""

from datetime import datetime, timedelta

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.shoutouts import queries, rules
from bot.features.shoutouts.models import MessageRef
from bot.features.shoutouts.settings import ShoutoutPreferences
from bot.messages import mentions
from bot.messages.shoutouts import cards, lists, nudges, postponed
from bot.org import channels, workspaces
from bot.org import people as org_people
from bot.org.channels import Channel
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import Occurrence
from bot.slack import mrkdwn
from bot.slack.home import Visitor
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.workflows.rituals import runs

BREAK_SILENCE = JobName("shoutouts.break_silence")
BOT_QUIET_PERIOD = timedelta(days=2)
"""No question is asked in a channel where the bot has posted this recently."""
COMMIT_DELAY = timedelta(seconds=5)
"""Thanks this recent may not be committed yet, so they wait for the next weekly summary rather than get lost."""
REACTION_LOOKBACK = timedelta(days=1)
REREAD_DELAY = timedelta(minutes=5)
SHOWN_AT_HOME, SHOWN_TO_LEADERS, READ_AT_HOME = 3, 1, 10


async def post_weekly_summary(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Post the week's thanks as one message.

    If the week's wins (a ritual) are due at the same time, they are part of the post, which is then the ritual's card.
    """
    ending = await runs.build_wins_if_due(session, team, due)
    start, end = due.since - COMMIT_DELAY, due.at - COMMIT_DELAY
    given, names = await queries.given_between(session, team, start, end)
    quiet = await queries.count_reactions(session, team, start, end) if given else 0
    ids = {id for act in given for id in (act.giver_id, *names[act.id], *mrkdwn.mentioned_ids(act.reason))}
    people = await org_people.fetch_people(session, team.workspace_id, ids)
    called = mentions.distinct_names(people.values())
    post = lists.weekly_summary(team, given, names, called, quiet, ending) if given else ending
    if post:
        await outbox.put(session, post, to=team.channel, not_before=due.at, priority=Priority.RITUAL, hours_of=team)


async def send_daily_notes(session: AsyncSession, team: Team, *, since: datetime, now: datetime) -> None:
    """Tell each receiver once a day which reactions thanked them, except people who prefer quiet thanks."""
    thanks: dict[str, dict[MessageRef, list[str]]] = {}
    for credit, act in await queries.untold_reactions(session, team, since - REACTION_LOOKBACK):
        assert act.place  # noqa: S101
        credit.told_at = now
        givers = thanks.setdefault(credit.receiver_id, {}).setdefault(act.place, [])
        if credit.giver_id not in givers:
            givers.append(credit.giver_id)
    people = await org_people.fetch_people(session, team.workspace_id, thanks)
    url = await workspaces.message_url(session, team.workspace_id)
    for receiver in (people[each] for each in thanks if each in people):
        if ShoutoutPreferences.of(receiver).is_told:
            post = cards.daily_note(team, list(thanks[receiver.id].items()), url)
            to, priority = receiver.dm, Priority.NUDGE
            await outbox.put(session, post, to=to, not_before=now, priority=priority, hours_of=team)


async def request_reread(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Have a channel that seems quiet read again before a question is asked there, as its data may be a day old."""
    if channel := await _lock_silent_channel(session, team, now):
        channel.is_stale = True
        key, at = f"team:{team.id}:break_silence", now + REREAD_DELAY
        await scheduler.put(session, job=BREAK_SILENCE, key=key, team=team, due_at=at, now=now)


async def ask_silent_channel(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Ask a question in a channel that has been reread and is still quiet."""
    channel = await _lock_silent_channel(session, team, now)
    if channel and not channel.is_stale:
        channel.asked_at = now
        post = nudges.quiet_question(now)
        await outbox.put(session, post, to=team.channel, not_before=now, priority=Priority.RITUAL, hours_of=team)


async def _lock_silent_channel(session: AsyncSession, team: Team, now: datetime) -> Channel | None:
    """Lock and return a team's channel, or None if people or the bot posted there recently."""
    channel = await channels.fetch_channel(session, team.workspace_id, team.channel_id, lock=True)
    if channel is None or not rules.is_channel_quiet(team, channel, now):
        return None
    return None if await outbox.has_posted_since(session, team.channel, since=now - BOT_QUIET_PERIOD) else channel


async def postponed_blocks(session: AsyncSession, person: Person) -> list[Block]:
    """Return the Home blocks of a person's postponed shout-outs."""
    kept = await queries.postponed_by(session, person.workspace_id, person.id)
    people = await org_people.fetch_people(
        session, person.workspace_id, {each for act in kept for each in act.receivers}
    )
    return postponed.postponed_sections(person, kept, people)


async def home_section(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """Return the Home blocks of a person's latest thanks and, for leaders and sponsors, of their teams' thanks."""
    person, blocks = visitor.person, []
    if visitor.seats:
        shown = SHOWN_TO_LEADERS if visitor.leads else SHOWN_AT_HOME
        received, _, names = await queries.latest_for_person(session, person.workspace_id, person.id, shown)
        blocks += lists.home_section(received, names, await workspaces.message_url(session, person.workspace_id))
    for team in [*visitor.leads, *visitor.sponsored]:
        latest, names = await queries.latest_in_team(session, team, queries.week_before(team, now), now, READ_AT_HOME)
        blocks += lists.team_at_home(team, latest, names)
    return blocks
