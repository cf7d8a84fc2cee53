"""A ritual comes, or kindly not: an open spike comes first, and the ritual waits or is let go for the day."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.rituals import coffee as rituals_coffee
from bot.features.rituals import hosts, queries
from bot.features.rituals.models import Ritual, RitualRun, RunState
from bot.features.shoutouts.settings import Settings
from bot.features.spikes import queries as spikes_queries
from bot.messages.rituals import cards
from bot.org.availability import moment, working_hours
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.scheduler.models import Occurrence
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows import fun_tank
from bot.workflows.rituals import cards as rituals_cards
from bot.workflows.rituals import coffee, plans, quiz
from bot.workflows.rituals.plans import OPEN_MOVED_RUN

A_MINUTE = timedelta(minutes=1)
RETRY_INTERVAL = timedelta(minutes=30)
WITH_ROUND_UP = "wins"
"""The ritual that ends the weekly summary where both come at that hour."""
PREPARED_BY: dict[str, Callable[[AsyncSession, Team, RitualRun], Awaitable[bool]]] = {
    "coffee": rituals_coffee.pair_people
}
"""What is settled once, as a ritual comes; where it cannot be, the ritual is let go without a word."""
FOLLOWED_BY: dict[str, Callable[..., Awaitable[None]]] = {"coffee": coffee.notify_pairs}
"""What people hear by DM once a ritual has come."""


async def take_part(session: AsyncSession, team: Team, occasion_id: int, person_id: str, *, now: datetime) -> None:
    """Once a person and ritual, however they took part."""
    if await queries.record_participation(session, team, occasion_id, person_id):
        await fun_tank.record_ritual_part(session, team, occasion_id, person_id, now=now)


async def _start_hosting(session: AsyncSession, team: Team, ritual: Ritual, occasion: RitualRun, now: datetime) -> None:
    """Take the buttons off the card of the person asked to host, and host without them if they are away."""
    asked = occasion.host_id
    if asked is None:
        return
    if not await hosts.can_still_host(session, team, occasion, asked):
        occasion.host_id = None
    post = cards.host_started(team, ritual, occasion, asked)
    await outbox.withdraw(session, post, to=Address(occasion.workspace_id, asked), now=now)


async def open_or_give_way(
    session: AsyncSession, team: Team, ritual: Ritual, occasion: RitualRun, *, now: datetime
) -> None:
    if not occasion.is_ahead:
        return
    if await spikes_queries.list_open_spikes(session, team):
        await _give_way(session, team, ritual, occasion, now=now)
        return
    if occasion.state == RunState.WAITING:
        await outbox.delete(session, cards.waiting_line(ritual, occasion).card or "", to=team.channel, now=now)
    if comes := await _open_run(session, team, ritual, occasion, now=now):
        await rituals_cards.post_today(session, team, comes, now=now)


async def open_with_round_up(session: AsyncSession, team: Team, due: Occurrence) -> Post | None:
    """The wins of the week, if they come now: the round-up says them, and they do not come by themselves."""
    if not moment.is_good(working_hours.team_hours(team), due.at) or await spikes_queries.list_open_spikes(
        session, team
    ):
        return None
    for at, day, ritual in await plans.coming_runs(session, team, due.at - A_MINUTE, due.at):
        if at != due.at or ritual.slug != WITH_ROUND_UP:
            continue
        planned = await queries.find_run_on(session, ritual, day) or await queries.plan_run(
            session, team, ritual, day, at
        )
        _, occasion = await queries.find_run(session, team.workspace_id, planned.id)
        if occasion.state == RunState.PLANNED and ritual.comes_on(day):
            return await _open_run(session, team, ritual, occasion, now=due.at)
    return None


def ends_round_up(team: Team, ritual: Ritual, at: datetime) -> bool:
    local, chosen = at.astimezone(ZoneInfo(team.zone)), Settings.of(team)
    comes_now = chosen.summary and (local.weekday(), local.time()) == (chosen.summary_day, chosen.summary_at)
    return ritual.slug == WITH_ROUND_UP and comes_now


async def _open_run(
    session: AsyncSession, team: Team, ritual: Ritual, occasion: RitualRun, *, now: datetime
) -> Post | None:
    """It comes now; None when there is nothing to say after all."""
    occasion.starts_at = now
    if ritual.slug in PREPARED_BY and not await PREPARED_BY[ritual.slug](session, team, occasion):
        await plans.release_host(session, ritual, occasion, now=now)
        occasion.state = RunState.LET_GO
        return None
    await _start_hosting(session, team, ritual, occasion, now)
    occasion.state = RunState.SAID
    await quiz.schedule_reveal(session, team, ritual, occasion, now=now)
    if ritual.slug in FOLLOWED_BY:
        await FOLLOWED_BY[ritual.slug](session, team, occasion, now=now)
    return await rituals_cards.build_card(session, team, ritual, occasion)


async def _give_way(session: AsyncSession, team: Team, ritual: Ritual, occasion: RitualRun, *, now: datetime) -> None:
    """The queue comes first: one line, which says later what became of it."""
    later = now + RETRY_INTERVAL
    if moment.lasts(working_hours.team_hours(team), later, RETRY_INTERVAL):
        await schedule_run(session, team, occasion, later, now=now)
        if occasion.state == RunState.PLANNED:
            occasion.state = RunState.WAITING
            await rituals_cards.post_today(session, team, cards.waiting_line(ritual, occasion), now=now)
        return
    await plans.release_host(session, ritual, occasion, now=now)
    has_waited, occasion.state = occasion.state == RunState.WAITING, RunState.LET_GO
    again = next(
        (at for at in await plans.next_dates(session, team, ritual, now=now) if at > now + RETRY_INTERVAL), None
    )
    line = cards.let_go_line(team, ritual, occasion, again)
    if has_waited:
        await outbox.edit(session, line, to=team.channel, not_before=now)
    else:
        await rituals_cards.post_today(session, team, line, now=now)


async def schedule_run(session: AsyncSession, team: Team, occasion: RitualRun, at: datetime, *, now: datetime) -> None:
    await rituals_cards.schedule_about_run(session, team, occasion, at, OPEN_MOVED_RUN, now=now)
