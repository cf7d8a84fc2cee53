"""Tests of retention: rows of each table are deleted as soon as their declared period is over, and not before."""

import itertools
from collections.abc import Sequence
from dataclasses import MISSING, fields
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Base
from bot.db.personal_data import DECLARED
from bot.escalation.models import Ask
from bot.features.balance.models import TimeEntry
from bot.features.birthdays.models import Occasion, SealedSignature
from bot.features.breaks.models import Break
from bot.features.celebrations.models import Celebration, MessageReaction, ReactedMessage
from bot.features.debriefs import Debrief
from bot.features.fun_tank.models import Movement, PrivateEntry
from bot.features.hand_ups.models import HandUp
from bot.features.hard_contacts import LONGEST_KEPT, HardContact, HardContactMonth
from bot.features.heads_ups.models import CoverSlot, HeadsUp
from bot.features.notices.models import Notice
from bot.features.one_on_ones import models as one_on_ones
from bot.features.pulse.models import PulseComment, PulseRound
from bot.features.rituals.models import CoffeePair, Participation, QuizAnswer, Ritual, RitualRun
from bot.features.shoutouts.models import Credit, Shoutout
from bot.features.spikes.models import Cause, Spike, Stint
from bot.features.tickets.models import KnownTicket, TicketQueue
from bot.features.tickets.watches import TicketWatch
from bot.features.visits import models as visits
from bot.features.voice.models import VoiceMonth
from bot.features.weekly.models import LeaderWeek
from bot.followups.models import Event, Followup, Support
from bot.meetings.models import Kind, Meeting, Series
from bot.nudges.models import Nudge
from bot.org.teams.models import Team
from bot.org.teams.settings import SettingsChange
from bot.org.workspaces import Workspace
from bot.scheduler.models import Occurrence
from bot.slack.home import Home
from bot.slack.inbox import Delivery
from bot.slack.outbox.models import Outgoing
from schedules import retention
from tests.conftest import TUESDAY

NIGHT = TUESDAY + timedelta(days=900)
YEAR, QUARTER, MONTH, WEEK = timedelta(days=400), timedelta(days=90), timedelta(days=30), timedelta(days=7)
DAYS = ("happened_on", "raised_on", "asked_on", "month")
"""Columns that have a date instead of an instant."""
NEVER = timedelta(days=899)
"""The age used for rows that only their state protects from deletion."""


class Case(NamedTuple):
    model: type[Base]
    column: str
    lives: timedelta
    given: dict[str, Any] = {}
    parents: dict[str, type[Base]] = {}
    children: Sequence[tuple[type[Base], str]] = ()


GOES = [
    Case(Delivery, "received_at", WEEK),
    Case(Outgoing, "settled_at", WEEK, {"state": "sent"}),
    Case(Outgoing, "settled_at", WEEK, {"state": "dropped"}),
    Case(Shoutout, "made_at", WEEK),
    Case(Shoutout, "undone_at", WEEK, {"given_at": NIGHT}),
    Case(Shoutout, "undone_at", WEEK, {"kept_until": NIGHT}),
    Case(Shoutout, "given_at", YEAR, children=[(Credit, "shoutout_id"), (Shoutout, "joins_id")]),
    Case(Shoutout, "made_at", YEAR, {"kept_until": TUESDAY}),
    Case(Shoutout, "made_at", YEAR, {"undone_at": NIGHT}),
    Case(SettingsChange, "changed_at", YEAR),
    Case(TimeEntry, "started_at", QUARTER),
    Case(Meeting, "ended_at", YEAR, {"kind": Kind.ONE_ON_ONE}, parents={"series_id": Series}),
    Case(Meeting, "ended_at", YEAR, {"kind": Kind.SHADOWING}),
    Case(Meeting, "ended_at", MONTH, {"kind": Kind.SHADOWING, "state": "declined"}),
    Case(Series, "ended_at", YEAR),
    Case(Meeting, "ended_at", YEAR, {"kind": Kind.VISIT}, children=[(visits.Debrief, "meeting_id")]),
    Case(one_on_ones.Topic, "made_at", YEAR),
    Case(one_on_ones.Note, "made_at", YEAR),
    Case(Followup, "closed_at", YEAR, children=[(Event, "followup_id"), (Support, "followup_id")]),
    Case(visits.Sighting, "seen_at", YEAR),
    Case(
        RitualRun, "starts_at", YEAR, parents={"ritual_id": Ritual},
        children=[(each, "occasion_id") for each in (Participation, CoffeePair, QuizAnswer)],
    ),
    Case(Celebration, "made_at", YEAR),
    Case(ReactedMessage, "said_at", timedelta(days=15), children=[(MessageReaction, "message_id")]),
    Case(Occasion, "due_at", YEAR, children=[(SealedSignature, "occasion_id")]),
    Case(Spike, "resolved_at", YEAR, children=[(each, "spike_id") for each in (Stint, Debrief)]),
    Case(Stint, "ended_at", QUARTER, {"spike_id": None}),
    Case(Stint, "ended_at", QUARTER, parents={"spike_id": Spike}),
    Case(Cause, "heard_at", WEEK),
    Case(Ask, "asked_at", YEAR),
    Case(Ask, "answered_at", MONTH, {"kind": "spike", "state": "declined"}),
    Case(Movement, "moved_at", YEAR, {"cause": "promise"}),
    Case(PrivateEntry, "happened_on", YEAR),
    Case(HardContact, "raised_on", LONGEST_KEPT),
    Case(HardContactMonth, "month", YEAR),
    Case(TicketWatch, "asked_on", MONTH),
    Case(Notice, "ended_at", YEAR),
    Case(PulseRound, "closed_at", YEAR),
    Case(PulseComment, "closed_at", YEAR, parents={"round_id": PulseRound}),
    Case(HeadsUp, "ends_at", YEAR, children=[(CoverSlot, "heads_up_id")]),
    Case(KnownTicket, "heard_at", WEEK, parents={"queue_id": TicketQueue}),
    Case(Nudge, "said_at", timedelta(days=90), {"state": "ignored"}),
    Case(Home, "opened_at", WEEK),
    Case(HandUp, "raised_at", MONTH),
    Case(LeaderWeek, "closed_at", QUARTER),
    Case(VoiceMonth, "drafted_at", YEAR),
    Case(Break, "asked_at", WEEK),
]  # fmt: skip
STAYS = [
    Case(Outgoing, "settled_at", NEVER, {"state": "aside"}),
    Case(Outgoing, "not_before", NEVER),
    Case(Shoutout, "undone_at", timedelta(days=1), {"made_at": NIGHT - timedelta(days=8)}),
    Case(Shoutout, "kept_until", NEVER, {"made_at": NIGHT - timedelta(days=8)}),
    Case(Meeting, "made_at", NEVER, {"kind": Kind.ONE_ON_ONE}, parents={"series_id": Series}),
    Case(Meeting, "made_at", NEVER, {"kind": Kind.VISIT}),
    Case(Series, "since", NEVER),
    Case(Series, "ended_at", NEVER, children=[(Meeting, "series_id")]),
    Case(Ask, "answered_at", YEAR, {"kind": "visit", "state": "declined"}),
    Case(Followup, "raised_at", NEVER),
    Case(Spike, "opened_at", NEVER, children=[(Stint, "spike_id")]),
    Case(Stint, "started_at", NEVER, {"spike_id": None}),
    Case(Movement, "moved_at", NEVER, {"cause": "start"}),
    Case(Nudge, "said_at", NEVER, {"state": "snoozed"}),
    Case(Nudge, "said_at", NEVER, {"state": "said"}),
]
PARENTS: dict[type[Base], dict[str, Any]] = {PulseRound: {"closed_at": NIGHT}}
"""Values of parent rows, of which a team could otherwise have only one."""
_numbers = itertools.count(1)


def row(model: type[Base], team: Team, **given: Any) -> Any:
    """Return a row with a value in each required column."""
    unlike = next(_numbers)
    fitting = {
        int: unlike,
        str: f"{unlike}",
        bytes: b"",
        datetime: NIGHT,
        date: NIGHT.date() + timedelta(days=unlike),
        bool: False,
        float: 1.0,
        time: time(),
    }
    owners, values = {"workspace_id": "T1", "team_id": team.id}, {}
    for field in fields(model):
        if field.init and field.default is MISSING and field.default_factory is MISSING:
            column = inspect(model).columns[field.name].type
            type_ = getattr(column, "impl_instance", column).python_type
            values[field.name] = owners.get(field.name, fitting.get(type_, []))
    return model(**values | given)


async def filled(session: AsyncSession, team: Team, case: Case, ago: timedelta) -> list[Base]:
    """Insert the row of a test case, as old as `ago`, and its child rows; return all of them."""
    at: Any = NIGHT - ago
    given = case.given | {case.column: at.date() if case.column in DAYS else at}
    for column, parent in case.parents.items():
        owner = row(parent, team, **PARENTS.get(parent, {}))
        session.add(owner)
        await session.flush()
        given[column] = owner.id
    found = row(case.model, team, **given)
    session.add(found)
    await session.flush()
    children = [row(child, team, **{column: found.id}) for child, column in case.children]
    session.add_all(children)
    await session.flush()
    return [found, *children]


async def left(session: AsyncSession, rows: Sequence[Base]) -> list[bool]:
    """Return for each row whether it still exists."""
    found = []
    for each in rows:
        mapper = inspect(type(each))
        key = [name == value for name, value in zip(mapper.primary_key, inspect(each).identity or (), strict=True)]
        found.append(bool(await session.scalar(select(func.count()).select_from(mapper.local_table).where(*key))))
    return found


@pytest.mark.parametrize("case", GOES, ids=lambda case: f"{case.model.__name__}-{case.column}")
async def test_row_is_deleted_when_its_retention_ends_and_not_before(
    session: AsyncSession, workspace: Workspace, team: Team, case: Case
) -> None:
    little = timedelta(days=1) if case.column in DAYS else timedelta(seconds=1)
    young = await filled(session, team, case, case.lives - timedelta(seconds=1))
    old = await filled(session, team, case, case.lives + little)
    session.expunge_all()
    await retention.prune(session, workspace, Occurrence(NIGHT, NIGHT - timedelta(days=1)))

    assert set(await left(session, young)) == {True}
    assert set(await left(session, old)) == {False}


@pytest.mark.parametrize("case", STAYS, ids=lambda case: f"{case.model.__name__}-{case.column}")
async def test_row_that_is_still_needed_is_kept_at_any_age(
    session: AsyncSession, workspace: Workspace, team: Team, case: Case
) -> None:
    kept = await filled(session, team, case, case.lives)
    session.expunge_all()
    await retention.prune(session, workspace, Occurrence(NIGHT, NIGHT - timedelta(days=1)))

    assert set(await left(session, kept)) == {True}


@pytest.mark.parametrize("model", [one_on_ones.Topic, one_on_ones.Note], ids=lambda model: model.__name__)
async def test_topics_and_notes_are_kept_until_400_days_after_the_pairs_last_meeting(
    session: AsyncSession, workspace: Workspace, team: Team, model: type[Base]
) -> None:
    pair = {"leader_id": "U1", "agent_id": "U2"}
    met = {"kind": Kind.ONE_ON_ONE, "state": "met", "organizer_id": "U1", "attendee_id": "U2"}
    rows = await filled(session, team, Case(model, "made_at", NEVER, pair), NEVER)
    series = row(Series, team, **pair)
    session.add_all([series, row(Meeting, team, **met, ended_at=NIGHT)])
    end, day = NIGHT + NEVER, timedelta(days=1)

    async def are_left(night: datetime) -> bool:
        for at in (night, night + timedelta(minutes=1)):
            await retention.prune(session, workspace, Occurrence(at, at - day))
        return await left(session, rows) == [True]

    assert await are_left(end)
    session.add(row(Meeting, team, **met, ended_at=end))
    series.ended_at = end
    await session.flush()

    assert await are_left(end + YEAR - day)
    assert not await are_left(end + YEAR + day)


def test_every_declared_retention_period_has_a_test_case() -> None:
    declared = {(model, keep.counted_from.key, keep.period) for model in DECLARED for keep in DECLARED[model].periods}

    assert declared == {(case.model, case.column, case.lives) for case in GOES}
