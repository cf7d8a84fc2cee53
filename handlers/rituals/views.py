"""Forms of rituals: what was picked is shown as dates, and only then it counts."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext

from bot.features.rituals import hosts, queries, recurrence, rules
from bot.features.rituals import packs as rituals_features_packs
from bot.features.rituals.hosts import WHOM
from bot.features.rituals.queries import DAY, NAME, PROMPTS, WORDS, Draft
from bot.features.rituals.recurrence import AT, OFTEN, WEEKDAY, Often, Recurrence
from bot.messages import callbacks
from bot.messages.rituals import cards, forms
from bot.messages.rituals import packs as rituals_packs
from bot.org.availability.working_hours import Day
from bot.org.teams import membership
from bot.org.workspaces import Address
from bot.slack import home
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean
from bot.slack.outbox import outbox
from bot.slack.post import Payload, payload
from bot.workflows.rituals import packs, plans
from handlers.payloads import form_values, parse_day
from handlers.rituals import lookups
from handlers.rituals.lookups import find_led_ritual, find_ritual, find_team


async def save_own_ritual(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    """The words of a team's own ritual are kept; the next form asks when."""
    who, about = (context.team_id or "", context.user_id or ""), view["private_metadata"]
    async with sessions.begin() as session:
        team, lead = await find_team(session, *who, about, lock=True)
        slug = about.partition(":")[2]
        known = await queries.find_ritual(session, team, slug) if slug else None
        ritual = await queries.save_own_ritual(session, team, lead, known, _parse_draft(view))
        if ritual.is_on:
            await plans.replan_ritual(session, team, ritual, now=now)
    await ack(response_action="update", view=payload(forms.when_form(team, ritual)))


def _parse_draft(view: Payload) -> Draft:
    filled = form_values(view)
    name, words, prompts = (filled[each] or "" for each in (NAME, WORDS, PROMPTS))
    return Draft(clean(name), words.strip(), [clean(each) for each in prompts.splitlines()])


async def preview_dates(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    """What was picked, as dates: nothing counts yet."""
    filled = form_values(view)
    often, weekday = (
        callbacks.choice(Often, filled[OFTEN]),
        callbacks.choice(Day, callbacks.number(filled[WEEKDAY])),
    )
    rule = recurrence.build_rule(Recurrence(often, weekday))
    at = callbacks.clock(filled[AT])
    async with sessions.reading() as session:
        team, _, ritual = await find_led_ritual(
            session, context.team_id or "", context.user_id or "", view["private_metadata"]
        )
        asked = await queries.upcoming_prompt(session, ritual, now, now=now)
    dates = plans.dates_if_on(team, rule, at, now=now)
    recurrence.check_working_hours(team, dates)
    await ack(response_action="update", view=payload(forms.confirm_dates_form(team, ritual, rule, at, dates, asked)))


async def save_times(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    """It counts from now on."""
    about, rule, said_at = map(str, callbacks.remembered(view["private_metadata"], "about", "rule", "at"))
    at = callbacks.clock(said_at)
    async with sessions.begin() as session:
        who = context.team_id or "", context.user_id or ""
        team, member, ritual = await find_ritual(session, *who, about, lock=True)
        await queries.turn_on(session, member, ritual, rule, at)
        await plans.replan_ritual(session, team, ritual, now=now)
        home.mark_changed(session, team.workspace_id, await membership.leaders_and_sponsor(session, team), now=now)
        dates = await plans.next_dates(session, team, ritual, now=now)
    await ack(response_action="update", view=payload(forms.saved_sheet(team, ritual, dates)))


async def pause(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        who = context.team_id or "", context.user_id or ""
        team, member, ritual = await find_ritual(session, *who, view["private_metadata"], lock=True)
        until = parse_day(form_values(view), DAY, team.zone, now) or rules.local_day(team, now)
        queries.pause(member, ritual, until, rules.local_day(team, now))
        await plans.replan_ritual(session, team, ritual, now=now)
        home.mark_changed(session, team.workspace_id, await membership.leaders_and_sponsor(session, team), now=now)
    await ack(response_action="update", view=payload(forms.paused_sheet(ritual)))


async def preview_pack_dates(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    """What was picked, as dates: nothing counts yet."""
    async with sessions.reading() as session:
        who = context.team_id or "", context.user_id or ""
        team, _, pack = await lookups.find_pack(session, *who, view["private_metadata"])
        picked = parse_day(form_values(view), DAY, team.zone, now) or rules.local_day(team, now)
        plan = await rituals_features_packs.plan_from_day(session, team, pack, picked, now=now)
    await ack(response_action="update", view=payload(rituals_packs.confirm_start_form(team, pack, plan, picked)))


async def start_pack(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    """It counts from now on."""
    picked, _, about = view["private_metadata"].partition(" ")
    async with sessions.begin() as session:
        who = context.team_id or "", context.user_id or ""
        team, member, pack = await lookups.find_pack(session, *who, about, lock=True)
        plan = await packs.start_pack(session, team, member, pack, callbacks.day(picked), now=now)
        home.mark_changed(session, team.workspace_id, await membership.leaders_and_sponsor(session, team), now=now)
    await ack(response_action="update", view=payload(rituals_packs.started_sheet(team, pack, plan)))


async def swap_turn(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        by, to = Address(context.team_id or "", context.user_id or ""), form_values(view)[WHOM]
        team, ritual, occasion = await lookups.find_run(session, by, callbacks.number(view["private_metadata"]))
        await hosts.swap_turn(session, team, occasion, by.conversation, to)
        swapped = cards.host_swapped(ritual, occasion, by.conversation, to)
        await outbox.edit(session, swapped, to=by, not_before=now)
        await plans.ask_host(session, team, ritual, occasion, by=by.conversation, now=now)
    await ack()
