"""What a giver may still press: undo, keep for the morning, use one of the team's values."""

from datetime import datetime
from typing import Literal

from slack_bolt.async_app import AsyncAck, AsyncBoltContext

from bot import directory, homes
from bot.features.shoutouts import giving as shoutouts_giving
from bot.features.shoutouts.tables import Way
from bot.inbox import Sessions
from bot.messages import handed_back
from bot.messages.post import Payload
from bot.messages.shoutouts import answers, cards
from bot.outbox import outbox
from handlers.presses import pressed, respond
from handlers.shoutouts import giving
from schedules import tank


async def undo(ack: AsyncAck, body: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        team, shoutout = await shoutouts_giving.one(session, context.team_id or "", handed_back.number(pressed(body)))
        notes = await shoutouts_giving.undo(session, team, shoutout, context.user_id or "", now=now)
        if notes is not None:
            url = await directory.url(session, team.workspace_id)
            await outbox.tell(session, cards.announced(shoutout, team, notes, url, "gone"), now=now)
            homes.touch(session, team.workspace_id, [shoutout.giver_id, *shoutout.receivers], now=now)
            await tank.thanked(session, team, shoutout, now=now)
            await respond(session, body, answers.undone(), now)
    await ack()


async def use_value(ack: AsyncAck, body: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    shoutout_id, wrong, right, unsure = handed_back.parts(pressed(body), 4)
    async with sessions.begin() as session:
        team, shoutout = await shoutouts_giving.one(session, context.team_id or "", handed_back.number(shoutout_id))
        notes = await shoutouts_giving.put_right(
            session, team, shoutout, context.user_id or "", wrong=wrong, right=right, now=now
        )
        url = await directory.url(session, team.workspace_id)
        await outbox.tell(session, cards.announced(shoutout, team, notes, url, "changed"), now=now)
        homes.touch(session, team.workspace_id, shoutout.receivers, now=now)
        people = [each for each in unsure.split(",") if each]
        await respond(session, body, await giving.answer(session, shoutout, team, people), now)
    await ack()


async def thank_too(ack: AsyncAck, body: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    """Thank those as well of whom it was not certain that they were meant."""
    shoutout_id, people = handed_back.parts(pressed(body), 2)
    async with sessions.begin() as session:
        team, shoutout = await shoutouts_giving.one(session, context.team_id or "", handed_back.number(shoutout_id))
        becomes: Literal["changed", "new"] = "changed" if shoutout.has_card else "new"
        notes = await shoutouts_giving.add(session, team, shoutout, context.user_id or "", people.split(","), now=now)
        url = await directory.url(session, team.workspace_id)
        if shoutout.is_given:
            await outbox.tell(session, cards.announced(shoutout, team, notes, url, becomes), now=now)
            homes.touch(session, team.workspace_id, [shoutout.giver_id, *shoutout.receivers], now=now)
        is_heard = shoutout.way == Way.HEARD
        answer = answers.told_too(shoutout) if is_heard else await giving.answer(session, shoutout, team)
        await respond(session, body, answer, now)
    await ack()


async def keep(ack: AsyncAck, body: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        until = await giving.keep(
            session, context.team_id or "", context.user_id or "", handed_back.number(pressed(body)), now
        )
        await respond(session, body, answers.kept(until), now)
    await ack()
