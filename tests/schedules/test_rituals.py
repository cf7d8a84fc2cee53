"""Tests of the card of a ritual's host, and of the wins ritual, which the weekly summary opens."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert, Signal
from bot.features.rituals.models import Ritual, RitualRun, RunState
from bot.features.rituals.settings import Hosting, RitualPreferences
from bot.messages.rituals import cards
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.scheduler.models import About, Occurrence
from bot.slack.outbox.models import Card, Outgoing
from bot.slack.outbox.queries import decrypt_payload
from bot.workflows.rituals import plans, runs
from bot.workflows.spikes import signals
from schedules import rituals
from tests.conftest import TUESDAY

EVENING = TUESDAY + timedelta(hours=7, minutes=45)
"""So late that the ritual cannot wait for a calm queue on the same day."""


@pytest.fixture
async def ritual(session: AsyncSession, team: Team) -> Ritual:
    await plans.start_team(session, team, now=TUESDAY)
    found = (await session.scalars(select(Ritual).where(Ritual.slug == "question"))).one()
    return found


async def hosted(session: AsyncSession, team: Team, ritual: Ritual, day: date) -> RitualRun:
    """Add a ritual run that Ana hosts, with her card already posted."""
    occasion = RitualRun(team.workspace_id, team.id, ritual.id, day, TUESDAY, "What made you smile?")
    occasion.host_id = "UANA"
    session.add(occasion)
    await session.flush()
    post = cards.host_asked(team, ritual, occasion, await session.get_one(Person, ("T1", "UANA")))
    session.add(Card("T1", post.card or "", "DANA", "1.0"))
    return occasion


async def told(session: AsyncSession) -> list[str]:
    """Return the types of the blocks on Ana's card after each edit."""
    edits = await session.scalars(select(Outgoing).where(Outgoing.conversation == "UANA"))
    return [block["type"] for row in edits for block in decrypt_payload(row, session.info["vault"])["blocks"]]


@pytest.mark.parametrize("situation", ["calm", "host would rather not", "host has left", "queue over its limit"])
async def test_hosts_card_loses_its_buttons_when_the_ritual_starts_or_is_canceled(
    session: AsyncSession, team: Team, ritual: Ritual, situation: str
) -> None:
    now = EVENING if situation == "queue over its limit" else TUESDAY
    occasion = await hosted(session, team, ritual, now.date())
    ana = await session.get_one(Person, ("T1", "UANA"))
    ana.has_left = situation == "host has left"
    if situation == "host would rather not":
        RitualPreferences(hosting=Hosting.RATHER_NOT).keep(ana)
    if situation == "queue over its limit":
        await signals.receive_alert(session, team, Alert("grafana", Signal.FIRING, key="a", queue="phones"), now=now)

    await rituals.open_moved_run(session, team, Occurrence(now, now, About("occasion", occasion.id)))

    assert occasion.state == (RunState.LET_GO if situation == "queue over its limit" else RunState.SAID)
    assert await told(session) == ["section"]


async def test_no_card_is_edited_if_the_ritual_has_no_host(session: AsyncSession, team: Team, ritual: Ritual) -> None:
    occasion = await hosted(session, team, ritual, TUESDAY.date())
    occasion.host_id = None

    await rituals.open_moved_run(session, team, Occurrence(TUESDAY, TUESDAY, About("occasion", occasion.id)))

    assert occasion.state == RunState.SAID
    assert await told(session) == []


async def test_host_of_a_quiz_gets_a_different_text_from_the_host_of_an_open_question(
    session: AsyncSession, team: Team, ritual: Ritual
) -> None:
    occasion = await hosted(session, team, ritual, TUESDAY.date())
    quiz = Ritual(team.workspace_id, team.id, "trivia", "FREQ=WEEKLY;BYDAY=TU", time(11, 30))
    plain = cards.host_started(team, ritual, occasion, "UANA").text
    occasion.prompt = quiz.existing_template.prompts[0].ask

    assert cards.host_started(team, quiz, occasion, "UANA").text.split(">. ")[1] != plain.split(">. ")[1]


async def test_weekly_summary_opens_the_wins_ritual_exactly_once_in_a_teams_first_week(
    session: AsyncSession, team: Team, ritual: Ritual
) -> None:
    friday = TUESDAY.replace(hour=15) + timedelta(days=3)
    post = await runs.build_wins_if_due(session, team, Occurrence(friday, friday))

    assert post
    assert (await session.scalars(select(RitualRun.state))).all() == [RunState.SAID]
    assert await runs.build_wins_if_due(session, team, Occurrence(friday, friday)) is None
