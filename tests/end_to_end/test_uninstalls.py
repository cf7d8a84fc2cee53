"""Uninstalls: events in any order around the next install, dead tokens, what is kept, and the erasure after 30 days."""

import asyncio
from datetime import timedelta
from itertools import permutations, product

import pytest
from sqlalchemy import func, select

from bot.clock import Clock
from bot.messages import installations as messages
from bot.org.installations import RETRY_INTERVAL, Installation
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.org.workspaces import RESUMING, Address, Workspace
from bot.scheduler.models import ScheduledJob
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows import organizations
from bot.workflows.parked_workspaces import KEPT_FOR
from bot.workflows.token_checks import TokenChecker
from tests.end_to_end.test_many_workspaces import Many, many
from tests.harness import Json, _dispatch, eventually

__all__ = ["many"]
pytestmark = pytest.mark.own_database
HARBOUR = "T0HARBOUR"
UNINSTALLED, REVOKED, INSTALL = "app_uninstalled", "tokens_revoked", "install"
ORDERS = sorted(set(permutations([UNINSTALLED, UNINSTALLED, REVOKED, REVOKED, INSTALL])))
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
UNANSWERED: list[Json] = [
    {"error": "ratelimited", "status": 429, "retry_after": 7}, {"status": 500}, {"status": 503},
    {"error": "internal_error"}, {"body": "html"},
]  # fmt: skip


def event(name: str, workspace_id: str | None = HARBOUR, enterprise_id: str | None = None, **more: object) -> Json:
    """Return an event as Slack sends it when the app is uninstalled, when no authorization is left."""
    tokens = {"tokens": {"oauth": [], "bot": ["U0STEWARD0"]}} if name == REVOKED else {}
    return {
        "type": "event_callback", "team_id": workspace_id, "enterprise_id": enterprise_id, "api_app_id": "A0",
        "event": {"type": name, **tokens, **more}, "event_id": "Ev1", "event_time": 1, "authorizations": [],
    }  # fmt: skip


async def deliver(many: Many, payload: Json) -> None:
    assert await _dispatch([many.steward], "events_api", payload) is not None


async def installed(many: Many, id: str = HARBOUR) -> Installation:
    async with many.steward.database.reading() as session:
        return await session.get_one(Installation, id)


async def parked(many: Many, id: str = HARBOUR) -> str | None:
    async with many.steward.database.reading() as session:
        return (await session.get_one(Workspace, id)).parked


async def check(many: Many) -> None:
    await many.steward.tokens.check_due()


async def uninstall(many: Many, workspace: str = "harbour") -> None:
    """Uninstall the app without events."""
    await many.slack.do("settings", workspace=workspace, uninstalled=True)


def advance(many: Many, by: timedelta) -> None:
    many.sandbox.set_clock(many.sandbox.clock.now() + by)


async def asked(many: Many) -> int:
    return len(await many.slack.calls("auth.test"))


async def pause_workers(many: Many) -> None:
    """End the workers that run in the background, so that the test decides when each works."""
    for part in ("tokens", "sync", "relay"):
        await many.steward._end(part)


async def test_events_in_any_order_around_an_install_never_lose_the_fresh_token(many: Many) -> None:
    await many.install("harbour")
    await pause_workers(many)
    for order, is_checked_each_time in [*product(ORDERS, [True]), *product(ORDERS[::6], [False])]:
        await uninstall(many)
        for each in order:
            await (many.install("harbour") if each == INSTALL else deliver(many, event(each)))
            if is_checked_each_time:
                await check(many)
        await check(many)
        kept = await installed(many)
        assert many.steward.database.vault.decrypt(kept.token) == many.sandbox.bot_token, order
        assert (kept.parked, await parked(many) in (None, RESUMING)) == (None, True), order
    await many.sync()
    assert await parked(many) is None


async def test_answer_that_arrives_after_the_next_install_parks_nothing(many: Many) -> None:
    await many.install("harbour")
    await pause_workers(many)
    await uninstall(many)
    await deliver(many, event(UNINSTALLED))
    await many.slack.do("faults", method="auth.test", times=1, delay_ms=400)
    checking = asyncio.create_task(check(many))
    await asyncio.sleep(0.1)
    await many.install("harbour")
    await checking

    assert ((await installed(many)).parked, await parked(many)) == (None, None)


@pytest.mark.parametrize("name", [UNINSTALLED, REVOKED])
async def test_event_parks_the_workspace_within_seconds(many: Many, name: str) -> None:
    await many.install("harbour")
    await uninstall(many)
    await deliver(many, event(name))

    assert await eventually(lambda: parked(many)) == "account_inactive"
    assert (await installed(many)).parked_at
    assert await many.steward.describe_outage() is None


async def test_events_of_the_sandbox_are_heard(many: Many) -> None:
    await many.install("harbour")
    await many.slack.do("uninstall", double=True, first=UNINSTALLED)

    assert await eventually(lambda: parked(many)) == "account_inactive"


async def test_revoked_tokens_of_people_are_no_reason_to_ask(many: Many) -> None:
    await many.install("harbour")
    await pause_workers(many)
    await deliver(many, event(REVOKED, tokens={"oauth": ["U1"], "bot": []}))

    assert (await installed(many)).check_at is None


async def test_event_of_an_unknown_workspace_or_organization_is_acked(many: Many) -> None:
    for payload in (event(UNINSTALLED, "T9"), event(REVOKED, None, "E9"), event(UNINSTALLED, "T9", "E9")):
        await deliver(many, payload)


async def test_slack_that_does_not_say_is_asked_again_later(many: Many) -> None:
    await many.install("harbour")
    await pause_workers(many)
    await uninstall(many)
    await deliver(many, event(UNINSTALLED))
    for fault in UNANSWERED:
        await many.slack.do("faults", method="auth.test", times=1, **fault)
        before = await asked(many)
        await check(many)
        await check(many)
        assert await asked(many) == before + 1
        assert (await installed(many)).parked is None, fault
        advance(many, 2 * RETRY_INTERVAL)
    await check(many)

    assert (await installed(many)).parked == "account_inactive"


async def test_token_that_works_again_ends_the_parking_by_itself_within_a_day(many: Many) -> None:
    await many.install("harbour")
    await pause_workers(many)
    await many.sync()
    await many.slack.do("settings", token_revoked=True)
    await deliver(many, event(REVOKED))
    await check(many)
    first = await installed(many)
    await many.slack.do("settings", token_revoked=False)
    await check(many)
    assert await parked(many) == "token_revoked"

    advance(many, DAY)
    await check(many)
    assert first.parked_at
    assert ((await installed(many)).parked_at, await parked(many)) == (None, RESUMING)
    await many.sync()
    assert await parked(many) is None


async def test_replicas_ask_slack_once(many: Many) -> None:
    await many.install("harbour")
    await pause_workers(many)
    await uninstall(many)
    await deliver(many, event(UNINSTALLED))
    before = await asked(many)
    steward = many.steward
    others = [TokenChecker(steward.database, steward.clients, Clock(many.sandbox.clock.now)) for _ in range(4)]
    await asyncio.gather(*[each.check_due() for each in others])

    assert await asked(many) == before + 1
    assert await parked(many) == "account_inactive"


async def live(many: Many, by: timedelta) -> None:
    """Let time pass, and do everything that falls due on the way at its own instant."""
    to = many.sandbox.clock.now() + by
    await many.steward.advance(to, set_clock=many.sandbox.set_clock, settled=many.sandbox.settled)


async def posts(many: Many) -> int:
    return len(await many.slack.calls("chat.postMessage"))


async def begin(many: Many) -> None:
    """Install the app in Harbour, and have a team there with a message that is due in two days."""
    await many.install("harbour")
    await pause_workers(many)
    await many.sync()
    await many.make_team(HARBOUR, "C0HARBOURS", "maya", "ana", "ben")
    now = many.sandbox.clock.now()
    async with many.steward.database.begin() as session:
        await outbox.put(session, Post("old news"), to=Address(HARBOUR, "U0ANA00000"), not_before=now + 2 * DAY)


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


async def leave(many: Many, workspace: str = "harbour") -> None:
    """Uninstall the app, and wait until the events are heard and the token is checked."""
    await many.slack.do("uninstall", workspace=workspace)
    await many.sandbox.settled()
    await check(many)


async def names(many: Many) -> dict[str, str | None]:
    """Return why each workspace is parked."""
    return {name: each[1] for name, each in (await many.known()).items()}


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


async def test_workspace_that_was_taken_is_erased_only_if_slack_still_refuses_access(many: Many) -> None:
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
    advance(many, KEPT_FOR - MINUTE)
    await check(many)
    before = await names(many)
    advance(many, 2 * MINUTE)
    await many.slack.do("faults", method="users.list", status=500, times=2)
    for _ in range(2):
        await check(many)
    unanswered = await names(many)
    advance(many, 2 * RETRY_INTERVAL)
    await check(many)
    await many.sync()

    assert before == unanswered == dict.fromkeys(("North", "South"), organizations.TAKEN)
    assert await names(many) == {"South": None}
