"""Spikes of a team's queues: summaries before one-on-ones, debriefs, and retention."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.personal_data import RETENTION
from bot.errors import Refusal
from bot.features import debriefs as features_debriefs
from bot.features.debriefs import Debrief, DebriefAnswer, Destination
from bot.features.spikes.models import Kind as Help
from bot.features.spikes.models import Spike, Stint
from bot.followups.models import Followup, Kind
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.scheduler.models import Occurrence
from bot.slack.dispatcher import Actor
from bot.slack.outbox.models import Method, Outgoing
from bot.workflows import debriefs
from bot.workflows.spikes import queues
from schedules.retention import prune
from tests.conftest import TUESDAY

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


async def spike(session: AsyncSession, team: Team, days: float = 1) -> Spike:
    at = TUESDAY - days * DAY
    found = Spike(team.workspace_id, team.id, "phones", "phones", "person", at, at, "resolved", resolved_at=at)
    session.add(found)
    await session.flush()
    return found


async def helped(session: AsyncSession, team: Team, found: Spike, *, is_named: bool = True) -> None:
    at, ended = found.opened_at, found.opened_at + 25 * MINUTE
    session.add(
        Stint(team.workspace_id, team.id, found.id, "UMAYA", Help.QUEUE, at, ended, is_named=is_named, ended_at=ended)
    )
    await session.flush()


async def told(session: AsyncSession, team: Team, found: Spike) -> Followup:
    debrief = await features_debriefs.add_debrief(session, team, found.id, "UMAYA", now=found.opened_at)
    assert debrief
    said = [DebriefAnswer("hurt", Kind.IDEA, "refunds take long", Destination.SERVICE)]
    await debriefs.save_notes(session, Actor("T1", "UMAYA"), debrief.id, said, now=found.opened_at + DAY)
    await session.flush()
    return (await session.scalars(select(Followup).order_by(Followup.id.desc()).limit(1))).one()


@pytest.mark.parametrize(
    ("spikes", "is_named", "reader", "line"),
    [
        (0, True, "UMAYA", ""),
        (1, None, "UMAYA", "*In the last 3 days*, the team has had 1 queue spike."),
        (2, True, "UMAYA", "*In the last 3 days*, the team has had 2 queue spikes. You've helped for 50 minutes."),
        (1, True, "UANA", "*In the last 3 days*, the team has had 1 queue spike. <@UMAYA> has helped for 25 minutes."),
        (1, False, "UANA", "*In the last 3 days*, the team has had 1 queue spike."),
        (1, False, "UMAYA", "*In the last 3 days*, the team has had 1 queue spike. You've helped for 25 minutes."),
    ],
)
async def test_summary_before_a_one_on_one_lists_the_teams_spikes_and_the_leaders_help(
    session: AsyncSession, team: Team, spikes: int, is_named: bool | None, reader: str, line: str
) -> None:
    await helped(session, team, await spike(session, team, days=9))
    for _ in range(spikes):
        found = await spike(session, team)
        if is_named is not None:
            await helped(session, team, found, is_named=is_named)
    people = {id: await session.get_one(Person, ("T1", id)) for id in ("UMAYA", "UANA")}

    since = TUESDAY - 3 * DAY
    said = await queues.summarize_since(
        session, team, people["UMAYA"], people[reader], since, have_met=False, now=TUESDAY
    )
    assert said == line

    since_met = await queues.summarize_since(
        session, team, people["UMAYA"], people[reader], since, have_met=True, now=TUESDAY
    )
    assert since_met == line.replace("In the last 3 days", "Since your last one-on-one")


async def test_each_leader_has_one_debrief_per_spike(session: AsyncSession, team: Team) -> None:
    found = await spike(session, team)

    assert await features_debriefs.add_debrief(session, team, found.id, "UMAYA", now=TUESDAY)
    assert await features_debriefs.add_debrief(session, team, found.id, "UMAYA", now=TUESDAY) is None
    assert await features_debriefs.add_debrief(session, team, found.id, "UTOM", now=TUESDAY)


async def test_expired_spikes_are_pruned_but_the_followups_of_their_debriefs_stay(
    session: AsyncSession, workspace: Workspace, team: Team
) -> None:
    days = RETENTION.days
    for ago in (days + 5, days + 0.5, 3):
        found = await spike(session, team, ago)
        await helped(session, team, found)
        await told(session, team, found)
    session.expunge_all()
    await prune(session, workspace, Occurrence(TUESDAY, TUESDAY - DAY))

    tables = (Spike, Stint, Debrief, Followup)
    counts = [await session.scalar(select(func.count()).select_from(table)) for table in tables]
    assert counts == [1, 1, 1, 3]


async def test_debrief_becomes_an_idea_that_only_leaders_see_with_the_helpers_name(
    session: AsyncSession, team: Team
) -> None:
    found = await spike(session, team)
    idea = await told(session, team, found)

    assert (idea.kind, idea.state, idea.text, idea.destination) == ("idea", "open", "refunds take long", "service")
    assert (idea.author_id, idea.is_named, idea.audience) == ("UMAYA", True, "leaders")
    assert idea.source == f"spike:{found.id}"


async def test_saving_a_debrief_of_a_spike_posts_no_message(session: AsyncSession, team: Team) -> None:
    await told(session, team, await spike(session, team))

    posted = select(Outgoing.conversation).where(Outgoing.method == Method.POST)
    assert (await session.scalars(posted)).all() == []


async def test_debrief_answer_that_is_too_long_is_refused_at_its_field(session: AsyncSession, team: Team) -> None:
    debrief = await features_debriefs.add_debrief(session, team, (await spike(session, team)).id, "UMAYA", now=TUESDAY)
    assert debrief
    said = [DebriefAnswer("held", Kind.ROADBLOCK, "x" * 2001, Destination.SERVICE)]
    with pytest.raises(Refusal) as refused:
        await debriefs.save_notes(session, Actor("T1", "UMAYA"), debrief.id, said, now=TUESDAY)

    assert refused.value.field == "held"
