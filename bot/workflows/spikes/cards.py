"""What a spike's steps share: its card, edited only when it says something else, its thread, its jobs."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.spikes import stints
from bot.features.spikes.models import Ask, Spike, Stint
from bot.messages.spikes import cards
from bot.org import people
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.slack.post import Post

ABOUT: dict[type[Spike | Ask | Stint], str] = {Spike: "spike", Ask: "spike_ask", Stint: "stint"}
"""What a scheduled job calls the row that it is about."""
ASK_NEXT = JobName("spikes.ask_next")
RECHECK_INTERVAL = timedelta(minutes=1)


async def update_card(session: AsyncSession, team: Team, spike: Spike, *, now: datetime) -> None:
    """Post the card, or edit it where what it says has changed."""
    called_by = [spike.caller_id] if spike.caller_id else []
    reporter = next(iter((await people.fetch_people(session, team.workspace_id, called_by)).values()), None)
    post = cards.card(team, spike, await stints.list_stints(session, spike), reporter)
    shown = cards.digest(post)
    if shown == spike.shown:
        return
    if spike.shown:
        await outbox.edit(session, post, to=team.channel, not_before=now)
    else:
        await outbox.put(session, post, to=team.channel, not_before=now, priority=Priority.URGENT)
    spike.shown = shown


async def reply_in_thread(
    session: AsyncSession, team: Team, spike: Spike, post: Post, *, aloud: bool = False, now: datetime
) -> None:
    """Add to its story, in the card's thread; `aloud` in the channel as well."""
    await outbox.reply(session, post, under=cards.card_name(spike), to=team.channel, aloud=aloud, now=now)


async def answer_deadline(
    session: AsyncSession, card: str, to: Address, *, since: datetime, wait: timedelta, now: datetime
) -> datetime:
    """Return when somebody's time to answer a question of `since` ends; it begins as the question reaches them.

    One that Slack does not take, or that waits for a good moment of theirs, is not waited for. It may reach Slack
    between two reads, so whether it is on its way is asked first.
    """
    if await outbox.is_on_its_way(session, card, to=to):
        return now + RECHECK_INTERVAL
    if said_at := await outbox.said_at(session, card, to=to, since=since):
        return said_at + wait
    return since + wait if await outbox.is_said(session, card, to=to) else now


async def may_still_answer(
    session: AsyncSession, job: JobName, team: Team, row: Ask | Stint, card: str, person_id: str, *,
    since: datetime, wait: timedelta, now: datetime,
) -> bool:  # fmt: skip
    """Tell whether somebody has time left to answer a question; then `job` comes again when that ends."""
    to = Address(team.workspace_id, person_id)
    until = await answer_deadline(session, card, to, since=since, wait=wait, now=now)
    if until > now:
        await schedule_job(session, job, team, row, due_at=until, now=now)
    return until > now


async def schedule_job(
    session: AsyncSession, job: JobName, team: Team, row: Spike | Ask | Stint, *, due_at: datetime, now: datetime
) -> None:
    """Schedule a job about a row, one for each due instant. One that is not wanted any more by then does nothing."""
    about = About(ABOUT[type(row)], row.id)
    key = f"{about.kind}:{about.id}:{job}:{due_at.isoformat()}"
    await scheduler.put(session, job=job, key=key, team=team, about=about, due_at=due_at, now=now)
