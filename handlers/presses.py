"""What a pressed button says, and how its press is answered."""

from datetime import datetime

from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory import Address
from bot.messages.post import Payload, Post, payload
from bot.outbox import outbox


def pressed(body: Payload) -> str:
    """The value of the button."""
    return str(body["actions"][0]["value"])


async def show_form(client: AsyncWebClient, body: Payload, view: ModalView) -> None:
    """Open a form; above the one that was pressed in, if any."""
    is_in_form = (body.get("view") or {}).get("type") == "modal"
    show = client.views_push if is_in_form else client.views_open
    await show(trigger_id=body["trigger_id"], view=payload(view))


async def respond(session: AsyncSession, body: Payload, post: Post, now: datetime) -> None:
    """Answer a press: in its message where it has one, else by DM."""
    to = Address(body["team"]["id"], body["user"]["id"])
    if url := body.get("response_url"):
        await outbox.respond(session, post, url=url, to=to, now=now)
    else:
        await outbox.put(session, post, to=to, not_before=now)
