"""Handler for `/idea`: raise an idea, or list the open ones."""

from collections.abc import Sequence
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Refusal
from bot.messages.errors import with_words
from bot.messages.ideas import forms
from bot.messages.ideas.lists import MINE, OPEN
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Team
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean, unescape
from bot.slack.post import Payload
from bot.workflows.ideas import lists, submissions
from bot.workflows.nudges import notice_look
from handlers.payloads import names_in, show_form

LISTS = {"": OPEN, "open": OPEN, "list": OPEN, "help": OPEN, "mine": MINE}
"""Words that show a list instead of raising an idea."""


async def command(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Raise an idea, list the open ones if nothing is typed, or open the form if something is missing or refused."""
    typed = clean(unescape(body.get("text") or ""))
    if chosen := LISTS.get(typed.casefold()):
        async with sessions.reading() as session:
            post = await lists.list_ideas(session, actor, channel_id=body["channel_id"], chosen=chosen)
        await notice_look(sessions, actor, now=now)
        await ack(post.payload())
        return
    choice, answer, refusal = await _find_teams(actor, body, sessions, typed), None, ""
    try:
        if len(choice) == 1:
            async with sessions.begin() as session:
                answer = await submissions.raise_idea(session, actor, choice[0], text=typed, now=now)
    except Refusal as refused:
        if refused.field is None:
            raise
        refusal = refused.sentence
    if answer:
        await ack(answer.payload())
        return
    async with sessions.reading() as session:
        names = await names_in(session, actor.workspace_id, typed)
    await show_form(client, body, forms.idea_form(choice, text=typed, names=names, refusal=refusal))
    await ack()


async def _find_teams(actor: Actor, body: Payload, sessions: Sessions, typed: str) -> Sequence[Team]:
    """Return the teams that the idea may be for. Raises a `Refusal` that repeats the typed text if there are none."""
    async with sessions.reading() as session:
        try:
            return await teams_queries.team_meant(session, *actor, channel_id=body["channel_id"])
        except Refusal as refused:
            raise Refusal(with_words(refused.sentence, typed)) from None
