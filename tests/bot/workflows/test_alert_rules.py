"""The preview in the form of an alert rule, and its handling of Slack errors."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.features.alert_rules import queries
from bot.features.alert_rules.models import RulePreview
from bot.features.alert_rules.rules import RuleDraft
from bot.messages.alert_rules.forms import LOOK
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.workflows.alert_rules import CANNOT_LOOK
from tests.handlers.test_alert_rules import ALERTS, open_form, shown
from tests.harness import Slack, World, eventually

pytestmark = pytest.mark.either


async def waits(world: World, view_id: str, channel: str = ALERTS, user: str = "U0MAYA0000") -> None:
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        lead = await membership.member(session, team, user)
        assert lead
        await queries.request_preview(session, team, lead, view_id, RuleDraft(channel))


async def is_done(world: World) -> bool:
    async with world.database.reading() as session:
        return not (await session.scalars(select(RulePreview))).all()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"error": "not_in_channel"}, "/invite @steward"),
        ({"status": 429, "retry_after": 30}, CANNOT_LOOK),
        ({"status": 500}, CANNOT_LOOK),
        ({"cut": True}, CANNOT_LOOK),
    ],
)
async def test_slack_error_during_an_alert_rules_preview_is_shown_in_the_form(
    slack: Slack, world: World, fault: dict[str, Any], words: str
) -> None:
    await world.steward.sync.sync_due()
    await slack.do("faults", method="conversations.history", times=1, **fault)
    await open_form(slack)

    await shown(slack, words)


async def test_preview_of_an_alert_rule_for_a_closed_form_is_discarded(slack: Slack, world: World) -> None:
    await waits(world, "V0NOTHERE")
    await eventually(lambda: is_done(world))
    await open_form(slack)

    await shown(slack, "How I read the latest messages")


async def test_preview_of_an_alert_rule_can_be_repeated_after_a_failed_update(slack: Slack, world: World) -> None:
    await slack.do("faults", method="views.update", times=1, cut=True)
    view = await open_form(slack)
    await eventually(lambda: is_done(world))
    await slack.do("actions", user="maya", view_id=view["id"], action_id=LOOK)

    await shown(slack, "How I read the latest messages")


async def test_preview_of_an_alert_rule_omits_messages_of_channels_the_person_is_not_in(
    slack: Slack, world: World
) -> None:
    secret = await slack.do("channels", channel="secret", user="tom", is_private=True, add=["steward"])
    channel_id = secret["channel"]["id"]
    await world.sandbox.settled()
    view = await open_form(slack)
    await shown(slack, "How I read the latest messages")
    await waits(world, view["id"], channel=channel_id)
    await shown(slack, "/invite @steward")

    assert channel_id not in [call["args"]["channel"] for call in await slack.calls("conversations.history")]
