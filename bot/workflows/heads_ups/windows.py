"""Announce, change and call off heads-ups. Whatever hangs on one follows: card, jobs, booked hours, ritual."""

from collections.abc import Mapping
from datetime import date, datetime

from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.heads_ups import queries, rules
from bot.features.heads_ups.models import HeadsUp
from bot.features.heads_ups.queries import Rota
from bot.features.heads_ups.rules import Draft
from bot.features.spikes.settings import Settings
from bot.messages.heads_ups import cards as messages
from bot.messages.heads_ups import forms
from bot.messages.heads_ups.cards import Bookings
from bot.org import people
from bot.org.availability import good_moments, working_hours
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.refusals import common
from bot.refusals import heads_ups as refusals
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows.heads_ups import cards
from bot.workflows.rituals import cards as rituals_cards
from bot.workflows.rituals import plans
from bot.workflows.spikes import cards as spikes_cards

QUESTION = "question"
"""The ritual that can be planned for the working day before."""


async def build_form(session: AsyncSession, actor: Actor, team: Team, title: str, *, now: datetime) -> ModalView:
    """Return the form of a new heads-up. Raises `Refusal` unless the person leads the team."""
    await cards.check_leads(session, team, actor.person_id)
    _check_channel(team)
    reader = await people.fetch_person(session, *actor)
    morning = good_moments.next_morning(working_hours.team_hours(team), now)
    return forms.new_form(team, Settings.of(team).queues, reader, reader.local(morning).date(), title)


def _check_channel(team: Team) -> None:
    if team.is_closed:
        raise Refusal(common.NOBODY_WOULD_HEAR, field=rules.TITLE)


async def announce(
    session: AsyncSession, actor: Actor, team_id: int, draft: Draft, *, with_ritual: bool, now: datetime
) -> HeadsUp:
    """Store a heads-up, and post its card in the channel.

    Raises `Refusal` unless the person leads the team, and for a draft that cannot be announced.
    """
    team = await membership.lock_team(session, team_id)
    if team is None or team.workspace_id != actor.workspace_id:
        raise Refusal(common.TEAM_GONE)
    await cards.check_leads(session, team, actor.person_id)
    _check_channel(team)
    rules.check_draft(draft, Settings.of(team).queues, now=now)
    if len(await queries.list_unfinished(session, team, now=now)) >= rules.MOST_AHEAD:
        raise Refusal(refusals.too_many(rules.MOST_AHEAD), field=rules.TITLE)
    found = HeadsUp(
        team.workspace_id, team.id, actor.person_id, draft.title, [*draft.queues], draft.starts_at, draft.ends_at,
        draft.link, draft.words, draft.cover, has_ritual=with_ritual,
    )  # fmt: skip
    session.add(found)
    await session.flush()
    await _replan_ritual(session, found, team, _ritual_day(found, team), now=now)
    await cards.post_card(session, found, team, now=now)
    await cards.schedule_jobs(session, found, team, now=now)
    await spikes_cards.update_open_cards(session, team, now=now)
    await rituals_cards.update_kickoff(session, team, now=now)
    return found


async def build_change_form(
    session: AsyncSession, actor: Actor, heads_up_id: int, named: Mapping[str, str], *, now: datetime
) -> ModalView:
    """Return the form that changes a heads-up. `named` has the names of the people and channels that it mentions."""
    found, team = await cards.find_led(session, actor, heads_up_id, now=now)
    reader = await people.fetch_person(session, *actor)
    return forms.change_form(found, _known_queues(found, team), reader, named)


def _known_queues(found: HeadsUp, team: Team) -> list[str]:
    """Return the queues that a heads-up may name: the team's, and those that it names already."""
    return [*dict.fromkeys([*Settings.of(team).queues, *found.queues])]


async def change(
    session: AsyncSession, actor: Actor, heads_up_id: int, draft: Draft, *, with_ritual: bool, now: datetime
) -> None:
    """Change a heads-up, and reschedule everything that depends on its times.

    If its times change, hours outside of them are freed, and everybody who had booked is told once. Raises as
    `announce` does, and `AnswerTooLate` if it is over.
    """
    found, team = await cards.find_led(session, actor, heads_up_id, lock=True, now=now)
    rules.check_draft(draft, _known_queues(found, team), now=now)
    asked_on = _ritual_day(found, team)
    has_moved = (found.starts_at, found.ends_at) != (draft.starts_at, draft.ends_at)
    found.title, found.queues, found.link, found.words = draft.title, [*draft.queues], draft.link, draft.words
    found.starts_at, found.ends_at, found.cover = draft.starts_at, draft.ends_at, draft.cover
    found.has_ritual = with_ritual
    await session.flush()
    if (asks_on := _ritual_day(found, team)) != asked_on:
        await _replan_ritual(session, found, team, asks_on, now=now)
    if has_moved:
        await _free_hours_outside(session, actor, found, team, now=now)
        await cards.close_reminders(session, found, for_all=True, now=now)
    await _follow(session, found, team, now=now)


async def build_cancel_form(session: AsyncSession, actor: Actor, heads_up_id: int, *, now: datetime) -> ModalView:
    found, team = await cards.find_led(session, actor, heads_up_id, now=now)
    return forms.cancel_form(found, len(_by_person(await _load_ahead(session, found, team, now=now))))


async def cancel(session: AsyncSession, actor: Actor, heads_up_id: int, *, now: datetime) -> None:
    """Call a heads-up off: its limits, jobs, ritual and hours end, and everybody who had booked is told once."""
    found, team = await cards.find_led(session, actor, heads_up_id, lock=True, now=now)
    found.cancelled_at = now
    await _replan_ritual(session, found, team, None, now=now)
    rota = await _load_ahead(session, found, team, now=now)
    await queries.free(session, found, rota)
    for person_id, hours in _by_person(rota).items():
        note = messages.called_off_note(found, team, actor.person_id, Bookings(freed=hours))
        await _tell(session, team, person_id, note, now=now)
    await cards.end_reminders(session, found, now=now)
    await _follow(session, found, team, now=now)


async def _follow(session: AsyncSession, found: HeadsUp, team: Team, *, now: datetime) -> None:
    await cards.update_card(session, found, team, now=now)
    await cards.schedule_jobs(session, found, team, now=now)
    await spikes_cards.update_open_cards(session, team, now=now)
    await rituals_cards.update_kickoff(session, team, now=now)


async def _free_hours_outside(
    session: AsyncSession, actor: Actor, found: HeadsUp, team: Team, *, now: datetime
) -> None:
    """Free the hours that are outside a heads-up's new times, and tell everybody who had booked any."""
    before = await _load_ahead(session, found, team, now=now)
    inside = set(cards.list_future_hours(found, team, now=now))
    await queries.free(session, found, before.keys() - inside)
    for person_id, hours in _by_person(before).items():
        theirs = Bookings([each for each in hours if each in inside], [each for each in hours if each not in inside])
        note = messages.changed_note(found, team, actor.person_id, theirs)
        await _tell(session, team, person_id, note, now=now)


async def _load_ahead(session: AsyncSession, found: HeadsUp, team: Team, *, now: datetime) -> Rota:
    """Return who has booked which hours that have not ended."""
    rota = await queries.load_rota(session, found)
    return {hour: rota[hour] for hour in rota if hour + rules.HOUR > now}


def _by_person(rota: Rota) -> dict[str, list[datetime]]:
    """Return the hours that each person has booked, by person id."""
    found: dict[str, list[datetime]] = {}
    for hour in sorted(rota):
        for person_id in rota[hour]:
            found.setdefault(person_id, []).append(hour)
    return dict(sorted(found.items()))


async def _tell(session: AsyncSession, team: Team, person_id: str, note: Post, *, now: datetime) -> None:
    await outbox.put(session, note, to=Address(team.workspace_id, person_id), not_before=now, hours_of=team)


async def _replan_ritual(
    session: AsyncSession, found: HeadsUp, team: Team, wanted: date | None, *, now: datetime
) -> None:
    """Cancel the question that was planned for the working day before, and plan one for the day `wanted`."""
    if found.ritual_run_id:
        await plans.cancel_extra_run(session, team, found.ritual_run_id, now=now)
    found.has_ritual, found.ritual_run_id = wanted is not None, None
    if wanted:
        found.ritual_run_id = await plans.plan_extra_run(session, team, QUESTION, wanted, field=rules.RITUAL, now=now)
    await session.flush()


def _ritual_day(found: HeadsUp, team: Team) -> date | None:
    """Return the day on which the question is wanted, if it is."""
    return rules.find_eve(working_hours.team_hours(team), found.starts_at) if found.has_ritual else None
