"""After an uninstall: silence, an install that brings everything back, and the erasure after 30 days."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.features.hand_ups.models import HandUp
from bot.messages import installations as messages
from bot.org.installations import RETRY_INTERVAL, Installation
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.org.workspaces import RESUMING
from bot.scheduler.models import ScheduledJob
from bot.slack.outbox.models import Outgoing, State
from bot.workflows import organizations
from bot.workflows.parked_workspaces import KEPT_FOR
from tests.end_to_end.test_many_workspaces import Many, many
from tests.end_to_end.uninstalling import (
    DAY,
    HARBOUR,
    MINUTE,
    UNINSTALLED,
    advance,
    begin,
    check,
    deliver,
    event,
    leave,
    live,
    names,
    parked,
    pause_workers,
    posts,
)
from tests.harness import Slack, World

__all__ = ["many"]
pytestmark = pytest.mark.own_database


async def test_install_after_weeks_brings_everything_back_and_says_nothing_old(many: Many) -> None:
    await begin(many)
    before = await posts(many)
    await leave(many)
    advance(many, 20 * DAY)
    await live(many, MINUTE)
    async with many.steward.database.reading() as session:
        teams = await session.scalar(select(func.count()).select_from(Team))
    await many.slack.do("users", user="ana", deleted=True)
    await many.install("harbour")
    await many.steward.relay.settle()
    await many.steward.worker.tick()
    assert (await parked(many), await posts(many)) == (RESUMING, before)

    await live(many, MINUTE)
    async with many.steward.database.reading() as session:
        ana = await session.get_one(Person, (HARBOUR, "U0ANA00000"))
        overdue = await session.scalar(
            select(func.count()).where(ScheduledJob.due_at < many.sandbox.clock.now() - MINUTE)
        )
    assert (await parked(many), ana.has_left, overdue, teams) == (None, True, 0, 1)
    assert await posts(many) == before + 1
    query = {"channel": "bot", "as": "maya", "user": "maya", "workspace": "harbour"}
    (said,) = (await many.slack.look("messages", **query))["messages"]
    assert said["text"] == messages.resumed(["Harbour"], 1, {}).text


async def test_workspace_is_erased_after_thirty_days_and_no_other(many: Many) -> None:
    await many.slack.do("workspaces", name="Lighthouse")
    await many.install("lighthouse")
    await begin(many)
    await leave(many)
    advance(many, KEPT_FOR - MINUTE)
    await check(many)
    assert await names(many) == {"Harbour": "account_inactive", "Lighthouse": None}

    advance(many, DAY)
    await many.slack.do("faults", method="auth.test", status=500, times=1)
    await check(many)
    assert await names(many) == {"Harbour": "account_inactive", "Lighthouse": None}

    advance(many, 2 * RETRY_INTERVAL)
    await check(many)
    assert await names(many) == {"Lighthouse": None}
    async with many.steward.database.reading() as session:
        assert list(await session.scalars(select(Installation.id))) == ["T0LIGHTHOUSE"]
    await deliver(many, event(UNINSTALLED))
    await many.install("harbour")
    assert (await many.known())["Harbour"] == (HARBOUR, None, 0)


async def test_days_are_counted_from_the_last_parking(many: Many) -> None:
    await begin(many)
    for _ in range(2):
        await leave(many)
        advance(many, KEPT_FOR - DAY)
        await check(many)
        assert await parked(many) == "account_inactive"
        await many.install("harbour")
        await many.sync()

    assert await parked(many) is None


async def test_organization_is_parked_resumed_and_erased_with_all_its_workspaces(many: Many) -> None:
    for name in ("North", "South"):
        await many.slack.do("workspaces", name=name, enterprise="Acme")
    await many.install("acme")
    await pause_workers(many)
    await many.slack.do("access", workspace="acme", grant=["north", "south"])
    await many.sandbox.settled()
    await many.sync()
    both = await names(many)
    await leave(many, "acme")
    stopped = await names(many)
    await many.install("acme")
    await many.sync()
    resumed = await names(many)
    await leave(many, "acme")
    advance(many, KEPT_FOR + DAY)
    await check(many)

    assert both == resumed == dict.fromkeys(("North", "South"))
    assert stopped == dict.fromkeys(("North", "South"), "account_inactive")
    assert await names(many) == {}


async def test_workspace_that_was_taken_resumes_or_is_erased_as_slack_says(many: Many) -> None:
    for name in ("North", "South"):
        await many.slack.do("workspaces", name=name, enterprise="Acme")
    await many.install("acme")
    await pause_workers(many)
    await many.slack.do("access", workspace="acme", grant=["north", "south"])
    await many.sandbox.settled()
    await many.sync()
    await many.slack.do("access", workspace="acme", revoke=["north"])
    await many.sandbox.settled()
    async with many.steward.database.begin() as session:  # an event that came after the workspace was granted again
        await organizations.take(session, "E0ACME", ["T0SOUTH"], now=many.sandbox.clock.now())
    await many.slack.do("faults", method="users.list", status=500, times=2)
    await check(many)
    unanswered = await names(many)
    advance(many, 2 * RETRY_INTERVAL)
    await check(many)
    await many.sync()
    answered = await names(many)
    advance(many, KEPT_FOR)
    await check(many)

    assert unanswered == dict.fromkeys(("North", "South"), organizations.TAKEN)
    assert answered == {"North": organizations.TAKEN, "South": None}
    assert await names(many) == {"South": None}


LIVELY = (
    ("ana", "/handup", "customer wants a refund over the limit"), ("ben", "/handup", "hard"),
    ("ana", "/queue", "break 15"), ("ana", "/roadblock", "the refund page is slow"),
    ("maya", "/promise", "@ana a faster refund page by Friday"), ("ana", "/idea", "macros for refunds"),
    ("ana", "/spike", "phones"), ("maya", "/shoutout", "@ana for the calm voice"),
)  # fmt: skip


async def test_work_in_progress_ends_without_a_message_while_the_app_is_uninstalled(world: World, slack: Slack) -> None:
    for user, word, text in LIVELY:
        await slack.command(user, text, word=word)
    await world.move(MINUTE)
    await slack.do("uninstall")
    await world.move(MINUTE)
    before = len((await slack.look("calls"))["calls"])
    await world.move(timedelta(days=3))
    later = {each["method"] for each in (await slack.look("calls"))["calls"][before:]}

    assert later == {"auth.test"}
    async with world.database.reading() as session:
        failed = (await session.scalars(select(ScheduledJob.job).where(ScheduledJob.reason.is_not(None)))).all()
        raised = (await session.scalars(select(HandUp.state))).all()
        dropped = (await session.scalars(select(Outgoing.reason).where(Outgoing.state == State.DROPPED))).all()
    assert failed == []
    assert set(raised) == {"ended"}
    assert "parked" in dropped
