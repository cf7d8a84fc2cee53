"""Warnings about teams in whose channel the bot can no longer post."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from bot.features.alert_rules.models import AlertRule
from bot.features.spikes.queries import Standing
from bot.features.webhooks import NewWebhook, Sender, Webhook
from bot.messages import webhooks
from bot.messages.alert_rules import lists
from bot.messages.rituals import lists as rituals_lists
from bot.messages.spikes import overview
from bot.messages.spikes.overview import View
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.post import Payload, payload

NOW = datetime(2026, 11, 17, 10, tzinfo=UTC)
MAYA = Person("T1", "UMAYA", "maya", "Europe/Lisbon")


def hook(sender: Sender = Sender.GRAFANA) -> Webhook:
    made = Webhook("T1", 1, sender, "hash", "phones", "UMAYA", NOW, b"sealed")
    made.id, made.deliveries, made.refused, made.outcome = 1, 0, 0, ""
    return made


def rule() -> AlertRule:
    made = AlertRule(
        "T1", 1, channel_id="C2", sender="B1", sender_name="Grafana", way="grafana", pattern="", queue="",
        made_by="UMAYA", made_at=NOW,
    )  # fmt: skip
    made.id = 1
    return made


def queues(team: Team) -> View:
    return View(Standing(team, [], [], ["phones"]), may_come=True, may_calm=True)


SHOWN: dict[str, Callable[[Team], Payload]] = {
    "hooks": lambda team: payload(webhooks.webhook_list(team, [hook()], MAYA)),
    "no hooks": lambda team: payload(webhooks.webhook_list(team, [], MAYA)),
    "a new hook": lambda team: payload(
        webhooks.new_webhook_view(team, NewWebhook(hook(), "token", "secret"), "https://steward.test")
    ),
    "a new secret": lambda team: payload(webhooks.rotated_view(team, hook(), "secret")),
    "a pasted secret": lambda team: payload(webhooks.rotated_view(team, hook(Sender.ZENDESK), "secret")),
    "a test": lambda team: payload(webhooks.sample_result(team, hook(), ["phones"])),
    "rules": lambda team: payload(lists.rule_list(team, [rule()], "C1")),
    "a new rule": lambda team: payload(lists.added_view(team, rule())),
    "queues": lambda team: overview.overview([queues(team)], MAYA, NOW).payload(),
    "rituals": lambda team: rituals_lists.ritual_list(team, [], [], date(2026, 11, 17), leads=True).payload(),
}


@pytest.mark.parametrize("is_closed", [True, False])
@pytest.mark.parametrize("shown", SHOWN)
def test_lists_for_a_team_whose_channel_is_closed_contain_a_warning(shown: str, is_closed: bool) -> None:
    team = Team("T1", "C1", "support", "Europe/Lisbon", None, NOW)
    team.id, team.is_closed = 1, is_closed
    ids = [block.get("block_id") for block in SHOWN[shown](team)["blocks"]]

    assert ("closed_1" in ids) == is_closed


def test_queue_list_does_not_report_calm_for_teams_whose_channel_is_closed() -> None:
    """The answer lists two teams with closed channels."""
    teams = [Team("T1", channel, "support", "Europe/Lisbon", None, NOW) for channel in ("C1", "C2")]
    for number, team in enumerate(teams, 1):
        team.id, team.is_closed = number, True
    said = overview.overview([queues(team) for team in teams], MAYA, NOW).payload()
    ids = [block.get("block_id") for block in said["blocks"]]

    assert ids.count("closed_1") == ids.count("closed_2") == 1
    assert not {"calm_1", "calm_2"} & set(ids)
