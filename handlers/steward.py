"""`/steward`: what comes, set-up, settings, what is known about me, being away, and help."""

import difflib
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

import schedules
from bot import directory, hours, teams
from bot.errors import UserError
from bot.inbox import Sessions
from bot.listeners import UMBRELLA, Listeners
from bot.messages import steward as messages
from bot.messages.post import Payload
from handlers import settings, setup


def register(on: Listeners) -> None:
    on.command(UMBRELLA)(command)


async def command(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    word, _, rest = (body.get("text") or "").strip().partition(" ")
    match word.lower():
        case "setup":
            await setup.open_form(ack, body, client, sessions)
        case "settings":
            await settings.show(ack, body, client, sessions)
        case "":
            await ack(await _overview(body, sessions, now))
        case "me":
            await ack(await _me(body, sessions, now))
        case "away":
            await ack(await _away(body, rest, sessions, now))
        case "back":
            await ack(await _back(body, sessions))
        case "help":
            await ack(messages.usage().payload())
        case unknown:
            near = difflib.get_close_matches(unknown, messages.WORDS, n=1)
            raise UserError(messages.not_understood(unknown, near[0] if near else None))


async def _overview(body: Payload, sessions: Sessions, now: datetime) -> Payload:
    async with sessions.reading() as session:
        team = await teams.of_channel(session, body["team_id"], body["channel_id"])
        theirs = await teams.of_person(session, body["team_id"], body["user_id"])
        if team is None and len(theirs) == 1:
            team = theirs[0]
        if team is None or team.id not in {each.id for each in theirs}:
            return messages.no_team_here().payload()
        coming = await schedules.coming(session, team, now=now)
        return messages.overview(team, await teams.members(session, team), coming, now).payload()


async def _me(body: Payload, sessions: Sessions, now: datetime) -> Payload:
    async with sessions.reading() as session:
        person = await directory.person(session, body["team_id"], body["user_id"])
        theirs = await teams.of_person(session, person.workspace_id, person.id)
        roles = [(team, await teams.member(session, team, person.id)) for team in theirs]
    own = [model.of(person) for model in settings.OF_PEOPLE.values()]
    return messages.me(person, roles, own, now).payload()


async def _away(body: Payload, words: str, sessions: Sessions, now: datetime) -> Payload:
    async with sessions.begin() as session:
        person = await directory.person(session, body["team_id"], body["user_id"])
        if words:
            person.away_until = hours.until(words.removeprefix("until").strip() or words, person.zone, now)
        return messages.away(person, now).payload()


async def _back(body: Payload, sessions: Sessions) -> Payload:
    async with sessions.begin() as session:
        person = await directory.person(session, body["team_id"], body["user_id"])
        person.away_until = None
    return messages.back().payload()
