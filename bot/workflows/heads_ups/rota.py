"""The hours of a heads-up: leaders book them and give them back, and leaders who leave lose theirs."""

from collections.abc import Collection
from datetime import datetime

from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.heads_ups import queries, rules
from bot.features.heads_ups.models import HeadsUp
from bot.features.heads_ups.queries import Rota
from bot.messages.heads_ups import forms
from bot.messages.times import short
from bot.org import people
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.refusals import heads_ups as refusals
from bot.slack.dispatcher import Actor
from bot.workflows.heads_ups import cards


async def build_form(session: AsyncSession, actor: Actor, heads_up_id: int, *, now: datetime) -> ModalView:
    """Return the form in which a leader books hours. Raises `Refusal` if there is no hour to book or give back."""
    found, team = await cards.find_led(session, actor, heads_up_id, now=now)
    rota = await queries.load_rota(session, found)
    hours = cards.list_future_hours(found, team, now=now)
    own = sorted(_list_own(rota, actor, now=now))
    free = [hour for hour in cards.list_free(found, hours, rota) if hour not in own]
    if not own and not free:
        raise Refusal(refusals.NO_HOURS if hours else refusals.NO_WORKING_HOURS)
    return forms.cover_form(found, free, own, await people.fetch_person(session, *actor))


async def book(
    session: AsyncSession, actor: Actor, heads_up_id: int, chosen: Collection[datetime], *, now: datetime
) -> None:
    """Make these hours the ones that a leader covers: book the new ones, and give back the others.

    Raises `Refusal` for an hour that enough others have booked, or that is not part of the heads-up, and for too many
    hours.
    """
    found, team = await cards.find_led(session, actor, heads_up_id, lock=True, now=now)
    rota, hours = await queries.load_rota(session, found), set(cards.list_future_hours(found, team, now=now))
    own = _list_own(rota, actor, now=now)
    if len(chosen) > rules.MOST_BOOKED:
        raise Refusal(refusals.too_many_hours(rules.MOST_BOOKED), field=rules.HOURS)
    await _check_free(session, actor, found, {*chosen} - own, hours, rota)
    await queries.free(session, found, own - {*chosen}, actor.person_id)
    await queries.book(session, found, actor.person_id, {*chosen} - own)
    await cards.update_card(session, found, team, now=now)
    if chosen:
        is_covered = hours <= (await queries.load_rota(session, found)).keys()
        await cards.close_reminders(session, found, by=actor.person_id, for_all=is_covered, now=now)


def _list_own(rota: Rota, actor: Actor, *, now: datetime) -> set[datetime]:
    """Return the hours that a leader has booked and that have not ended, even outside today's working hours."""
    return {hour for hour in rota if actor.person_id in rota[hour] and hour + rules.HOUR > now}


async def _check_free(
    session: AsyncSession, actor: Actor, found: HeadsUp, wanted: Collection[datetime], hours: Collection[datetime],
    rota: Rota,
) -> None:  # fmt: skip
    free = cards.list_free(found, hours, rota)
    if refused := [hour for hour in sorted(wanted) if hour not in free]:
        refuse = refusals.hour_taken if refused[0] in hours else refusals.hour_outside
        reader = await people.fetch_person(session, *actor)
        raise Refusal(refuse(short(refused[0], reader)), field=rules.HOURS)


async def free_former_leaders(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Free the hours that people who no longer lead the team have booked, and update the cards."""
    leaders = [each.user_id for each in await membership.leaders(session, team)]
    for found in await queries.list_unfinished(session, team, now=now):
        if await queries.free_hours_of_others(session, found, leaders, since=now):
            await cards.update_card(session, found, team, now=now)
