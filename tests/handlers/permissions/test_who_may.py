"""Permission tests: outsiders change nothing by any button or form, whether it was once shown to them or is forged.

By commands, shortcuts and events, they neither change a team that is not theirs nor read its private data.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from random import Random

import pytest

from bot.db.sessions import Database
from bot.messages import my_data, suggestions
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.slack.dispatcher import Kind
from handlers import fun_tank
from handlers.spikes import listeners
from tests.handlers.permissions.attempts import KINDS, TYPED, doings
from tests.handlers.permissions.harness import PRIVATE, UNLISTED, Act, Outcome, Stage, staged

OUTSIDERS = {
    "UZOE": "leads another team",
    "UYAN": "an agent of another team",
    "UROOT": "an admin outside the team",
    "ULEFT": "left the channel as a leader",
    "UQUIT": "left the workspace as a leader",
    "UFAR": "of another company, an admin there, once written down as a leader",
    "UGUEST": "a guest",
    "UKIM": "of another company, met in the channel",
    "UNOBODY": "whom Slack has not told of",
}
ELSEWHERE = {
    "T2:UMAYA": "in another workspace, with the id that the team's leader has here",
    "T2:UEVE": "leads a team and runs a workspace elsewhere, in a channel with the same id",
}
STRANGERS = {"UQUIT", "UFAR", "UKIM", "UNOBODY", *ELSEWHERE}
"""People whose messages and reactions have no effect in this workspace."""
OWN = {"deliveries", "outbox", "outbox_lanes", "lanes", "homes", "home_tabs"}
"""Tables that contain the answer to the person who acted."""
FOR_ANYBODY = {
    "settings:own_form",
    "absences:remove",
    "birthdays:decline",
    "shoutouts:form",
    "celebrations:form",
    "my_data:export",
    "nudges:mute_kind",
    *(f"my_data:stop:{name}" for name in my_data.names()),
    "erasures:form",
}
"""Listeners that concern only the sender, or only the sender's team, whose members can thank anybody."""
FOR_ADMINS = ("settings:", "setup:")
SEEN_BY_ADMINS = {"pearlqueue"}
"""Words of `PRIVATE` in the team's settings, which admins may see."""
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


def draw_sample(tries: list[tuple[Act, str]], request: pytest.FixtureRequest) -> list[tuple[Act, str]]:
    """Return a random sample of the attempts, which changes every day; with `--every-pair`, return all."""
    if request.config.getoption("every_pair"):
        return tries
    return Random(datetime.now(UTC).toordinal()).sample(tries, min(SAMPLE, len(tries)))


def find_leak(act: Act, who: str, outcome: Outcome, team: Team) -> str | None:
    """Return a description of the team's data that a person changed or saw without permission, or None.

    Changes to the person's own data do not count.
    """
    by = f"{act} by {who}, {OUTSIDERS.get(who) or ELSEWHERE[who]}"
    if outcome.problems or outcome.status != 200:
        return f"{by}: {outcome.status} {outcome.problems}"
    hidden = PRIVATE - SEEN_BY_ADMINS if who == "UROOT" else PRIVATE
    if shown := [word for word in hidden if word in outcome.said]:
        return f"{by}: is shown {shown}"
    may = {"cheers"} if who in ELSEWHERE else act.facts if who in STRANGERS else act.facts | act.may
    wrong = sorted({str(row) for row in outcome.rows if row.is_of(team) and row.table not in may})
    return f"{by}: {wrong}" if wrong else None


def find_violation(act: Act, who: str, outcome: Outcome, team: Team) -> str | None:
    """Return a description of what a person did by a button or form without permission, or None.

    Outsiders may not change any data by buttons and forms.
    """
    if who == "UROOT" and act.name.startswith(FOR_ADMINS):
        return None
    if wrong := find_leak(act, who, outcome, team):
        return wrong
    if act.name in FOR_ANYBODY:
        return None
    if outcome.tables - OWN or outcome.to - {who}:
        return f"{act} by {who}, {OUTSIDERS[who]}: wrote {sorted(outcome.tables)}, told {sorted(outcome.to)}"
    return None


async def test_outsiders_change_nothing_with_buttons_or_forms(
    stage: Stage, team: Team, request: pytest.FixtureRequest
) -> None:
    """Outsiders change nothing, and demoted leaders change no more than agents with the same buttons."""
    acts = await stage.acts()
    shown = {(KINDS[act.kind], act.name) for act in acts}
    names = [(kind, name) for kind in (Kind.ACTION, Kind.VIEW) for name in stage.listeners.names(kind)]
    acts += [forged(*each, value) for each in names if each not in shown for value in ("1", "1:1", "1:1:1")]
    assert len(shown) > 60
    found = [
        wrong
        for act, who in draw_sample([(act, who) for act in acts for who in OUTSIDERS], request)
        if (wrong := find_violation(act, who, await stage.press(who, act.body), team))
    ]
    found += [
        wrong
        for act, who in draw_sample([(act, who) for act in acts for who in ELSEWHERE], request)
        if (wrong := find_leak(act, who, await stage.press(who, act.body), team))
    ]
    leaders = [act for act in acts if act.shown in ("UMAYA", "UTOM")]
    found += [
        wrong
        for act, _ in draw_sample([(act, "UOLD") for act in leaders], request)
        if (wrong := await extra_rights(act, stage))
    ]

    assert not found, "\n".join(found)
    assert PRIVATE - stage.seen == UNLISTED, "else nobody could have been shown it"


async def extra_rights(act: Act, stage: Stage) -> str | None:
    """Return a description of what a demoted leader can do or see but an agent cannot, or None."""
    old, agent = await stage.press("UOLD", act.body), await stage.press("UELI", act.body)
    shown = [word for word in PRIVATE if word in old.said and word not in agent.said]
    if shown or old.problems or (agent.is_refused and not old.is_refused) or old.tables - agent.tables - OWN:
        return f"{act} by one demoted: wrote {old.tables} {old.problems}, an agent {agent.tables}, is shown {shown}"
    return None


async def test_outsiders_neither_change_nor_read_team_data_by_commands_shortcuts_or_events(
    stage: Stage, team: Team, request: pytest.FixtureRequest
) -> None:
    acts = list(doings())
    found = [
        wrong
        for act, who in draw_sample([(act, who) for act in acts for who in (*OUTSIDERS, *ELSEWHERE)], request)
        if (wrong := find_leak(act, who, await stage.press(who, act.body), team))
    ]
    typed = [(act, "UOLD") for act in acts if act.kind in ("slash_commands", "shortcut", "message_action")]
    found += [wrong for act, _ in draw_sample(typed, request) if (wrong := await extra_rights(act, stage))]

    assert not found, "\n".join(found)


def test_permission_tests_try_every_subcommand() -> None:
    typed = {f"{word} {text}".strip() for word, texts in TYPED.items() for text in texts}
    words = {entry.typed for entry in suggestions.ENTRIES}
    words |= {f"/queue {word}".strip() for word in listeners.WORDS} | {
        f"/funtank {word}".strip() for word in fun_tank.WORDS
    }

    assert words <= typed | {" ".join(each.split()[:2]) for each in typed}


async def test_permission_tests_try_every_listener_of_commands_shortcuts_and_events(stage: Stage) -> None:
    tried = {(KINDS[act.kind], act.name) for act in doings()}
    kinds = set(Kind) - {Kind.ACTION, Kind.VIEW}  # other tests try actions and views, by name
    missing = {(kind, name) for kind in kinds for name in stage.listeners.names(kind)} - tried

    assert not missing


async def test_forged_values_of_buttons_and_forms_cause_no_errors(stage: Stage, request: pytest.FixtureRequest) -> None:
    names = [(kind, name) for kind in (Kind.ACTION, Kind.VIEW) for name in stage.listeners.names(kind)]
    acts = [forged(kind, name, value) for kind, name in names for value in FORGED]
    tries = [(act, who) for act in acts for who in ("UANA", "UMAYA", "UNOBODY")]
    found = []
    for act, who in draw_sample(tries, request):
        outcome = await stage.press(who, act.body)
        if outcome.problems or outcome.status != 200:
            found.append(f"{act} by {who}: {act.said[-200:]} {outcome.problems}")

    assert not found, "\n".join(found)


def forged(kind: Kind, name: str, value: str) -> Act:
    """Return a button press with a forged value, or an empty form with forged metadata."""
    return Act.of_a_button(name, value) if kind is Kind.ACTION else Act.of_a_form(name, value)
