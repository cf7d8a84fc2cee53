"""Handlers for `/steward`: overview, setup, settings, personal data, absences, and help."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.messages import callbacks, home, suggestions
from bot.messages import steward as messages
from bot.messages.voice.quotes import STOP
from bot.nudges.cards import MUTE
from bot.org import people
from bot.org.teams import membership, queries
from bot.slack.commands import split
from bot.slack.dispatcher import UMBRELLA, Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean, unescape
from bot.slack.post import Payload, Post, payload
from bot.workflows import my_data, nudges, recurring_jobs, weekly
from bot.workflows import settings as workflows_settings
from bot.workflows.shoutouts import digests
from bot.workflows.voice import quotes
from handlers import absences, exports, notices, pulse, settings, setup, voice
from handlers.payloads import pressed_value, respond, tell


def register(on: Dispatcher) -> None:
    on.command(UMBRELLA)(command)
    on.action(STOP)(stop_quoting)
    on.action(MUTE)(mute)


async def command(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    word, rest = split(clean(unescape(body.get("text") or "")))
    match word:
        case "setup":
            await setup.open_form(ack, actor, body, client, sessions)
        case "settings":
            await settings.show(ack, actor, body, client, sessions)
        case "":
            await ack((await _overview(actor, body["channel_id"], sessions, now)).payload())
        case "me":
            await ack((await me(actor, sessions, now)).payload())
        case "away":
            await ack(await absences.away(actor, rest, sessions, now))
        case "back":
            await ack(await absences.back(actor, sessions, now))
        case "pulse":
            await pulse.show(ack, actor, body, client, sessions, now)
        case "notice":
            await notices.show(ack, actor, body, client, rest, sessions, now)
        case "export":
            await exports.send(ack, actor, body, sessions, now)
        case "audit":
            await exports.list_changes(ack, actor, body, sessions)
        case "week":
            await ack((await _week(actor, sessions, now)).payload())
        case "voice":
            await voice.list_months(ack, actor, sessions)
        case "help":
            await ack(messages.usage().payload())
        case _:
            raise Refusal(suggestions.not_understood(UMBRELLA, f"{word} {rest}".strip()))


async def _overview(actor: Actor, channel_id: str, sessions: Sessions, now: datetime) -> Post:
    async with sessions.reading() as session:
        here = await queries.team_of_channel(session, actor.workspace_id, channel_id)
        theirs = await queries.teams_of_person(session, *actor)
        team = here or (theirs[0] if len(theirs) == 1 else None)
        if team is None:
            return messages.several_teams(theirs) if theirs else messages.no_team_here()
        members = await membership.members(session, team)
        if team.id not in {each.id for each in theirs}:
            return messages.not_yours(team, members)
        return messages.overview(team, members, await recurring_jobs.upcoming(session, team, now=now), now)


async def _week(actor: Actor, sessions: Sessions, now: datetime) -> Post:
    async with sessions.reading() as session:
        return await weekly.show(session, actor, now=now)


async def me(actor: Actor, sessions: Sessions, now: datetime) -> Post:
    """Return the list of what the bot stores about the actor."""
    async with sessions.reading() as session:
        return await _load_me(session, actor, now)


async def _load_me(session: AsyncSession, actor: Actor, now: datetime) -> Post:
    person = await people.fetch_person(session, *actor)
    theirs = await queries.teams_of_person(session, *actor)
    roles = [(team, await membership.member(session, team, person.id)) for team in theirs]
    leads = await membership.leads_somewhere(session, *actor)
    added = messages.Added(
        thanks=await digests.postponed_blocks(session, person),
        reminders=await nudges.build_reminder_blocks(session, person, now),
        quotes=await quotes.build_consent_blocks(session, person, now),
        own_data=await my_data.build_blocks(session, person),
    )
    own = workflows_settings.personal_settings(person, leads=leads)
    return messages.personal_overview(person, roles, own, added, now)


async def stop_quoting(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Withdraw the consent to be quoted, say so, and show `/steward me` without it, in its message or on its sheet."""
    async with sessions.begin() as session:
        told = await quotes.take_back(session, actor, callbacks.number(pressed_value(body)), now=now)
        shown = await _show_again(session, actor, body, now)
        await tell(session, body, told, now)
    await _update_sheet(client, body, shown)
    await ack()


async def mute(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Mute a kind of reminder, and show `/steward me` with *Unmute* for it, in its message or on its sheet."""
    async with sessions.begin() as session:
        await nudges.mute_kind(session, actor, pressed_value(body), now=now)
        shown = await _show_again(session, actor, body, now)
    await _update_sheet(client, body, shown)
    await ack()


async def _show_again(session: AsyncSession, actor: Actor, body: Payload, now: datetime) -> Post:
    """Return `/steward me` as it is now; if the pressed button is in its message, replace that."""
    await session.flush()
    shown = await _load_me(session, actor, now)
    if body.get("response_url"):
        await respond(session, body, shown, now)
    return shown


async def _update_sheet(client: AsyncWebClient, body: Payload, shown: Post) -> None:
    """If the pressed button is on the sheet with `/steward me`, show it as it is now."""
    if view := body.get("view"):
        await client.views_update(view_id=view["id"], view=payload(home.about_sheet(shown)))
