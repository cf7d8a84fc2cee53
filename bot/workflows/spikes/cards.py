"""The card of a spike, edited only when its content changes, its thread and its scheduled jobs."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.features.heads_ups import queries as heads_ups_queries
from bot.features.spikes import queries as spikes_queries
from bot.features.spikes import stints
from bot.features.spikes.models import Spike, Stint
from bot.messages.heads_ups import cards as heads_ups_cards
from bot.messages.spikes import cards
from bot.org import people
from bot.org.teams.models import Team
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.slack.post import Post

ABOUT: dict[type[Spike | Stint], str] = {Spike: "spike", Stint: "stint"}
"""Kinds by which scheduled jobs refer to a row."""
ASK_NEXT = JobName("spikes.ask_next")


async def update_card(session: AsyncSession, team: Team, spike: Spike, *, now: datetime) -> None:
    """Post the card of a spike, or edit it if its content has changed."""
    called_by = [spike.caller_id] if spike.caller_id else []
    reporter = next(iter((await people.fetch_people(session, team.workspace_id, called_by)).values()), None)
    helped, part_of = await stints.list_stints(session, spike), await _describe_heads_ups(session, team, spike, now)
    post = cards.card(team, spike, helped, reporter, part_of)
    shown = cards.digest(post)
    if shown == spike.shown:
        return
    if spike.shown:
        await outbox.edit(session, post, to=team.channel, not_before=now)
    else:
        await outbox.put(session, post, to=team.channel, not_before=now, priority=Priority.URGENT)
    spike.shown = shown


async def _describe_heads_ups(session: AsyncSession, team: Team, spike: Spike, now: datetime) -> str:
    """Return the line about the heads-ups that hold now for a spike's queue; empty if there are none."""
    current = [] if spike.is_over else await heads_ups_queries.list_current(session, team, now=now)
    return heads_ups_cards.spike_line([each for each in current if each.covers(spike.queue)])


async def update_open_cards(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Update the cards of a team's open spikes, because a heads-up has begun, ended or changed."""
    for spike_id in sorted(each.id for each in await spikes_queries.list_open_spikes(session, team)):
        spike = await locks.lock_row(session, Spike, spike_id, refresh=True)
        if spike:
            await update_card(session, team, spike, now=now)


async def reply_in_thread(
    session: AsyncSession, team: Team, spike: Spike, post: Post, *, aloud: bool = False, now: datetime
) -> None:
    """Reply in the thread of the spike's card; with `aloud`, also show the reply in the channel."""
    await outbox.reply(session, post, under=cards.card_name(spike), to=team.channel, aloud=aloud, now=now)


async def schedule_job(
    session: AsyncSession, job: JobName, team: Team, row: Spike | Stint, *, due_at: datetime, now: datetime
) -> None:
    """Schedule a job about a row, once for each due time. A job that is no longer wanted does nothing when it runs."""
    about = About(ABOUT[type(row)], row.id)
    key = f"{about.kind}:{about.id}:{job}:{due_at.isoformat()}"
    await scheduler.put(session, job=job, key=key, team=team, about=about, due_at=due_at, now=now)
