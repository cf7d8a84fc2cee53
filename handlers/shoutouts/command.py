"""`/shoutout`: thanks in one line, lists to look back at, a form where words are missing."""

import difflib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, teams
from bot.errors import UserError
from bot.features import shoutouts
from bot.features.shoutouts import Manner
from bot.inbox import Sessions
from bot.messages import shoutouts as messages
from bot.messages.errors import which_team
from bot.messages.post import Payload, payload
from bot.messages.text import Addressed, addressed
from bot.teams import Team
from handlers.addressees import linked
from handlers.shoutouts.giving import give, named

SEVEN_DAYS = timedelta(days=7)
WORDS = ("mine", "team", "help")


async def command(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    manner, words = messages.manner_of(body.get("text") or "")
    async with sessions.reading() as session:
        said = addressed(await linked(session, body["team_id"], words))
    manner = replace(manner, is_for_team=messages.means_everybody(said.names))
    if said.is_named and said.words:
        if answer := await _thank(said, manner, body, sessions, now):
            await ack(answer)
            return
    elif said.words:
        await ack(await _tell(said.words.lower(), body, sessions, now))
        return
    await client.views_open(trigger_id=body["trigger_id"], view=await _form(said, manner, body, sessions))
    await ack()


async def _thank(said: Addressed, manner: Manner, body: Payload, sessions: Sessions, now: datetime) -> Payload | None:
    """The answer to thanks; None when a form has to ask for the team."""
    async with sessions.begin() as session:
        receivers = await named(session, body["team_id"], body["user_id"], said)
        choice = await _teams(session, body, receivers)
        if len(choice) > 1:
            return None
        shoutout = await give(
            session, choice[0], body["user_id"],
            receivers=receivers, reason=said.words, manner=manner, source=sessions.delivery_id or "", now=now,
        )  # fmt: skip
        answer = messages.given(shoutout, choice[0]) if shoutout.is_given else messages.offered(shoutout)
        return answer.payload()


async def _tell(word: str, body: Payload, sessions: Sessions, now: datetime) -> Payload:
    """What a word that thanks nobody asks for: a list, or help."""
    if word == "help":
        return messages.usage().payload()
    if word not in WORDS:
        near = difflib.get_close_matches(word, WORDS, n=1)
        raise UserError(messages.not_understood(near[0] if near else None))
    async with sessions.reading() as session:
        return await (_mine(session, body) if word == "mine" else _week(session, body, now))


async def _mine(session: AsyncSession, body: Payload) -> Payload:
    received, given, names = await shoutouts.latest_of(session, body["team_id"], body["user_id"])
    return messages.mine(received, given, names, await directory.url(session, body["team_id"])).payload()


async def _week(session: AsyncSession, body: Payload, now: datetime) -> Payload:
    team, *others = await _teams(session, body)
    if others:
        raise UserError(which_team([team, *others]))
    week, names = await shoutouts.given_between(session, team, now - SEVEN_DAYS, now)
    quiet = await shoutouts.quiet_between(session, team, now - SEVEN_DAYS, now)
    return messages.of_team(team, week, names, quiet).payload()


async def _form(said: Addressed, manner: Manner, body: Payload, sessions: Sessions) -> Payload:
    async with sessions.reading() as session:
        receivers = await named(session, body["team_id"], body["user_id"], said)
        choice = await _teams(session, body, receivers)
        leads = await teams.leads_somewhere(session, body["team_id"], body["user_id"])
    return payload(messages.form(receivers=receivers, reason=said.words, teams=choice, manner=manner, leads=leads))


async def _teams(session: AsyncSession, body: Payload, receivers: Sequence[str] = ()) -> Sequence[Team]:
    return await teams.which(session, body["team_id"], body["user_id"], channel_id=body["channel_id"], others=receivers)
