"""Edit the cards of rows from which somebody's name or words were removed."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Base, table
from bot.features.hand_ups.models import HandUp
from bot.features.heads_ups.models import HeadsUp
from bot.features.notices.models import Notice
from bot.features.rituals.models import Ritual, RitualRun
from bot.features.shoutouts import credits
from bot.features.shoutouts.models import Credit, Shoutout
from bot.features.spikes.models import Spike
from bot.features.voice.models import VoiceMonth
from bot.followups.models import Followup
from bot.messages.shoutouts import cards as shoutout_cards
from bot.messages.spikes import cards as spike_messages
from bot.org import workspaces
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.slack.outbox import outbox
from bot.workflows.followups import steps as followup_steps
from bot.workflows.hand_ups import cards as hand_up_cards
from bot.workflows.heads_ups import cards as heads_up_cards
from bot.workflows.notices import posts as notice_posts
from bot.workflows.rituals import cards as ritual_cards
from bot.workflows.spikes import cards as spike_cards
from bot.workflows.voice import posts as voice_posts


async def render(session: AsyncSession, workspace_id: str, name: str, id: int, *, now: datetime) -> None:
    """Edit the cards of a row, given by its table's name and its id, if it still exists."""
    model = next(each for each in RENDERERS if table(each).name == name)
    row: Any = await session.get(model, id)
    if row is not None and row.workspace_id == workspace_id:
        team = await session.get_one(Team, row.team_id)
        await RENDERERS[model](session, team, row, now)


async def _render_shoutout(session: AsyncSession, team: Team, shoutout: Shoutout, now: datetime) -> None:
    """Edit a shout-out's card and its notes, or delete them if its words are gone."""
    if not shoutout.is_given:
        return
    url = await workspaces.message_url(session, team.workspace_id)
    credited = (await session.scalars(select(Credit).where(Credit.shoutout_id == shoutout.id))).all()
    notes = credits.changed_notes(shoutout, credited)
    steps = shoutout_cards.change_steps(shoutout, team, notes, url, "changed")
    card = shoutout_cards.card_name(shoutout)
    if card not in {each.post.card for each in steps} and await outbox.is_posted(session, card, to=team.channel):
        await outbox.delete(session, card, to=team.channel, now=now)
    for step in steps:
        if shoutout.reason:
            await outbox.change(session, step.post, to=step.to, now=now)
        elif await outbox.is_posted(session, step.post.card or "", to=step.to):
            await outbox.delete(session, step.post.card or "", to=step.to, now=now)


async def _render_followup(session: AsyncSession, team: Team, followup: Followup, now: datetime) -> None:
    await followup_steps.show_again(session, team, followup, now=now)


async def _render_spike(session: AsyncSession, team: Team, spike: Spike, now: datetime) -> None:
    if await outbox.is_posted(session, spike_messages.card_name(spike), to=team.channel):
        await spike_cards.update_card(session, team, spike, now=now)


async def _render_notice(session: AsyncSession, team: Team, notice: Notice, now: datetime) -> None:
    if notice.ended_at is None:
        await notice_posts.show_card(session, team, notice, now=now)


async def _render_heads_up(session: AsyncSession, team: Team, found: HeadsUp, now: datetime) -> None:
    await heads_up_cards.update_card(session, found, team, now=now)


async def _render_run(session: AsyncSession, team: Team, run: RitualRun, now: datetime) -> None:
    ritual = await session.get_one(Ritual, run.ritual_id)
    if ritual.template and not team.is_closed:
        post = await ritual_cards.build_card(session, team, ritual, run)
        await outbox.change(session, post, to=team.channel, now=now)


async def _render_hand_up(session: AsyncSession, team: Team, hand_up: HandUp, now: datetime) -> None:
    agent = await session.get(Person, (hand_up.workspace_id, hand_up.agent_id))
    if agent and await outbox.is_posted(session, hand_up.card, to=agent.dm):
        await hand_up_cards.show(session, team, hand_up, now=now)


async def _render_month(session: AsyncSession, team: Team, found: VoiceMonth, now: datetime) -> None:
    if found.message and found.sponsor_id:
        await voice_posts.show_again(session, found, Address(found.workspace_id, found.sponsor_id), now=now)


Render = Callable[[AsyncSession, Team, Any, datetime], Awaitable[None]]
RENDERERS: dict[type[Base], Render] = {
    Shoutout: _render_shoutout, Followup: _render_followup, Spike: _render_spike, Notice: _render_notice,
    HeadsUp: _render_heads_up, RitualRun: _render_run, HandUp: _render_hand_up, VoiceMonth: _render_month,
}  # fmt: skip
"""How to edit the cards of a row, by its model. Cards of other rows stay in Slack as they are."""
