"""Uninstalls are believed once Slack says that the token is dead: events in any order, and answers of all kinds."""

import asyncio
from itertools import permutations, product

import pytest

from bot.clock import Clock
from bot.org.installations import RETRY_INTERVAL
from bot.org.workspaces import RESUMING
from bot.workflows.token_checks import TokenChecker
from tests.end_to_end.test_many_workspaces import Many, many
from tests.end_to_end.uninstalling import (
    DAY,
    REVOKED,
    UNINSTALLED,
    advance,
    asked,
    check,
    deliver,
    event,
    installed,
    parked,
    pause_workers,
    uninstall,
)
from tests.harness import Json, eventually

__all__ = ["many"]
pytestmark = pytest.mark.own_database
INSTALL = "install"
ORDERS = sorted(set(permutations([UNINSTALLED, UNINSTALLED, REVOKED, REVOKED, INSTALL])))
UNANSWERED: list[Json] = [
    {"error": "ratelimited", "status": 429, "retry_after": 7}, {"status": 500}, {"status": 503},
    {"error": "internal_error"}, {"body": "html"},
]  # fmt: skip


async def test_events_in_any_order_around_an_install_never_lose_the_fresh_token(many: Many) -> None:
    await many.install("harbour")
    await pause_workers(many)
    orders = ORDERS if many.steward.database.is_sqlite else ORDERS[::4]  # the databases don't differ in this
    for order, is_checked_each_time in [*product(orders, [True]), *product(orders[::6], [False])]:
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

    assert ((await installed(many)).parked, await parked(many) in (None, RESUMING)) == (None, True)
    await many.sync()
    assert await parked(many) is None


@pytest.mark.parametrize("name", [UNINSTALLED, REVOKED])
async def test_event_parks_the_workspace_within_seconds(many: Many, name: str) -> None:
    await many.install("harbour")
    await uninstall(many)
    await deliver(many, event(name))

    assert await eventually(lambda: parked(many)) == "account_inactive"
    assert (await installed(many)).parked_at
    assert await many.steward.describe_outage() is None


async def test_workspace_is_parked_on_the_sandboxes_uninstall_events(many: Many) -> None:
    await many.install("harbour")
    await many.slack.do("uninstall", double=True, first=UNINSTALLED)

    assert await eventually(lambda: parked(many)) == "account_inactive"


async def test_revoked_user_tokens_do_not_trigger_a_check(many: Many) -> None:
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
