"""Preview an alert rule in its open form: what the rule reads in the latest messages of its channel.

Slack is called outside of any transaction, and messages are only shown in the form, never stored.
"""

import asyncio
from contextlib import suppress

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.db.sessions import Database
from bot.features.alert_rules import queries
from bot.features.alert_rules.models import RulePreview
from bot.features.alert_rules.rules import Message, RuleDraft
from bot.messages.alert_rules import forms, sources
from bot.org import channels as org_channels
from bot.org.teams.models import Team
from bot.refusals import alert_rules as refusals
from bot.slack.clients import Clients, NoToken
from bot.slack.post import payload

log = structlog.get_logger()

MOST_MESSAGES = 50
"""How many messages to search for messages by the rule's sender."""
POLL_SECONDS = 1.0
RETRY_SECONDS = 10.0
NOT_THERE = {"channel_not_found", "not_in_channel", "is_archived"}
FAILED = (SlackApiError, aiohttp.ClientError, TimeoutError, NoToken)
CANNOT_LOOK = "Slack isn't letting me read that channel right now. Press *Check again* in a minute."


class PreviewWorker:
    """Worker for previews: `run` polls in a live process, `show_waiting` handles what is pending once."""

    def __init__(self, database: Database, clients: Clients) -> None:
        self._database = database
        self._clients = clients

    async def run(self) -> None:
        while True:
            try:
                await self.show_waiting()
                await asyncio.sleep(POLL_SECONDS)
            except Exception:
                log.exception("preview_worker_failed")
                await asyncio.sleep(RETRY_SECONDS)

    async def show_waiting(self) -> None:
        async with self._database.reading() as session:
            waiting = await queries.list_previews(session)
        for preview in waiting:
            async with self._database.begin() as session:
                claimed = await queries.claim_preview(session, preview)
            if claimed:
                with suppress(NoToken):
                    await self._show(claimed)

    async def _show(self, preview: RulePreview) -> None:
        draft, client = RuleDraft(**preview.draft), await self._clients.of(preview.workspace_id)
        installed = await self._clients.credentials(preview.workspace_id)
        async with self._database.reading() as session:
            team = await session.get_one(Team, preview.team_id)
            channels = await org_channels.shared_with(session, preview.workspace_id, preview.user_id)
        seen, said = list[Message](), refusals.INVITE
        if draft.channel_id in {each.id for each in channels}:
            seen, said = await _latest(client, draft.channel_id, (installed.bot_id, installed.bot_user_id))
        view = payload(forms.rule_form(team, channels, draft, seen, said))
        try:
            await client.views_update(view_id=preview.view_id, view=view)
        except FAILED as error:  # probably closed meanwhile
            log.info("preview_not_shown", error=_reason(error))


async def _latest(client: AsyncWebClient, channel_id: str, own: tuple[str, str]) -> tuple[list[Message], str]:
    """Return the latest messages, newest first, without the bot's own; or the reason why they cannot be read."""
    try:
        found = (await client.conversations_history(channel=channel_id, limit=MOST_MESSAGES))["messages"]
    except FAILED as error:
        return [], refusals.INVITE if _reason(error) in NOT_THERE else CANNOT_LOOK
    return [each for said in found if (each := sources.parse_message(said, channel_id, own))], ""


def _reason(error: Exception) -> str:
    return str(error.response.get("error")) if isinstance(error, SlackApiError) else type(error).__name__
