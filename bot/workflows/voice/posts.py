"""What was sent to sponsors: show it again, and show in the messages what became of the roadblocks in them.

A step in a follow-up that may be quoted also changes leaders' drafts.
"""

import json
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Private, Unreadable
from bot.errors import Refusal
from bot.features.voice import queries
from bot.features.voice.models import VoiceMonth
from bot.followups.models import Kind, Quoting
from bot.followups.rules import Step
from bot.messages.followups.cards import View
from bot.messages.voice import cards
from bot.org import people
from bot.org.teams import membership
from bot.org.teams import queries as teams
from bot.org.teams.models import Role, Team
from bot.org.workspaces import Address
from bot.refusals import common
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.post import Post, StoredPost

SHOW_DRAFTS = JobName("voice.show_drafts")


async def follow_quote(session: AsyncSession, view: View, *, now: datetime) -> None:
    """Schedule showing leaders in their drafts what a step changes about a quote, such as that it was withdrawn."""
    this = view.followup
    if this.quoting == Quoting.NO or this.quoted_at or not await queries.list_open_months(session, view.team):
        return
    key = f"{SHOW_DRAFTS}:{view.team.id}:{now.isoformat()}"  # unique: a running job can't be scheduled again
    await scheduler.put(session, job=SHOW_DRAFTS, key=key, team=view.team, due_at=now, now=now)


async def show_step(session: AsyncSession, view: View, step: Step, *, now: datetime) -> None:
    """Replace a roadblock's buttons in the sponsor's messages once the sponsor need not answer any more.

    The other roadblocks of a message keep theirs. The words stay as they were sent.
    """
    this = view.followup
    if this.kind != Kind.ROADBLOCK or not this.sponsor_note or not (happened := cards.what_happened(view, step)):
        return
    for found in await queries.lock_sent(session, view.team):
        if isinstance(found.message, Unreadable):
            continue
        message = cards.take_buttons_off(json.loads(found.message), view, happened)
        if message is None or found.sponsor_id is None:
            continue
        found.message = Private(json.dumps(message))
        post = StoredPost(message["text"], card=found.card, stored=message)
        await outbox.change(session, post, to=Address(found.workspace_id, found.sponsor_id), now=now)


async def show_again(session: AsyncSession, found: VoiceMonth, to: Address, *, now: datetime) -> None:
    """Edit the message to the sponsor to what is stored of it, because a name in it was removed."""
    message = json.loads(found.message)
    await outbox.change(session, StoredPost(message["text"], card=found.card, stored=message), to=to, now=now)


async def list_months(session: AsyncSession, actor: Actor) -> Post:
    """List the latest months of the actor's teams. Raises `Refusal` for anybody who neither leads nor sponsors one."""
    await people.fetch_person(session, *actor)
    theirs = {each.id: each for each in await teams.teams_of_person(session, *actor)}
    readable = {id: team for id, team in theirs.items() if await _may_read(session, actor, team)}
    if not readable:
        raise Refusal(common.VOICE_FOR_LEADERS)
    return cards.months([(readable[each.team_id], each) for each in await queries.list_sent(session, readable)])


async def show_month(session: AsyncSession, actor: Actor, month_id: int) -> Post:
    """Return a month as text. The notes for the sponsor in it are shown to the sponsor alone."""
    team, found = await queries.find_month(session, actor.workspace_id, month_id)
    if not await _may_read(session, actor, team) or not found.words:
        raise Refusal(common.VOICE_FOR_LEADERS)
    return cards.month(found.words if team.sponsor_id == actor.person_id else found.leader_words)


async def _may_read(session: AsyncSession, actor: Actor, team: Team) -> bool:
    member = await membership.member(session, team, actor.person_id)
    return team.sponsor_id == actor.person_id or (member is not None and member.role is Role.LEADER)
