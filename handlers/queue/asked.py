"""What a leader answers when they are asked to help: the first who comes has the place."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck

from bot import directory
from bot.features.spikes import asking
from bot.features.spikes.stints import MINUTES
from bot.features.spikes.tables import Answer
from bot.inbox import Sessions
from bot.listeners import Listener
from bot.messages import handed_back
from bot.messages.post import Payload
from bot.teams.tables import Team
from handlers.presses import pressed
from schedules import spike_asks as schedule


def presses(how: Answer) -> Listener:
    """The listener of a button."""

    async def press(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
        ask_id, _, minutes = pressed(body).partition(":")
        workspace_id, by = body["team"]["id"], body["user"]["id"]
        async with sessions.begin() as session:
            person = await directory.person(session, workspace_id, by, lock=True)
            spike, ask = await asking.one(session, workspace_id, handed_back.number(ask_id))
            team = await session.get_one(Team, spike.team_id)
            length = handed_back.number(minutes or MINUTES)
            await schedule.answer(session, team, spike, ask, person, how, length, now=now)
        await ack()

    return press
