"""Handlers for forms of rituals. A schedule is first shown as dates, and saved only after confirmation."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slackblocks import ModalView

from bot.features.rituals import packs, queries, recurrence, rules
from bot.features.rituals.hosts import WHOM
from bot.features.rituals.queries import DAY, NAME, PROMPTS, WORDS, Draft
from bot.features.rituals.recurrence import AT, OFTEN, WEEKDAY, Frequency, Recurrence
from bot.messages import callbacks
from bot.messages.rituals import forms
from bot.messages.rituals import packs as rituals_packs
from bot.org.availability.working_hours import Day
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean
from bot.slack.post import Payload, payload
from bot.workflows.rituals import changes, hosts, plans
from handlers.payloads import form_values, parse_day
from handlers.rituals.lookups import find_own_ritual, find_pack, find_ritual


async def save_own_ritual(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Save the texts of a team's own ritual, and show the form for its schedule."""
    async with sessions.begin() as session:
        team, lead, known = await find_own_ritual(session, actor, view["private_metadata"], lock=True)
        ritual = await changes.save_own_ritual(session, team, lead, known, _parse_draft(view), now=now)
    await _show(ack, forms.when_form(team, ritual))


def _parse_draft(view: Payload) -> Draft:
    filled = form_values(view)
    name, words, prompts = (filled[each] or "" for each in (NAME, WORDS, PROMPTS))
    return Draft(clean(name), words.strip(), [clean(each) for each in prompts.splitlines()])


async def preview_dates(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Show the dates of the schedule picked for a ritual, without saving it."""
    filled = form_values(view)
    often, weekday = (
        callbacks.parse_choice(Frequency, filled[OFTEN]),
        callbacks.parse_choice(Day, callbacks.number(filled[WEEKDAY])),
    )
    rule, at = recurrence.build_rule(Recurrence(often, weekday)), callbacks.clock(filled[AT])
    async with sessions.reading() as session:
        team, member, ritual = await find_ritual(session, actor, view["private_metadata"])
        member.must_lead()
        asked = await queries.upcoming_prompt(session, ritual, now, now=now)
    dates = plans.dates_if_on(team, rule, at, now=now)
    recurrence.check_working_hours(team, dates)
    await _show(ack, forms.confirm_dates_form(team, ritual, rule, at, dates, asked))


async def save_times(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Save a ritual's confirmed schedule."""
    about, rule, at = map(str, callbacks.parse_metadata(view["private_metadata"], "about", "rule", "at"))
    async with sessions.begin() as session:
        team, lead, ritual = await find_ritual(session, actor, about, lock=True)
        await changes.turn_on(session, team, lead, ritual, rule=rule, at=callbacks.clock(at), now=now)
        dates = await plans.next_dates(session, team, ritual, now=now)
    await _show(ack, forms.saved_sheet(team, ritual, dates))


async def pause(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        team, lead, ritual = await find_ritual(session, actor, view["private_metadata"], lock=True)
        until = parse_day(form_values(view), DAY, team.zone, now)
        await changes.pause(session, team, lead, ritual, until, now=now)
    await _show(ack, forms.paused_sheet(ritual))


async def preview_pack_dates(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Show the dates of a pack of rituals from the picked start, without saving them."""
    async with sessions.reading() as session:
        team, _, pack = await find_pack(session, actor, view["private_metadata"])
        picked = parse_day(form_values(view), DAY, team.zone, now) or rules.local_day(team, now)
        plan = await packs.plan_from_day(session, team, pack, picked, now=now)
    await _show(ack, rituals_packs.confirm_start_form(team, pack, plan, picked))


async def start_pack(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Start a pack of rituals on the confirmed dates."""
    picked, _, about = view["private_metadata"].partition(" ")
    async with sessions.begin() as session:
        team, lead, pack = await find_pack(session, actor, about, lock=True)
        plan = await changes.start_pack(session, team, lead, pack, callbacks.day(picked), now=now)
    await _show(ack, rituals_packs.started_sheet(team, pack, plan))


async def swap_turn(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        run_id = callbacks.number(view["private_metadata"])
        await hosts.swap_turn(session, actor, run_id, form_values(view)[WHOM], now=now)
    await ack()


async def _show(ack: AsyncAck, view: ModalView) -> None:
    """Replace the submitted form with the next form or sheet."""
    await ack(response_action="update", view=payload(view))
