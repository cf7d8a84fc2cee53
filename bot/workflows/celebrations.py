"""Celebrate: in somebody's words, a message that many are glad about, a spike that was over early. Each once.

A message is a person's, and never one where somebody grieves. Slack tells of reactions late, twice and out of
order. Each keeps the time of its newest change; what is older changes nothing.
"""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserError
from bot.features.celebrations import queries, rules
from bot.features.celebrations.models import Celebration, Way
from bot.features.celebrations.queries import add_once
from bot.features.celebrations.rules import GRIEF, LONGEST_WORDS, REACTION_PERIOD, WHAT, ReactionChange, WrittenMark
from bot.features.celebrations.settings import Settings
from bot.features.spikes import settings
from bot.features.spikes import stints as spikes_stints
from bot.features.spikes.models import Spike
from bot.messages import celebrations as messages
from bot.org import people
from bot.org.teams.models import Team
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.text.normalization import normalize_emoji
from bot.workflows import fun_tank
from bot.workflows.spikes.cards import ABOUT_SPIKE, reply_in_thread, schedule_job

NOBODY = ""


async def record_reaction(
    session: AsyncSession, team: Team, seen: ReactionChange, *, now: datetime
) -> tuple[Celebration, int] | None:
    """Keep a reaction; the celebration, and how many people are glad, when it was the one that was missing."""
    settings = Settings.of(team)
    if (
        not settings.reactions
        or rules.sent_at(seen.ts) < now - REACTION_PERIOD
        or not await _is_by_people(session, team, seen)
    ):
        return None
    message = await queries.lock_message(session, team, seen.channel_id, seen.ts)
    await queries.save_cheer(
        session, message, seen.user_id, normalize_emoji(seen.emoji), seen.event_ts, is_on=seen.is_on
    )
    glad = await queries.count_glad(session, message, settings)
    if glad < settings.reactions:
        return None
    source = f"message:{seen.channel_id}:{seen.ts}"
    made = await add_once(session, team, Way.CHEERED, source=source, now=now)
    return (made, glad) if made else None


async def record_mark(session: AsyncSession, team: Team, said: WrittenMark) -> None:
    """Keep what words say against a celebration, but neither the words nor who wrote them.

    Grief is meant for the whole thread: a reply marks the message that it answers, and what is written there later
    comes here without a mark of its own.
    """
    mark = said.mark or GRIEF
    for ts in sorted({said.ts, said.thread or said.ts} if mark == GRIEF else {said.ts}):
        message = await queries.lock_message(session, team, said.channel_id, ts)
        await queries.save_cheer(session, message, NOBODY, mark, ts, is_on=True)


async def _is_by_people(session: AsyncSession, team: Team, seen: ReactionChange) -> bool:
    """Whether the reaction is somebody's of the workspace, and under a person's message."""
    known = await people.fetch_people(session, team.workspace_id, [seen.user_id, seen.author_id])
    reader, author = known.get(seen.user_id), known.get(seen.author_id)
    return reader is not None and reader.may_join and author is not None and not author.is_bot


async def record_celebration(
    session: AsyncSession, team: Team, person_id: str, words: str, *, source: str, now: datetime
) -> Celebration:
    """Somebody celebrates something."""
    if not words:
        raise UserError("Say what there is to celebrate, like `/funtank celebrate the backlog is at zero`.", field=WHAT)
    if len(words) > LONGEST_WORDS:
        raise UserError(f"That is long; {LONGEST_WORDS} characters are the most I can say at once.", field=WHAT)
    if team.is_closed:
        raise UserError("That team's channel is archived, or I was taken out of it, so nobody would hear you.")
    made = await queries.add_once(session, team, Way.SAID, source=source, person_id=person_id, words=words, now=now)
    if made is None:
        raise UserError("That is celebrated already. Thank you for saying it!")
    return made


async def plan_look_back(session: AsyncSession, team: Team, spike: Spike, *, now: datetime) -> None:
    """A spike has ended: look back at it when its queue can no longer go on with the same card."""
    if spike.resolved_at and Settings.of(team).spikes:
        later = spike.resolved_at + timedelta(minutes=settings.Settings.of(team).cooldown)
        await schedule_job(session, LOOK_BACK, team, About(ABOUT_SPIKE, spike.id), due_at=max(later, now), now=now)


async def thank_for_early_end(
    session: AsyncSession, team: Team, spike: Spike, minutes: int, usual: int, *, now: datetime
) -> None:
    made = await queries.add_once(session, team, Way.EARLY, source=f"spike:{spike.id}", now=now)
    if made is None:
        return
    await fun_tank.record_celebration(session, team, f"celebration:{made.id}", now=now)
    stints = await spikes_stints.list_stints(session, spike)
    named = list(dict.fromkeys(each.person_id for each in stints if each.is_named))
    others = any(not each.is_named for each in stints)
    await reply_in_thread(session, team, spike, messages.early_end(minutes, usual, named, others=others), now=now)


def spike_minutes(spike: Spike) -> int:
    ended = spike.resolved_at or spike.heard_at
    return max(1, round((ended - spike.opened_at).total_seconds() / 60))


LOOK_BACK = JobName("celebrations.look_back")
