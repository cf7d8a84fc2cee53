"""When a ritual comes, in plain words: a form, then the next dates, and only then it counts."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import homes
from bot.features.rituals import keeping, occasions, when
from bot.features.rituals.keeping import NAME, PROMPTS, WORDS, Draft
from bot.features.rituals.tables import Ritual
from bot.features.rituals.when import AT, OFTEN, WEEKDAY, Often, When
from bot.hours.routine import Day
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages import handed_back
from bot.messages.post import Payload, payload
from bot.messages.rituals import forms
from bot.messages.rituals.names import CHANGE, NEW, ON, OWN_FORM, SURE_FORM, WHEN_FORM
from bot.messages.text import clean
from bot.teams import membership
from handlers.forms import answers
from handlers.funtank.finding import led, of, place
from handlers.presses import pressed
from schedules import rituals as schedule


def register(on: Listeners) -> None:
    on.action(ON)(open_when)
    on.action(CHANGE)(open_change)
    on.action(NEW)(open_new)
    on.view(OWN_FORM)(write)
    on.view(WHEN_FORM)(look)
    on.view(SURE_FORM)(keep)


async def open_when(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    async with sessions.reading() as session:
        team, _, ritual = await led(session, body["team"]["id"], body["user"]["id"], pressed(body))
    await client.views_open(trigger_id=body["trigger_id"], view=payload(forms.when_form(team, ritual)))
    await ack()


async def open_change(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """When one of the catalogue comes; the words too of one that is the team's own."""
    async with sessions.reading() as session:
        team, _, ritual = await led(session, body["team"]["id"], body["user"]["id"], pressed(body))
    view = forms.own_form(team, ritual) if ritual.own else forms.when_form(team, ritual)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def open_new(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    async with sessions.reading() as session:
        team, member = await place(session, body["team"]["id"], body["user"]["id"], pressed(body))
    member.must_lead()
    await client.views_open(trigger_id=body["trigger_id"], view=payload(forms.own_form(team, None)))
    await ack()


async def write(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    """The words of a team's own ritual are kept; the next form asks when."""
    who, about = (context.team_id or "", context.user_id or ""), view["private_metadata"]
    async with sessions.begin() as session:
        team, lead = await place(session, *who, about, lock=True)
        slug = about.partition(":")[2]
        known = await keeping.one(session, team, slug) if slug else None
        ritual = await keeping.write(session, team, lead, known, _draft(view))
        if ritual.is_on:
            await schedule.arrange(session, team, ritual, now=now)
    await ack(response_action="update", view=payload(forms.when_form(team, ritual)))


def _draft(view: Payload) -> Draft:
    filled = answers(view)
    name, words, prompts = (filled[each] or "" for each in (NAME, WORDS, PROMPTS))
    return Draft(clean(name), words.strip(), [clean(each) for each in prompts.splitlines()])


async def look(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    """What was picked, as dates: nothing counts yet."""
    filled = answers(view)
    often, weekday = (
        handed_back.choice(Often, filled[OFTEN]),
        handed_back.choice(Day, handed_back.number(filled[WEEKDAY])),
    )
    rule = when.rule(When(often, weekday))
    at = handed_back.clock(filled[AT])
    async with sessions.reading() as session:
        team, _, ritual = await led(session, context.team_id or "", context.user_id or "", view["private_metadata"])
        asked = await prompt(session, ritual, now, now=now)
    dates = schedule.if_on(team, rule, at, now=now)
    when.must_suit(team, dates)
    await ack(response_action="update", view=payload(forms.sure_form(team, ritual, rule, at, dates, asked)))


async def keep(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    """It counts from now on."""
    about, rule, said_at = map(str, handed_back.remembered(view["private_metadata"], "about", "rule", "at"))
    at = handed_back.clock(said_at)
    async with sessions.begin() as session:
        who = context.team_id or "", context.user_id or ""
        team, member, ritual = await of(session, *who, about, lock=True)
        await keeping.turn_on(session, member, ritual, rule, at)
        await schedule.arrange(session, team, ritual, now=now)
        homes.touch(session, team.workspace_id, await membership.guides(session, team), now=now)
        dates = await schedule.dates(session, team, ritual, now=now)
    await ack(response_action="update", view=payload(forms.saved(team, ritual, dates)))


async def prompt(session: AsyncSession, ritual: Ritual, at: datetime, *, now: datetime) -> str:
    """What it would ask next, at an instant unless it is planned."""
    planned = await occasions.next_of(session, ritual, now=now)
    if planned:
        return planned.prompt
    found = await occasions.next_prompt(session, ritual, at)
    return found.ask if found else ""
