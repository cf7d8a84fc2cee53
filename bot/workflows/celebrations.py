"""Celebrate good news, messages with many reactions, and spikes that ended early, each only once.

Only messages by people are celebrated, and never in a thread marked as grief. Slack delivers reactions late, twice and
out of order. Each row stores the time of its newest change; older changes are ignored.
"""

from datetime import datetime, timedelta
from statistics import median

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.celebrations import queries, rules
from bot.features.celebrations.models import Celebration, Way
from bot.features.celebrations.rules import GRIEF, LONGEST_WORDS, REACTION_PERIOD, WHAT, ReactionChange, WrittenMark
from bot.features.celebrations.settings import Settings
from bot.features.spikes import history, settings
from bot.features.spikes import queries as spikes_queries
from bot.features.spikes import stints as spikes_stints
from bot.features.spikes.models import Ended, Spike
from bot.messages import celebrations as messages
from bot.org import people
from bot.org.availability import good_moments, working_hours
from bot.org.teams.models import Team
from bot.refusals import common
from bot.scheduler.jobs import JobName
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.workflows import daily_limits, fun_tank
from bot.workflows.spikes.cards import reply_in_thread, schedule_job

DAILY_LIMIT = 3
"""How many celebrations each person may announce a day."""
LOOK_BACK = JobName("celebrations.look_back")
LONGEST_DELAY = timedelta(days=4)
"""How late a spike may still be celebrated."""
NOBODY = ""
REPLY_EXPIRY = timedelta(days=3)


async def record_reaction(session: AsyncSession, team: Team, seen: ReactionChange, *, now: datetime) -> None:
    """Record a reaction, and celebrate the message if it has now reached the threshold."""
    settings = Settings.of(team)
    if rules.sent_at(seen.ts) < now - REACTION_PERIOD or not await _is_by_people(session, team, seen):
        return
    message = await queries.lock_message(session, team, seen.channel_id, seen.ts)
    await queries.save_reaction(session, message, seen.user_id, seen.emoji, seen.event_ts, is_on=seen.is_on)
    glad = await queries.count_glad(session, message, settings)
    if glad < settings.reactions:
        return
    source = f"message:{seen.channel_id}:{seen.ts}"
    if made := await queries.add_once(session, team, Way.CHEERED, source=source, now=now):
        await outbox.comment(
            session, messages.many_reactions_reply(glad), ts=seen.ts, to=team.channel, now=now, hours_of=team,
            expires_at=now + REPLY_EXPIRY,
        )  # fmt: skip
        await _fill_tank(session, team, made, now)


async def record_unsuitable_message(session: AsyncSession, team: Team, said: WrittenMark) -> None:
    """Record a mark against celebrating a message, such as for grief, without the message's words or author.

    Grief applies to the whole thread: a reply also marks the message that it answers. Later replies in such a thread
    have no mark of their own (`said.mark` is empty) and count as grief.
    """
    mark = said.mark or GRIEF
    for ts in sorted({said.ts, said.thread or said.ts} if mark == GRIEF else {said.ts}):
        message = await queries.lock_message(session, team, said.channel_id, ts)
        await queries.save_reaction(session, message, NOBODY, mark, ts, is_on=True)


async def _is_by_people(session: AsyncSession, team: Team, seen: ReactionChange) -> bool:
    """Return whether the reaction is by a person in the workspace, to a message by a person."""
    known = await people.fetch_people(session, team.workspace_id, [seen.user_id, seen.author_id])
    reader, author = known.get(seen.user_id), known.get(seen.author_id)
    return reader is not None and reader.may_join and author is not None and not author.is_bot


async def celebrate(
    session: AsyncSession, team: Team, actor: Actor, words: str, delivery_id: str | None, *, now: datetime
) -> None:
    """Post a celebration in a person's own words, once per delivery; each person has a daily limit."""
    await daily_limits.count_use(session, *actor, "celebrations", DAILY_LIMIT, now)
    if not words:
        raise Refusal(common.NOTHING_TO_CELEBRATE, field=WHAT)
    if len(words) > LONGEST_WORDS:
        raise Refusal(common.celebration_too_long(LONGEST_WORDS), field=WHAT)
    if team.is_closed:
        raise Refusal(common.NOBODY_WOULD_HEAR)
    source, by = f"said:{delivery_id}", actor.person_id
    made = await queries.add_once(session, team, Way.SAID, source=source, person_id=by, words=words, now=now)
    if made is None:
        raise Refusal(common.CELEBRATED_ALREADY)
    await outbox.put(session, messages.card(made), to=team.channel, not_before=now)
    await _fill_tank(session, team, made, now)


async def plan_early_end_check(session: AsyncSession, team: Team, spike: Spike, *, now: datetime) -> None:
    """Schedule `celebrate_early_end` for the end of a spike's cooldown, when it can no longer be reopened."""
    if spike.resolved_at and Settings.of(team).spikes:
        later = spike.resolved_at + timedelta(minutes=settings.Settings.of(team).cooldown)
        await schedule_job(session, LOOK_BACK, team, spike, due_at=max(later, now), now=now)


async def celebrate_early_end(session: AsyncSession, team: Team, spike_id: int, *, now: datetime) -> None:
    """Celebrate a spike once, in the team's working hours, if it is still calm and ended early."""
    spike = await spikes_queries.lock_spike(session, spike_id)
    cooldown = timedelta(minutes=settings.Settings.of(team).cooldown)
    is_calm = spike.resolved_at and spike.ended_how != Ended.QUIET and now >= spike.resolved_at + cooldown
    if not is_calm or team.is_closed:
        return
    good = good_moments.next_good_moment(working_hours.team_hours(team), now)
    if good != now:
        if good and good - now < LONGEST_DELAY:
            await schedule_job(session, LOOK_BACK, team, spike, due_at=good, now=now)
        return
    past = await history.list_past_spikes(session, team, now=now)
    others = [each.minutes for each in past if each.opened_at != spike.opened_at and each.minutes is not None]
    minutes = max(1, round(((spike.resolved_at or now) - spike.opened_at).total_seconds() / 60))
    if rules.is_early(minutes, others):
        await _thank_for_early_end(session, team, spike, minutes, round(median(others)), now)


async def _thank_for_early_end(
    session: AsyncSession, team: Team, spike: Spike, minutes: int, usual: int, now: datetime
) -> None:
    made = await queries.add_once(session, team, Way.EARLY, source=f"spike:{spike.id}", now=now)
    if made is None:
        return
    await _fill_tank(session, team, made, now)
    stints = await spikes_stints.list_stints(session, spike)
    named = list(dict.fromkeys(each.person_id for each in stints if each.is_named))
    others = any(not each.is_named for each in stints)
    await reply_in_thread(session, team, spike, messages.early_end_reply(minutes, usual, named, others=others), now=now)


async def _fill_tank(session: AsyncSession, team: Team, made: Celebration, now: datetime) -> None:
    await fun_tank.record_celebration(session, team, f"celebration:{made.id}", now=now)
