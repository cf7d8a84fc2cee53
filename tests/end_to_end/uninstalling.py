"""Steps of the tests of uninstalls: events as Slack sends them, checks of tokens, and time that passes."""

from datetime import timedelta

from bot.org.installations import Installation
from bot.org.workspaces import Address, Workspace
from bot.slack.outbox import outbox
from bot.slack.post import Post
from tests.end_to_end.test_many_workspaces import Many
from tests.harness import Json, _dispatch

HARBOUR = "T0HARBOUR"
UNINSTALLED, REVOKED = "app_uninstalled", "tokens_revoked"
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


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


async def leave(many: Many, workspace: str = "harbour") -> None:
    """Uninstall the app, and wait until the events are heard and the token is checked."""
    await many.slack.do("uninstall", workspace=workspace)
    await many.sandbox.settled()
    await check(many)


async def names(many: Many) -> dict[str, str | None]:
    """Return why each workspace is parked."""
    return {name: each[1] for name, each in (await many.known()).items()}
