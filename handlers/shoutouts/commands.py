"""Handler for `/shoutout`: give thanks, list past thanks, or open the form if something is missing or refused."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aiohttp import ClientError
from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.shoutouts import queries
from bot.features.shoutouts.models import Manner
from bot.features.shoutouts.rules import MOST_RECEIVERS
from bot.messages import suggestions
from bot.messages.errors import which_team
from bot.messages.mentions import split_to_fit
from bot.messages.shoutouts import answers, forms, lists, parser, reasons
from bot.messages.shoutouts.answers import NAME_FIRST
from bot.messages.shoutouts.parser import Command
from bot.org import channels, workspaces
from bot.org.teams import membership
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Team
from bot.refusals import shoutouts as refusals
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.post import Payload, payload
from bot.workflows.shoutouts import give, receivers
from bot.workflows.shoutouts.change import answer_giver
from handlers.payloads import names_in

WORDS = ("mine", "team", "help")
LONGEST_WORD = 20


@dataclass(frozen=True)
class ParsedCommand:
    """A parsed command: its author, channel and text, whom it thanks, and how (privately, for a good call)."""

    actor: Actor
    channel_id: str
    command: Command
    manner: Manner
    text: str

    @property
    def whom(self) -> Sequence[str]:
        return self.command.thanks.whom

    @property
    def words(self) -> str:
        return reasons.without_lead(self.command.words).strip()

    @property
    def asks(self) -> str | None:
        """The word that asks for a list or help, even if misspelled; None if the command thanks somebody."""
        word = self.words.lower()
        return word if suggestions.nearest_word(word[:LONGEST_WORD], WORDS) and not self.command.names else None


async def _parsed(actor: Actor, body: Payload, sessions: Sessions) -> ParsedCommand:
    text = body.get("text") or ""
    manner, words = parser.parse_manner(text)
    command = parser.parse_command(words)
    if any(map(receivers.is_typed, command.names)):
        async with sessions.reading() as session:
            command = parser.parse_command(await receivers.link_typed_names(session, actor.workspace_id, words))
    manner = replace(manner, is_for_team=parser.means_everybody(command.thanks.whom))
    return ParsedCommand(actor, body["channel_id"], command, manner, text)


async def command(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    said, refusal = await _parsed(actor, body, sessions), ""
    if said.asks:
        await ack(await _answer_word(said, sessions, now))
        return
    if said.words and not said.whom:
        refusal = NAME_FIRST
    elif said.words:
        try:
            if answer := await _thank(said, sessions, now):
                await ack(answer)
                return
        except Refusal as refused:
            refusal = refused.sentence
    await _open_form(said, body, client, sessions, refusal)
    await ack()


async def _open_form(
    said: ParsedCommand, body: Payload, client: AsyncWebClient, sessions: Sessions, refusal: str
) -> None:
    """Open the form with the typed text filled in, or raise a `Refusal` that repeats the text if that fails."""
    try:
        form = await _form(said, sessions, refusal)
        await client.views_open(trigger_id=body["trigger_id"], view=form)
    except Refusal as error:
        raise Refusal(answers.with_words(error.sentence, reasons.as_typed(said.text))) from error
    except (SlackApiError, ClientError, TimeoutError) as error:
        raise Refusal(answers.with_words(refusal or refusals.NO_FORM, reasons.as_typed(said.text))) from error


async def _thank(said: ParsedCommand, sessions: Sessions, now: datetime) -> Payload | None:
    """Give the shout-out and return the answer to its giver, or None if the form has to ask for the team."""
    async with sessions.begin() as session:
        whom = await receivers.require_people(session, *said.actor, said.whom, reasons.group_handles(said.text))
        perhaps = await receivers.find_thankable(session, *said.actor, said.command.thanks.perhaps)
        others = () if said.manner.is_for_team else whom
        company = await teams_queries.fetch_company(session, *said.actor, others)
        choice = await teams_queries.choose_team(
            session, said.actor.workspace_id, company.teams, channel_id=said.channel_id, others=whom
        )
        if len(choice) > 1:
            return None
        shoutout = await give.give(
            session, choice[0], said.actor.person_id, company=company,
            receivers=whom, reason=await _reason(session, said), manner=said.manner,
            source=sessions.delivery_id or "", now=now,
        )  # fmt: skip
        return (await answer_giver(session, shoutout, choice[0], perhaps)).payload()


async def _reason(session: AsyncSession, said: ParsedCommand) -> str:
    named = await channels.names_by_id(session, said.actor.workspace_id, reasons.unnamed_mentions(said.words))
    return reasons.normalize_reason(said.words, named)


async def _answer_word(said: ParsedCommand, sessions: Sessions, now: datetime) -> Payload:
    """Return the list or help that the command asks for; raise a `Refusal` for a misspelled word."""
    if said.asks == "help":
        return answers.usage().payload()
    if said.asks not in WORDS:
        raise Refusal(suggestions.not_understood("/shoutout", said.asks or ""))
    async with sessions.reading() as session:
        if said.asks == "team":
            return await _week(session, said, now)
        url = await workspaces.message_url(session, said.actor.workspace_id)
        return lists.latest_for_person(*await queries.latest_for_person(session, *said.actor), url).payload()


async def _week(session: AsyncSession, said: ParsedCommand, now: datetime) -> Payload:
    team, *others = await _teams(session, said)
    if others:
        raise Refusal(which_team([team, *others]))
    first = queries.week_before(team, now)
    week, names = await queries.given_between(session, team, first, now)
    quiet = await queries.count_reactions(session, team, first, now)
    return lists.week_of_team(team, week, names, quiet).payload()


async def _form(said: ParsedCommand, sessions: Sessions, refusal: str) -> Payload:
    """Build the form, with the people named at the start of the text, or else anywhere in it, as receivers."""
    async with sessions.reading() as session:
        whom = await receivers.find_thankable(session, *said.actor, said.whom or said.command.names)
        choice = await _teams(session, said, whom)
        leads = await membership.leads_somewhere(session, *said.actor)
        reason = await _reason(session, said)
        names = await names_in(session, said.actor.workspace_id, reason)
    if split_to_fit(reason, names)[1]:
        raise Refusal(refusal or refusals.NO_FORM)
    return payload(
        forms.form(
            receivers=whom[:MOST_RECEIVERS], reason=reason, names=names, teams=choice, manner=said.manner,
            leads=leads, refusal=refusal,
        )
    )  # fmt: skip


async def _teams(session: AsyncSession, said: ParsedCommand, whom: Sequence[str] = ()) -> Sequence[Team]:
    return await teams_queries.team_meant(session, *said.actor, channel_id=said.channel_id, others=whom)
