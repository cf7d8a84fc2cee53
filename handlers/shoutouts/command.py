"""`/shoutout`: thanks in one line, lists to look back at, a form where words are missing or something is refused."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aiohttp import ClientError
from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, places, teams
from bot.errors import UserError
from bot.features import shoutouts
from bot.features.shoutouts import MOST_RECEIVERS, Manner
from bot.inbox import Sessions
from bot.messages import shoutouts as messages
from bot.messages import suggestions
from bot.messages.errors import which_team
from bot.messages.post import Payload, payload
from bot.messages.shoutouts import Command
from bot.messages.typed import fitting
from bot.teams import Team
from handlers.forms import names_in
from handlers.shoutouts import giving, receivers

SEVEN_DAYS = timedelta(days=7)
WORDS = ("mine", "team", "help")
LONGEST_WORD = 20


@dataclass(frozen=True)
class Said:
    """A command, read."""

    command: Command
    manner: Manner
    text: str

    @property
    def whom(self) -> Sequence[str]:
        return self.command.thanks.whom

    @property
    def words(self) -> str:
        return messages.without_lead(self.command.words).strip()

    @property
    def asks(self) -> str | None:
        """The word that asks for a list or for help, or one that is nearly such a word."""
        word = self.words.lower()
        return word if suggestions.near(word[:LONGEST_WORD], WORDS) and not self.command.names else None


async def _said(body: Payload, sessions: Sessions) -> Said:
    text = body.get("text") or ""
    manner, words = messages.manner_of(text)
    command = messages.commanded(words)
    if any(map(receivers.is_typed, command.names)):
        async with sessions.reading() as session:
            command = messages.commanded(await receivers.mentioned(session, body["team_id"], words))
    return Said(command, replace(manner, is_for_team=messages.means_everybody(command.thanks.whom)), text)


async def command(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    said, refusal = await _said(body, sessions), ""
    if said.asks:
        await ack(await _tell(said.asks, body, sessions, now))
        return
    if said.words and not said.whom:
        refusal = messages.NAME_FIRST
    elif said.words:
        try:
            if answer := await _thank(said, body, sessions, now):
                await ack(answer)
                return
        except UserError as refused:
            refusal = refused.sentence
    await _open_form(said, body, client, sessions, refusal)
    await ack()


async def _open_form(said: Said, body: Payload, client: AsyncWebClient, sessions: Sessions, refusal: str) -> None:
    """With all that was typed; where none can be opened, the answer has the words."""
    try:
        form = await _form(said, body, sessions, refusal)
        await client.views_open(trigger_id=body["trigger_id"], view=form)
    except UserError as error:
        raise UserError(messages.with_words(error.sentence, messages.retyped(said.text))) from error
    except (SlackApiError, ClientError, TimeoutError) as error:
        raise UserError(messages.with_words(refusal or messages.NO_FORM, messages.retyped(said.text))) from error


async def _thank(said: Said, body: Payload, sessions: Sessions, now: datetime) -> Payload | None:
    """The answer to thanks; None when a form has to ask for the team."""
    workspace_id, giver_id = body["team_id"], body["user_id"]
    async with sessions.begin() as session:
        whom = await receivers.named(session, workspace_id, giver_id, said.whom, messages.handles(said.text))
        perhaps = await receivers.others(session, workspace_id, giver_id, said.command.thanks.perhaps)
        choice = await _teams(session, body, whom)
        if len(choice) > 1:
            return None
        shoutout = await giving.give(
            session, choice[0], giver_id,
            receivers=whom, reason=await _reason(session, body, said), manner=said.manner,
            source=sessions.delivery_id or "", now=now,
        )  # fmt: skip
        return (await giving.answer(session, shoutout, choice[0], perhaps)).payload()


async def _reason(session: AsyncSession, body: Payload, said: Said) -> str:
    named = await places.names(session, body["team_id"], messages.places_in(said.words))
    return messages.kept_reason(said.words, named)


async def _tell(word: str, body: Payload, sessions: Sessions, now: datetime) -> Payload:
    """What a word that thanks nobody asks for: a list, or help."""
    if word == "help":
        return messages.usage().payload()
    if word not in WORDS:
        raise UserError(suggestions.not_understood("/shoutout", word))
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


async def _form(said: Said, body: Payload, sessions: Sessions, refusal: str) -> Payload:
    """With those who can be thanked, or, when it names nobody at its head, with all it names."""
    workspace_id, giver_id = body["team_id"], body["user_id"]
    async with sessions.reading() as session:
        whom = await receivers.others(session, workspace_id, giver_id, said.whom or said.command.names)
        choice = await _teams(session, body, whom)
        leads = await teams.leads_somewhere(session, workspace_id, giver_id)
        reason = await _reason(session, body, said)
        names = await names_in(session, workspace_id, reason)
    if fitting(reason, names)[1]:
        raise UserError(refusal or messages.NO_FORM)
    return payload(
        messages.form(
            receivers=whom[:MOST_RECEIVERS], reason=reason, names=names, teams=choice, manner=said.manner,
            leads=leads, refusal=refusal,
        )
    )  # fmt: skip


async def _teams(session: AsyncSession, body: Payload, whom: Sequence[str] = ()) -> Sequence[Team]:
    return await teams.which(session, body["team_id"], body["user_id"], channel_id=body["channel_id"], others=whom)
