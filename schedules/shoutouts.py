"""Shout-outs by the clock: the weekly summary, the day's quiet thanks, what was kept, and a question into silence."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, homes, places
from bot.directory import Address, Person
from bot.features.shoutouts import coverage, giving, reading
from bot.features.shoutouts import quiet as shoutouts_quiet
from bot.features.shoutouts.coverage import COVERAGE
from bot.features.shoutouts.quiet import LISTEN
from bot.features.shoutouts.settings import Own, Settings
from bot.features.shoutouts.tables import Credit, Place, Shoutout, Way
from bot.homes import Visitor
from bot.messages.shoutouts import cards, lists, nudges, postponed
from bot.nudges.rules import Rule
from bot.outbox import outbox
from bot.outbox.tables import Priority
from bot.places import Channel
from bot.teams.tables import Team
from bot.timetable import timetable
from bot.timetable.jobs import Job, JobName, daily, weekly
from bot.timetable.recurrence import FRIDAY, When, each_day, each_week
from bot.timetable.tables import Occurrence
from schedules import rituals, tank

STILL_COMING = timedelta(seconds=5)
"""What arrived this shortly before may not be committed yet; it is read out a week later rather than never."""
A_DAY = timedelta(days=1)
TO_READ_IT = timedelta(minutes=5)
BOTS_SILENCE = timedelta(days=2)
"""Where the bot has just posted, and perhaps asked something, it asks no question into the silence."""
SHOWN_AT_HOME, SHOWN_OF_TEAM, READ_AT_HOME = 5, 3, 10

Thanks = dict[str, dict[Place, list[str]]]
"""By receiver and message: from whom."""


async def post_round_up(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The week's thanks, and its wins where they come at that hour, as one post, which is the ritual's card."""
    ending = await rituals.with_round_up(session, team, due)
    start, end = due.since - STILL_COMING, due.at - STILL_COMING
    given, names = await reading.given_between(session, team, start, end)
    quiet = await reading.quiet_between(session, team, start, end) if given else 0
    post = lists.round_up(given, names, quiet, ending) if given else ending
    if post:
        await outbox.put(session, post, to=team.channel, not_before=due.at, priority=Priority.RITUAL, hours_of=team)


async def tell_quiet_thanks(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Each receiver hears once a day of the reactions that thanked them; who likes it quiet hears nothing."""
    thanks: Thanks = {}
    for credit, act in await reading.untold(session, team, due.since - A_DAY):
        credit.told_at = due.at
        _sort_in(thanks, credit, act)
    people = await directory.people(session, team.workspace_id, thanks)
    url = await directory.url(session, team.workspace_id)
    for receiver in (each for each in thanks if each in people and Own.of(people[each]).is_told):
        post = cards.bundle(list(thanks[receiver].items()), url)
        to = Address(team.workspace_id, receiver)
        await outbox.put(session, post, to=to, not_before=due.at, priority=Priority.NUDGE, hours_of=team)


def _sort_in(thanks: Thanks, credit: Credit, act: Shoutout) -> None:
    assert act.place  # noqa: S101
    givers = thanks.setdefault(credit.receiver_id, {}).setdefault(act.place, [])
    if credit.giver_id not in givers:
        givers.append(credit.giver_id)


async def give_kept(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Give what was kept for the morning; its giver hears whom it no longer reached, and of a card that can't be."""
    team, shoutout = await giving.one(session, team.workspace_id, due.about_id)
    if shoutout.given_at or shoutout.undone_at:
        return
    notes, gone = await giving.give_kept(session, team, shoutout, now=due.at)
    if gone:
        await _tell_unsent(session, team, shoutout, gone, now=due.at)
    if not shoutout.is_given:
        return
    if shoutout.has_card and team.is_closed:
        await _tell_without_card(session, team, shoutout, has_notes=bool(notes), now=due.at)
    url = await directory.url(session, team.workspace_id)
    await outbox.tell(session, cards.announced(shoutout, team, notes, url), now=due.at)
    homes.touch(session, team.workspace_id, [shoutout.giver_id, *shoutout.receivers], now=due.at)
    await tank.thanked(session, team, shoutout, now=due.at)
    if shoutout.way == Way.HEARD and shoutout.place:
        emoji = Settings.of(team).reaction
        await outbox.react(session, emoji, to=team.channel, ts=shoutout.place.ts, now=due.at)


async def _tell_unsent(
    session: AsyncSession, team: Team, shoutout: Shoutout, gone: Sequence[str], *, now: datetime
) -> None:
    people = await directory.people(session, team.workspace_id, gone)
    to, key = Address(team.workspace_id, shoutout.giver_id), f"unsent:{shoutout.id}"
    post = postponed.unsent(shoutout, gone, people)
    await outbox.put(session, post, to=to, not_before=now, key=key, hours_of=team)


async def _tell_without_card(
    session: AsyncSession, team: Team, shoutout: Shoutout, *, has_notes: bool, now: datetime
) -> None:
    people = await directory.people(session, team.workspace_id, shoutout.receivers)
    to, key = Address(team.workspace_id, shoutout.giver_id), f"without_card:{shoutout.id}"
    post = postponed.without_card(shoutout, team, people, has_notes=has_notes)
    await outbox.put(session, post, to=to, not_before=now, key=key, hours_of=team)


async def kept_blocks(session: AsyncSession, person: Person) -> list[Block]:
    """What somebody sees about themself of thanks they kept for later."""
    kept = await reading.kept_by(session, person.workspace_id, person.id)
    people = await directory.people(session, person.workspace_id, {each for act in kept for each in act.receivers})
    return postponed.kept_lines(person, kept, people)


async def at_home(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """One's own latest thanks; for those who look after a team, its latest too."""
    person, blocks = visitor.person, []
    if visitor.seats:
        received, _, names = await reading.latest_of(session, person.workspace_id, person.id, SHOWN_AT_HOME)
        blocks += lists.at_home(received, names, await directory.url(session, person.workspace_id))
    for team in [*visitor.leads, *visitor.sponsored]:
        latest, names = await reading.latest_in(session, team, reading.week_before(team, now), now, READ_AT_HOME)
        blocks += lists.lately(team, latest[:SHOWN_OF_TEAM], names)
    return blocks


async def look_whether_quiet(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """A channel that seems quiet is read anew first: what was seen of it may be a day old."""
    channel = await places.channel(session, team.workspace_id, team.channel_id, lock=True)
    if channel and await _is_silent(session, team, channel, due.at):
        channel.is_stale = True
        key, at = f"team:{team.id}:break_silence", due.at + TO_READ_IT
        await timetable.put(session, job=BREAK_SILENCE, key=key, team=team, due_at=at, now=due.at)


async def _is_silent(session: AsyncSession, team: Team, channel: Channel, now: datetime) -> bool:
    """People have long been silent, and the bot for some days."""
    if not shoutouts_quiet.is_quiet(team, channel, now):
        return False
    return not await outbox.has_spoken(session, team.channel, since=now - BOTS_SILENCE)


async def break_silence(session: AsyncSession, team: Team, due: Occurrence) -> None:
    channel = await places.channel(session, team.workspace_id, team.channel_id, lock=True)
    if channel and not channel.is_stale and await _is_silent(session, team, channel, due.at):
        channel.asked_at = due.at
        post = nudges.question(due.at)
        await outbox.put(session, post, to=team.channel, not_before=due.at, priority=Priority.RITUAL, hours_of=team)


def _summary(team: Team) -> When | None:
    chosen = Settings.of(team)
    return each_week(chosen.summary_day, chosen.summary_at) if chosen.summary else None


def _bundle(team: Team) -> When | None:
    chosen = Settings.of(team)
    return each_day(chosen.bundle_at) if chosen.bundle else None


def _question(team: Team) -> When | None:
    chosen = Settings.of(team)
    return each_day(chosen.quiet_at) if chosen.quiet else None


TIMETABLE = [
    weekly(
        FRIDAY,
        time(15),
        post_round_up,
        title="Weekly summary",
        told="the week's thanks are read out here, when there were any",
        late=timedelta(hours=3),
        chosen=_summary,
    ),
    daily(
        time(16),
        tell_quiet_thanks,
        title="The day's quiet thanks",
        told="whoever was thanked by a reaction gets one note, to them alone",
        late=timedelta(hours=6),
        chosen=_bundle,
    ),
    daily(
        time(10),
        look_whether_quiet,
        title="The question for a quiet channel",
        told="",
        late=timedelta(hours=6),
        chosen=_question,
    ),
]
BREAK_SILENCE = JobName("shoutouts.break_silence")
JOBS = [Job(give_kept), Job(break_silence)]
NUDGES = [
    Rule(COVERAGE, "whom nobody has thanked for a while", nudges.unseen, coverage.uncovered),
    Rule(LISTEN, "thanks in passing that could be a shout-out", nudges.in_passing),
]
