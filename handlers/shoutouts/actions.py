"""Buttons under a giver's answer: undo, postpone, use one of the team's values, thank somebody too."""

from datetime import datetime
from typing import Literal

from slack_bolt.async_app import AsyncAck, AsyncBoltContext

from bot.features.shoutouts import queries
from bot.features.shoutouts.models import Way
from bot.messages import callbacks
from bot.messages.shoutouts import answers, cards
from bot.org import workspaces
from bot.slack import home
from bot.slack.inbox import Sessions
from bot.slack.outbox import outbox
from bot.slack.post import Payload
from bot.workflows import fun_tank
from bot.workflows.shoutouts import change, give
from bot.workflows.shoutouts import postpone as shoutouts_postpone
from handlers.payloads import pressed_value, respond


async def undo(ack: AsyncAck, body: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        team, shoutout = await queries.lock_shoutout(
            session, context.team_id or "", callbacks.number(pressed_value(body))
        )
        notes = await change.undo(session, team, shoutout, context.user_id or "", now=now)
        if notes is not None:
            url = await workspaces.message_url(session, team.workspace_id)
            await outbox.publish_changes(session, cards.change_steps(shoutout, team, notes, url, "gone"), now=now)
            home.mark_changed(session, team.workspace_id, [shoutout.giver_id, *shoutout.receivers], now=now)
            await fun_tank.record_thanks(session, team, shoutout, now=now)
            await respond(session, body, answers.undone(), now)
    await ack()


async def correct_value(
    ack: AsyncAck, body: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime
) -> None:
    shoutout_id, wrong, right, unsure = callbacks.parts(pressed_value(body), 4)
    async with sessions.begin() as session:
        team, shoutout = await queries.lock_shoutout(session, context.team_id or "", callbacks.number(shoutout_id))
        notes = await change.correct_value(
            session, team, shoutout, context.user_id or "", wrong=wrong, right=right, now=now
        )
        url = await workspaces.message_url(session, team.workspace_id)
        await outbox.publish_changes(session, cards.change_steps(shoutout, team, notes, url, "changed"), now=now)
        home.mark_changed(session, team.workspace_id, shoutout.receivers, now=now)
        people = [each for each in unsure.split(",") if each]
        await respond(session, body, await give.answer_giver(session, shoutout, team, people), now)
    await ack()


async def thank_too(ack: AsyncAck, body: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    """Thank those as well of whom it was not certain that they were meant."""
    shoutout_id, people = callbacks.parts(pressed_value(body), 2)
    async with sessions.begin() as session:
        team, shoutout = await queries.lock_shoutout(session, context.team_id or "", callbacks.number(shoutout_id))
        becomes: Literal["changed", "new"] = "changed" if shoutout.has_card else "new"
        notes = await change.add_receivers(session, team, shoutout, context.user_id or "", people.split(","), now=now)
        url = await workspaces.message_url(session, team.workspace_id)
        if shoutout.is_given:
            await outbox.publish_changes(session, cards.change_steps(shoutout, team, notes, url, becomes), now=now)
            home.mark_changed(session, team.workspace_id, [shoutout.giver_id, *shoutout.receivers], now=now)
        is_heard = shoutout.way == Way.HEARD
        answer = answers.thanked_too(shoutout) if is_heard else await give.answer_giver(session, shoutout, team)
        await respond(session, body, answer, now)
    await ack()


async def postpone(ack: AsyncAck, body: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        until = await shoutouts_postpone.postpone(
            session, context.team_id or "", context.user_id or "", callbacks.number(pressed_value(body)), now
        )
        await respond(session, body, answers.postponed(until), now)
    await ack()
