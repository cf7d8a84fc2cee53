"""Spike debriefs: ask each helper once what they saw, and raise it as roadblocks and ideas."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features import debriefs
from bot.features.debriefs import DebriefAnswer
from bot.features.spikes import queries as spikes_queries
from bot.features.spikes import rules
from bot.features.spikes.models import Spike, Stint
from bot.features.spikes.rules import Step
from bot.features.spikes.settings import SpikePreferences
from bot.followups import queries as followups_queries
from bot.followups.models import Audience
from bot.followups.models import State as FollowupState
from bot.messages import debriefs as messages
from bot.org import people
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority

ASK_EXPIRY = timedelta(days=7)
"""How long the question may wait for working hours; after that, it is out of date."""


async def ask_helper(session: AsyncSession, team: Team, spike: Spike | None, stint: Stint, *, now: datetime) -> None:
    """Ask a helper, once and in working hours, what they saw during a spike."""
    if spike is None:
        return
    person = await people.fetch_person(session, stint.workspace_id, stint.person_id)
    if person.has_left or not SpikePreferences.of(person).is_asked:
        return
    if debrief := await debriefs.add_debrief(session, team, spike.id, person.id, now=now):
        await outbox.put(
            session, messages.ask(team, debrief, spike.queue), to=person.dm, not_before=now, priority=Priority.NUDGE,
            hours_of=team, expires_at=now + ASK_EXPIRY,
        )  # fmt: skip


async def save_notes(
    session: AsyncSession, actor: Actor, debrief_id: int, said: Sequence[DebriefAnswer] = (), *,
    has_thanks: bool = False, now: datetime,
) -> None:  # fmt: skip
    """Save a helper's answers as roadblocks and ideas for the team's leaders, if there are any, and close the debrief.

    Nobody is notified now: leaders see them in lists and reminders, and the helper is told about later steps.
    """
    debrief = await debriefs.lock_debrief(session, *actor, debrief_id)
    team = await teams_queries.own_team(session, *actor, debrief.team_id)
    spike = await spikes_queries.lock_spike(session, debrief.spike_id)
    debriefs.close(debrief, said, has_thanks=has_thanks)
    for each in said:
        followup = await followups_queries.add(
            session, team, each.kind, actor.person_id, each.words, state=FollowupState.OPEN, audience=Audience.LEADERS,
            is_named=True, source=f"spike:{spike.id}", now=now,
        )  # fmt: skip
        followup.destination = each.destination
    await mark_debriefed(session, spike)
    await outbox.edit(session, messages.ask(team, debrief, spike.queue), to=Address(*actor), not_before=now)


async def mark_debriefed(session: AsyncSession, spike: Spike) -> None:
    """Mark a spike as debriefed if it is over and a helper has answered its debrief."""
    if spike.is_over and await debriefs.is_debriefed(session, spike.id):
        rules.take_step(spike, Step.DEBRIEF)
