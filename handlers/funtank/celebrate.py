"""`/funtank celebrate`: somebody tells their team, in their own words, what there is to be glad about."""

from collections.abc import Sequence
from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserError
from bot.features.celebrations import saying
from bot.features.celebrations.saying import LONGEST, WHAT
from bot.inbox import Sessions
from bot.messages import celebrations as messages
from bot.messages import handed_back
from bot.messages.errors import with_words
from bot.messages.post import Payload, payload
from bot.messages.text import clean
from bot.outbox import outbox
from bot.teams import finding
from bot.teams.tables import Team
from handlers import turns
from handlers.forms import answers, mentioning, names_in
from schedules import tank

MOST = 3
"""A person and day."""


async def celebrate(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, words: str
) -> None:
    """Say it at once, unless words are missing or too many, or it is unclear which team is meant: then in a form."""
    try:
        choice, names, is_said = await _say_at_once(body, sessions, now, words)
    except UserError as refused:
        raise UserError(with_words(refused.sentence, words)) from None
    if is_said:
        await ack(messages.said(choice[0]).payload())
        return
    await client.views_open(trigger_id=body["trigger_id"], view=payload(messages.form(choice, words, names)))
    await ack()


async def _say_at_once(
    body: Payload, sessions: Sessions, now: datetime, words: str
) -> tuple[Sequence[Team], dict[str, str], bool]:
    """Say it where it is clear; return the teams that may be meant, the names in the words, and whether it is said."""
    workspace_id, by = body["team_id"], body["user_id"]
    async with sessions.begin() as session:
        choice = await finding.which(session, workspace_id, by, channel_id=body["channel_id"])
        is_clear = 0 < len(words) <= LONGEST and len(choice) == 1
        if is_clear:
            await _say(session, choice[0], by, words, sessions, now)
        return choice, await names_in(session, workspace_id, words), is_clear


async def tell(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    form, workspace_id, by = answers(view), context.team_id or "", context.user_id or ""
    async with sessions.begin() as session:
        team = await finding.one(
            session, workspace_id, by, handed_back.number(form.get(messages.TEAM) or view["private_metadata"])
        )
        form = await mentioning(session, workspace_id, form, WHAT, longest=LONGEST)
        await _say(session, team, by, clean(form[WHAT]), sessions, now)
    await ack(response_action="update", view=payload(messages.closing(messages.said(team))))


async def _say(session: AsyncSession, team: Team, by: str, words: str, sessions: Sessions, now: datetime) -> None:
    await turns.take(session, team.workspace_id, by, "celebrations", MOST, now)
    source = f"said:{sessions.delivery_id}"
    made = await saying.say(session, team, by, words, source=source, now=now)
    await outbox.put(session, messages.card(made), to=team.channel, not_before=now)
    await tank.celebrated(session, team, f"celebration:{made.id}", now=now)
