"""Whoever is not in their place can change nothing, whatever buttons and forms they still have or have forged."""

from collections.abc import AsyncIterator
from datetime import date
from random import Random

import pytest

from bot.database import Database
from bot.directory import Workspace
from bot.listeners import Kind
from bot.teams import Team
from tests.handlers.roles.stage import Act, Outcome, Stage, staged

OUTSIDERS = {
    "UZOE": "leads another team",
    "UYAN": "an agent of another team",
    "UROOT": "an admin outside the team",
    "ULEFT": "left the channel as a leader",
    "UQUIT": "left the workspace as a leader",
    "UFAR": "of another company, an admin there, once written down as a leader",
    "UGUEST": "a guest",
    "UNOBODY": "whom Slack has not told of",
}
OWN = {"deliveries", "outbox", "outbox_lanes", "lanes", "homes", "home_tabs"}
"""What an answer to whoever pressed is written down in."""
FOR_ANYBODY = {"settings:own_form", "absences:remove", "occasions:decline", "shoutouts:form", "celebrations:form"}
"""About whoever sends it alone, or for a team of theirs: thanks go to people of other teams too."""
FOR_ADMINS = ("settings:", "setup:")
SAMPLE = 60
FORGED = [
    "",
    "x",
    "1",
    "2",
    "1:1",
    "1:1:1",
    "-1",
    "9" * 40,
    "1:UANA:1795000000",
    "{}",
    "[1, null]",
    "\u0661",
    "1:2:3:4:5",
]


@pytest.fixture
async def stage(
    database: Database, workspace: Workspace, team: Team, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    async with staged(database, workspace, team, monkeypatch) as stage:
        yield stage


def drawn(tries: list[tuple[Act, str]], request: pytest.FixtureRequest) -> list[tuple[Act, str]]:
    """Some of them, others each day; all of them where everything is asked for."""
    if request.config.getoption("every_pair"):
        return tries
    return Random(date.today().toordinal()).sample(tries, min(SAMPLE, len(tries)))  # noqa: DTZ011


def trespass(act: Act, who: str, outcome: Outcome) -> str | None:
    """What somebody has done who may not."""
    if outcome.problems or outcome.status != 200:
        return f"{act} by {who}: {outcome.status} {outcome.problems}"
    if act.name in FOR_ANYBODY or (who == "UROOT" and act.name.startswith(FOR_ADMINS)):
        return None
    if others := outcome.tables - OWN:
        return f"{act} by {who}, {OUTSIDERS[who]}: wrote {sorted(others)}"
    if others := outcome.to - {who}:
        return f"{act} by {who}, {OUTSIDERS[who]}: told {sorted(others)}"
    return None


async def test_nobody_changes_anything_who_is_not_in_their_place(stage: Stage, request: pytest.FixtureRequest) -> None:
    """Outsiders change nothing at all; whoever was demoted may no more than an agent with the same buttons."""
    acts = await stage.acts()
    assert len({act.name for act in acts}) > 60
    found = [
        wrong
        for act, who in drawn([(act, who) for act in acts for who in OUTSIDERS], request)
        if (wrong := trespass(act, who, await stage.press(who, act.body)))
    ]
    leaders = [(act, "UOLD") for act in acts if act.shown in ("UMAYA", "UTOM")]
    for act, who in drawn(leaders, request):
        old, agent = await stage.press(who, act.body), await stage.press("UELI", act.body)
        if old.problems or (agent.is_refused and not old.is_refused) or old.tables - agent.tables - OWN:
            found.append(f"{act} by one demoted: wrote {old.tables} {old.problems}, an agent {agent.tables}")

    assert not found, "\n".join(found)


async def test_what_is_forged_is_no_mistake_of_ours(stage: Stage, request: pytest.FixtureRequest) -> None:
    names = [(kind, name) for kind in (Kind.ACTION, Kind.VIEW) for name in stage.listeners.names(kind)]
    acts = [forged(kind, name, value) for kind, name in names for value in FORGED]
    tries = [(act, who) for act in acts for who in ("UANA", "UMAYA", "UNOBODY")]
    found = []
    for act, who in drawn(tries, request):
        outcome = await stage.press(who, act.body)
        if outcome.problems or outcome.status != 200:
            found.append(f"{act} by {who}: {act.said[-200:]} {outcome.problems}")

    assert not found, "\n".join(found)


def forged(kind: Kind, name: str, value: str) -> Act:
    """A press with a value of one's own, or a form that remembers it and has nothing filled in."""
    return Act.of_a_button(name, value) if kind is Kind.ACTION else Act.of_a_form(name, value)
