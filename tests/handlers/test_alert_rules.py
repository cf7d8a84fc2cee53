"""Tests of alert rules: the list and form of `/queue rules`, and what rules do with messages in the channel."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert, Signal
from bot.features.alert_rules import queries
from bot.features.alert_rules.models import PEOPLE, AlertRule, RulePreview
from bot.features.alert_rules.rules import CHANNEL, PATTERN, QUEUE, SENDER, WAY, RuleDraft
from bot.features.alert_rules.settings import Settings
from bot.messages.alert_rules.forms import NEW, PICKED, REMOVE
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.slack.inbox import Delivery
from bot.workflows.spikes import signals
from tests.harness import Answer, Json, Slack, World, eventually

FIRING, RESOLVED = Signal.FIRING, Signal.RESOLVED
ALERTS = "C0QUEUEALE"
QUEUEWATCH = "B0QUEUEWATCH"
PLACE = {"bot_id": "queuewatch", "channel": "queue-alerts"}


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Alert]:
    """Return the alerts that alert rules recognized in messages."""
    alerts: list[Alert] = []

    async def hear(session: AsyncSession, team: Team, told: Sequence[Alert], *, now: datetime) -> None:
        session.add(Delivery(team.workspace_id, f"heard:{len(alerts)}", now))
        alerts.extend(told)

    monkeypatch.setattr(signals, "receive_alerts", hear)
    return alerts


@pytest.fixture(autouse=True)
async def no_alert_rules(world: World) -> None:
    """Delete the demo team's only alert rule."""
    async with world.database.begin() as session:
        await session.execute(delete(AlertRule))


async def keep(world: World, sender: str = QUEUEWATCH, way: str = "plain", **more: str) -> AlertRule:
    """Save a rule as the form does; with PEOPLE as `sender`, messages by people count as alerts."""
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        Settings(people=sender == PEOPLE).keep(team)
        lead = await membership.member(session, team, "U0MAYA0000")
        assert lead
        return await queries.add_rule(
            session, team, lead, RuleDraft(ALERTS, sender, "queuewatch", way, **more), now=world.now
        )


async def says(slack: Slack, text: str = "", **more: Any) -> str:
    return str((await slack.do("messages", **PLACE, text=text, **more))["ts"])


async def told(world: World, heard: list[Alert]) -> list[tuple[Signal, str, float | None]]:
    await world.sandbox.settled()
    return [(each.signal, each.queue, each.value) for each in heard]


async def open_form(slack: Slack, user: str = "maya", channel: str = "queue-alerts") -> Json:
    await slack.command(user, "rules", word="/queue", channel=channel)
    listing = (await slack.views(user))[-1]
    await slack.do("actions", user=user, view_id=listing["id"], action_id=NEW)
    return (await slack.views(user))[-1]


async def shown(slack: Slack, words: str, user: str = "maya") -> Json:
    """Wait until the topmost form contains these words, and return it."""

    async def found() -> Json | None:
        top: Json = (await slack.views(user))[-1]
        return top if words in str(top) else None

    view: Json = await eventually(found)
    return view


async def pick(slack: Slack, view: Json, field: str, value: str, user: str = "maya") -> Answer:
    action_id = PICKED[field]
    return Answer(await slack.do("actions", user=user, view_id=view["id"], action_id=action_id, value=value))


def seen(view: Json) -> list[str]:
    return [str(block["elements"][0]["text"]) for block in view["blocks"] if block["block_id"].startswith("seen")]


async def test_alert_rule_is_previewed_on_the_channels_messages_and_saved(
    slack: Slack, world: World, heard: list[Alert]
) -> None:
    await open_form(slack)
    view = await shown(slack, "How I read the latest messages")
    assert len(seen(view)) == 4
    assert seen(view)[0].endswith(
        "RESOLVED phones: 9 waiting (limit 20)\n:large_green_circle: resolved · *phones* · 9 (limit 20)"
    )
    options = next(block for block in view["blocks"] if block["block_id"] == SENDER)["element"]["options"]
    assert [option["value"] for option in options] == ["B0QUEUEWATCH queuewatch"]

    await pick(slack, view, PATTERN, r"(?P<state>\w+) .*(?P<value>\d\d+) waiting")
    view = await shown(slack, "no queue named")
    assert "– _not an alert_" in seen(view)[0]
    await pick(slack, view, PATTERN, r"(?P<state>\w+ ")
    await shown(slack, "I can't read that pattern: missing ).")
    filled = {SENDER: "B0QUEUEWATCH queuewatch", WAY: "plain", PATTERN: "", QUEUE: "chat"}
    answer = await slack.submit("maya", **filled)
    assert "I'm now listening to *queuewatch* in <#C0QUEUEALE>" in str(answer.ack)
    async with world.database.reading() as session:
        assert not (await session.scalars(select(RulePreview))).all()

    await says(slack, "FIRING phones: 30 waiting (limit 20)")
    assert await told(world, heard) == [(FIRING, "phones", 30)]
    assert "/archives/C0QUEUEALE/p" in heard[0].url


async def test_invalid_alert_rule_shows_an_error_at_its_field(slack: Slack, world: World) -> None:
    await open_form(slack)
    await shown(slack, "How I read the latest messages")
    filled = {SENDER: "B0QUEUEWATCH queuewatch", WAY: "plain"}

    assert (await slack.submit("maya", **filled, **{PATTERN: "(?P<queue>"})).errors[PATTERN].startswith("I can't read")
    assert "Add at least one named group" in (await slack.submit("maya", **{PATTERN: "FIRING"})).errors[PATTERN]
    await slack.do("channels", channel="queue-alerts", remove=["maya"])
    await world.move(timedelta(seconds=3))
    assert "/invite @steward" in (await slack.submit("maya", **{PATTERN: ""})).errors[CHANNEL]
    async with world.database.reading() as session:
        assert await session.scalar(select(func.count(AlertRule.id))) == 0


async def test_alert_rule_form_offers_only_the_bots_channels_and_has_a_hint_for_quiet_ones(
    slack: Slack, world: World
) -> None:
    view = await open_form(slack, channel="harbour-support")
    options = next(block for block in view["blocks"] if block["block_id"] == CHANNEL)["element"]["options"]
    assert [option["value"] for option in options] == ["C0HARBOURS", ALERTS]
    await shown(slack, "Send a test alert from your tool")

    view = await open_form(slack, channel="general")
    assert "/invite @steward" in str(view["blocks"][-1])
    await pick(slack, view, CHANNEL, ALERTS)
    await shown(slack, "How I read the latest messages")


async def test_only_leaders_can_open_alert_rules(slack: Slack, world: World) -> None:
    for name in ("ana", "grace"):
        answer = await slack.command(name, "rules", word="/queue")
        assert "team's leaders can do that" in answer.text
        assert not await slack.views(name)


async def test_alert_rule_is_listed_and_removed_after_a_confirmation(
    slack: Slack, world: World, heard: list[Alert]
) -> None:
    await keep(world, queue="phones")
    await slack.command("tom", "rules", word="/queue")
    (listing,) = await slack.views("tom")
    assert "*queuewatch* in <#C0QUEUEALE>" in str(listing)
    await slack.do("actions", user="tom", view_id=listing["id"], action_id=REMOVE)
    assert "Stop listening to *queuewatch*" in str((await slack.views("tom"))[-1])
    await slack.submit("tom")
    await says(slack, "FIRING phones: 30")

    assert await told(world, heard) == []


async def test_alerts_by_classic_and_modern_bots_count_but_imitations_by_others_do_not(
    slack: Slack, world: World, heard: list[Alert]
) -> None:
    await keep(world)
    await says(slack, "FIRING phones: 30")
    await says(slack, "FIRING chat: 12", modern=True)
    await slack.do("messages", user="ana", channel="queue-alerts", text="FIRING mail: 99")
    await slack.do("messages", user="ana", channel="harbour-support", text="FIRING mail: 99")
    await slack.do("messages", bot_id="queuewatch", channel="harbour-support", text="FIRING mail: 99")
    await slack.do("messages", bot_id="steward", channel="queue-alerts", text="FIRING mail: 99")

    assert sorted(await told(world, heard)) == [(FIRING, "chat", 12), (FIRING, "phones", 30)]


async def test_alert_in_message_attachments_is_resolved_by_an_edit(
    slack: Slack, world: World, heard: list[Alert]
) -> None:
    await keep(world, way="alertmanager", queue="phones")
    attachment = {"title_link": "http://am/#/alerts", "color": "danger"}
    firing = [{"fallback": "[FIRING:1] Long | http://am", "title": "[FIRING:1] Long (prod)", **attachment}]
    over = [{"fallback": "[RESOLVED] Long | http://am", "title": "[RESOLVED] Long (prod)", **attachment}]
    ts = await says(slack, attachments=firing)
    await slack.do("messages/edit", **PLACE, ts=ts, attachments=[*firing, {"fallback": "a preview"}])
    assert await told(world, heard) == [(FIRING, "phones", None)]
    await slack.do("messages/edit", **PLACE, ts=ts, attachments=over)
    await slack.do("messages/delete", **PLACE, ts=ts)

    assert await told(world, heard) == [(FIRING, "phones", None), (RESOLVED, "phones", None)]
    assert {(each.key, each.url) for each in heard} == {("Long", "http://am/#/alerts")}
    began, ended = (each.occurred_at for each in heard)
    assert began
    assert ended
    assert began <= ended


async def test_people_can_report_a_spike_only_if_the_team_allows_it(
    slack: Slack, world: World, heard: list[Alert]
) -> None:
    await keep(world, PEOPLE)
    ts = (await slack.do("messages", user="ana", channel="queue-alerts", text="alert phones: 30"))["ts"]
    await world.sandbox.settled()
    await slack.do("messages/edit", user="ana", channel="queue-alerts", ts=ts, text="calm phones: 3")
    await slack.do("messages", bot_id="steward", channel="queue-alerts", text="FIRING mail: 99")
    await says(slack, "FIRING mail: 99")
    assert await told(world, heard) == [(FIRING, "phones", 30), (RESOLVED, "phones", 3)]
    async with world.database.begin() as session:
        Settings().keep((await session.scalars(select(Team))).one())
    await slack.do("messages", user="ana", channel="queue-alerts", text="alert phones: 30")

    assert len(await told(world, heard)) == 2
    assert not any(each.title for each in heard), "what people wrote is not handed on"


async def test_person_from_another_company_cannot_report_a_spike(
    slack: Slack, world: World, heard: list[Alert]
) -> None:
    """The channel is shared with the other company."""
    await keep(world, PEOPLE)
    await slack.do("users", user="ana", is_stranger=True)
    await world.sandbox.settled()
    await slack.do("messages", user="ana", channel="queue-alerts", text="alert phones: 30")
    await slack.do("messages", user="ben", channel="queue-alerts", text="alert mail: 40")

    assert await told(world, heard) == [(FIRING, "mail", 40)]


async def test_alert_message_delivered_twice_is_handled_once(slack: Slack, world: World, heard: list[Alert]) -> None:
    await keep(world)
    await slack.do("faults", redeliver=True)
    await says(slack, "FIRING phones: 30")

    assert await told(world, heard) == [(FIRING, "phones", 30)]


@contextmanager
def asked(world: World) -> Iterator[list[str]]:
    """Collect the SQL statements that read alert rules or insert deliveries."""
    found: list[str] = []

    def note(*said: Any) -> None:
        if any(name in said[2] for name in ("alert_rules", "INTO deliveries")):
            found.append(said[2])

    engines = {world.database.reader.sync_engine, world.database.writer.sync_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield found
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


async def test_message_in_a_channel_without_alert_rules_causes_only_one_query(
    slack: Slack, world: World, heard: list[Alert]
) -> None:
    await world.sandbox.settled()
    with asked(world) as found:
        await slack.do("messages", user="ana", channel="harbour-support", text="good morning")
        await slack.do("messages", bot_id="queuewatch", channel="harbour-support", text="FIRING phones: 30")
        await world.sandbox.settled()

    assert len(found) == 2
    assert all("FROM alert_rules" in each for each in found)
