"""What a leader saw while helping: asked in three questions, read by leaders, answered to who wrote it."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.features.debriefs import asking, keeping
from bot.features.debriefs.keeping import CAME, KIND, LONGEST, Said
from bot.features.debriefs.tables import Destination
from bot.features.spikes import finding as spikes_finding
from bot.inbox import Sessions
from bot.messages import handed_back
from bot.messages.debriefs import forms
from bot.messages.debriefs.names import FOR, THANK
from bot.messages.post import Payload, payload
from bot.messages.text import clean
from bot.teams import finding, membership
from bot.teams.tables import Role, Team
from handlers.forms import answers, mentioning
from handlers.presses import pressed, show_form
from handlers.shoutouts.form import prefilled
from schedules import debriefs as schedule


async def open_form(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    async with sessions.reading() as session:
        debrief = await asking.one(session, body["team"]["id"], body["user"]["id"], handed_back.number(pressed(body)))
        team = await finding.one(session, debrief.workspace_id, debrief.leader_id, debrief.team_id)
    await show_form(client, body, forms.form(team, debrief))
    await ack()


async def nothing(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        debrief = await asking.one(session, body["team"]["id"], body["user"]["id"], handed_back.number(pressed(body)))
        asking.nothing(debrief)
        team = await finding.one(session, debrief.workspace_id, debrief.leader_id, debrief.team_id)
        spike = await spikes_finding.spike_of(session, debrief.spike_id)
        await schedule.show(session, team, debrief, spike.queue, now=now)
    await ack()


async def keep(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    filled, workspace_id, by = answers(view), context.team_id or "", context.user_id or ""
    whom = filled[THANK] or []
    async with sessions.begin() as session:
        said = _said(await mentioning(session, workspace_id, filled, *KIND, longest=LONGEST))
        debrief = await asking.one(session, workspace_id, by, handed_back.number(view["private_metadata"]))
        team = await finding.one(session, debrief.workspace_id, debrief.leader_id, debrief.team_id)
        spike = await spikes_finding.spike_of(session, debrief.spike_id)
        await keeping.keep(session, debrief, spike.queue, said, has_thanks=bool(whom), now=now)
        await schedule.learn(session, spike)
        await schedule.show(session, team, debrief, spike.queue, now=now)
        next_view = payload(forms.saved(is_told=bool(said)))
        if whom:
            next_view = await prefilled(session, workspace_id, by, whom)
    await ack(response_action="update", view=next_view)


def _said(filled: Payload) -> list[Said]:
    words = {field: (filled[field] or "").strip() for field in KIND}
    return [
        Said(kind, words[field], handed_back.choice(Destination, filled[FOR.format(field)]))
        for field, kind in KIND.items()
        if words[field]
    ]


async def read(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """The notes, in a form and nowhere else."""
    await show_form(client, body, await _notes(sessions, body["team"]["id"], body["user"]["id"]))
    await ack()


async def list_notes(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    """`/queue notes`."""
    view = await _notes(sessions, body["team_id"], body["user_id"])
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def _notes(sessions: Sessions, workspace_id: str, by: str) -> ModalView:
    async with sessions.reading() as session:
        led = await _led(session, workspace_id, by)
        reader = await directory.person(session, workspace_id, by)
        return forms.listed(await keeping.notes(session, workspace_id, by, led), reader, led)


async def open_answer(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    workspace_id, by = body["team"]["id"], body["user"]["id"]
    async with sessions.reading() as session:
        reader = await directory.person(session, workspace_id, by)
        found = await keeping.note(
            session, workspace_id, await _led(session, workspace_id, by), handed_back.number(pressed(body))
        )
    await show_form(client, body, forms.answer_form(found, reader))
    await ack()


async def answer(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    """What came of a note: kept, and told to who wrote it."""
    workspace_id, by = context.team_id or "", context.user_id or ""
    async with sessions.begin() as session:
        filled = await mentioning(session, workspace_id, answers(view), CAME, longest=LONGEST)
        words = clean(filled[CAME])
        led = await _led(session, workspace_id, by)
        found = await keeping.note(session, workspace_id, led, handed_back.number(view["private_metadata"]))
        team = await session.get_one(Team, found.note.team_id)
        await schedule.answer(session, team, found, by, words, now=now)
    await ack(response_action="update", view=payload(forms.sent(found, by)))


async def _led(session: AsyncSession, workspace_id: str, by: str) -> list[int]:
    roles = await membership.roles_of(session, workspace_id, by)
    return [team_id for team_id, role in roles.items() if role is Role.LEADER]
