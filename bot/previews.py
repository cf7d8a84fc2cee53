"""Shows a leader, in the open form of a rule, what the rule reads from the latest messages of its channel.

Slack is asked outside of any transaction, and what stands in the channel goes into the form alone: nothing is kept.
"""

import asyncio

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import places
from bot.clients import Clients
from bot.database import Database
from bot.features import rules
from bot.features.rules import INVITE, Draft, Message, Preview
from bot.messages import rules as messages
from bot.messages.post import payload
from bot.teams import Team

log = structlog.get_logger()

LATEST = 50
"""Messages looked through for those of the sender."""
POLL_SECONDS = 1.0
STUMBLED_SECONDS = 10.0
NOT_THERE = {"channel_not_found", "not_in_channel", "is_archived"}
CANNOT_LOOK = "Slack does not let me look just now. Press *Look again* in a minute."


class Previews:
    """`run` it in a live process, or `settle` what waits."""

    def __init__(self, database: Database, clients: Clients) -> None:
        self._database = database
        self._clients = clients

    async def run(self) -> None:
        while True:
            try:
                await self.settle()
                await asyncio.sleep(POLL_SECONDS)
            except Exception:
                log.exception("preview_stumbled")
                await asyncio.sleep(STUMBLED_SECONDS)

    async def settle(self) -> None:
        async with self._database.reading() as session:
            waiting = await rules.previews(session)
        for preview in waiting:
            async with self._database.begin() as session:
                claimed = await rules.claim(session, preview)
            if claimed:
                await self._show(claimed)

    async def _show(self, preview: Preview) -> None:
        draft, said = Draft(**preview.draft), ""
        installed = await self._clients.installation(preview.workspace_id)
        client = await self._clients.of(preview.workspace_id)
        async with self._database.reading() as session:
            team = await session.get_one(Team, preview.team_id)
            channels = await places.shared_with(session, preview.workspace_id, preview.user_id)
        seen: list[Message] = []
        try:
            if draft.channel_id not in {each.id for each in channels}:
                said = INVITE
            else:
                seen = await _latest(client, draft.channel_id, (installed.bot_id, installed.bot_user_id))
        except SlackApiError as error:
            said = INVITE if error.response.get("error") in NOT_THERE else CANNOT_LOOK
        view = payload(messages.form(team, channels, draft, seen, said))
        try:
            await client.views_update(view_id=preview.view_id, view=view)
        except SlackApiError as error:  # closed meanwhile, most likely
            log.info("preview_not_shown", error=error.response.get("error"))


async def _latest(client: AsyncWebClient, channel_id: str, own: tuple[str, str]) -> list[Message]:
    """Newest first, without the bot's own."""
    found = (await client.conversations_history(channel=channel_id, limit=LATEST))["messages"]
    return [each for said in found if (each := messages.of(said, channel_id, own))]
