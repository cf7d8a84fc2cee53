"""Handlers for the Home tab: publish it when somebody opens it, and answer its buttons."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.messages import callbacks
from bot.messages import home as messages
from bot.org import people
from bot.org.teams import queries
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.post import Payload, payload
from bot.workflows import home
from handlers import settings, setup, steward
from handlers.payloads import pressed_value
from handlers.shoutouts import views


def register(on: Dispatcher) -> None:
    on.event("app_home_opened")(show)
    on.action(messages.THANK)(views.open_form)
    on.action(messages.ME)(open_me)
    on.action(messages.SETTINGS)(open_settings)
    on.action(messages.COMING)(open_upcoming_posts)


async def show(actor: Actor, event: Payload, sessions: Sessions, now: datetime) -> None:
    """Publish a person's Home tab when they open it.

    Slack also sends this event for the Messages tab, where it is ignored. A person whom the bot does not know yet sees
    their Home tab the next time they open it.
    """
    if event.get("tab") != "home":
        return
    async with sessions.begin() as session:
        known = await people.fetch_people(session, actor.workspace_id, [actor.person_id])
        for person in known.values():
            await home.publish_opened(session, person, now=now)


async def open_me(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    me = await steward.me(actor, sessions, now)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(messages.about_sheet(me)))
    await ack()


async def open_settings(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    view = await settings.listing(actor, sessions, team_id=callbacks.number(pressed_value(body)))
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()
    setup.prepare()


async def open_upcoming_posts(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Open a view of a team's next seven days."""
    async with sessions.reading() as session:
        team = await queries.own_team(session, *actor, callbacks.number(pressed_value(body)))
        view = await home.upcoming_posts_modal(session, team, now)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()
