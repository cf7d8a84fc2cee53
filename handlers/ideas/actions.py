"""Handlers for buttons of ideas: on the answer to the author, in the list, and on requests to save a message."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Refusal
from bot.messages import callbacks
from bot.messages.ideas import cards, forms, offers
from bot.org.teams import queries as teams_queries
from bot.refusals import followups as refusals
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean, unescape
from bot.slack.post import Payload, Post
from bot.workflows.ideas import lists, submissions
from bot.workflows.ideas import offers as idea_offers
from handlers.payloads import names_in, pressed_value, respond, show_form, tell

UNNAMED_PLACES = ("privategroup", "directmessage")
GROUP_DM = "mpdm-"


async def hide_name(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        post = await submissions.hide_name(session, actor, callbacks.number(pressed_value(body)), now=now)
        await respond(session, body, post, now)
    await ack()


async def undo(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await submissions.undo(session, actor, callbacks.number(pressed_value(body)), now=now)
        await respond(session, body, Post(cards.UNDONE), now)
    await ack()


async def join(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Withdraw the actor's new idea, and vote for the similar one instead."""
    idea_id, other_id = callbacks.numbers(pressed_value(body), 2)
    async with sessions.begin() as session:
        post = await submissions.vote_for_similar(session, actor, idea_id, other_id, now=now)
        await respond(session, body, post, now)
    await ack()


async def turn_page(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Show the list of ideas with another filter, or its next page."""
    chosen, start = callbacks.parts(pressed_value(body), 2)
    channel_id = (body.get("channel") or {}).get("id")
    async with sessions.begin() as session:
        post = await lists.list_ideas(
            session, actor, channel_id=channel_id, chosen=chosen, start=callbacks.number(start or 0)
        )
        await respond(session, body, post, now)
    await ack()


async def save_message(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Open the idea form with a message's text filled in, or ask the writer first if somebody else wrote it."""
    message, channel = body["message"], body["channel"]
    words = clean(unescape(message.get("text") or ""))
    writer_id = None if message.get("bot_id") else message.get("user")
    if writer_id != actor.person_id and not _is_public(channel):
        raise Refusal(refusals.PRIVATE_WORDS)
    if writer_id in (None, actor.person_id):
        await _open_form(client, actor, body, sessions, words, channel["id"])
        await ack()
        return
    async with sessions.begin() as session:
        post = await idea_offers.ask_writer(
            session, actor, writer_id, words, channel_id=channel["id"], ts=message["ts"], now=now
        )
        await tell(session, body, post, now)
    await ack()


def _is_public(channel: Payload) -> bool:
    """Return whether a channel is public. Slack masks the names of all other conversations."""
    name = channel.get("name") or ""
    return channel["id"].startswith("C") and name not in UNNAMED_PLACES and not name.startswith(GROUP_DM)


async def accept_offer(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """Open the idea form with the text of the message, because its writer agrees to save it."""
    team_id, card = callbacks.parts(pressed_value(body), 2)
    words = offers.offered_words(body.get("message") or {})
    async with sessions.reading() as session:
        team = await teams_queries.own_team(session, *actor, callbacks.number(team_id))
        names = await names_in(session, actor.workspace_id, words)
    await show_form(client, body, forms.idea_form([team], text=words, names=names, source=card))
    await ack()


async def refuse_offer(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await respond(session, body, Post(offers.REFUSED), now)
    await ack()


async def open_new(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """Open an empty idea form, from the list's button."""
    await _open_form(client, actor, body, sessions, "", body["channel"]["id"])
    await ack()


async def _open_form(
    client: AsyncWebClient, actor: Actor, body: Payload, sessions: Sessions, words: str, channel_id: str
) -> None:
    async with sessions.reading() as session:
        teams = await teams_queries.team_meant(session, *actor, channel_id=channel_id)
        names = await names_in(session, actor.workspace_id, words)
    await show_form(client, body, forms.idea_form(teams, text=words, names=names))
