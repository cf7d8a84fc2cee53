"""Wrong settings, tokens and clocks: only the doctor's process has them, and right ones are the remedy."""

import asyncio

from benchmarks.operators_day import copies
from benchmarks.operators_day.checks import expect, expect_mended
from benchmarks.operators_day.processes import Settings
from benchmarks.operators_day.scene import Scene

TWO_MINUTES = 120.0
AT_ONCE = 2
WITHOUT_TOKENS = {"SLACK_BOT_TOKEN": "", "SLACK_SIGNING_SECRET": ""}
MISTAKES: dict[str, Settings] = {
    "a setting is wrong": {"STEWARD_PORT": "many"},
    "no tokens": WITHOUT_TOKENS,
    "Slack does not answer": {"SLACK_API_URL": "http://127.0.0.1:9/api/"},
    "both kinds of tokens": {"STEWARD_CLIENT_ID": "1.2"},
    "no bot token": {"SLACK_BOT_TOKEN": ""},
    "wrong bot token": {"SLACK_BOT_TOKEN": "xoxb-guess"},
    "no way for Slack's requests": {"SLACK_SIGNING_SECRET": ""},
    "wrong app-level token": {"SLACK_APP_TOKEN": "xapp-guess"},
    "unknown host": {"STEWARD_DATABASE_URL": "postgresql://steward@no-such-host.invalid/steward"},
    "malformed database address": {"STEWARD_DATABASE_URL": "postgresql://steward@127.0.0.1:port/steward"},
}
FAULTS: dict[str, tuple[dict[str, object], Settings]] = {
    "Slack answers with something else": ({"method": "auth.test", "status": 503}, {}),
    "Slack refuses the bot token otherwise": (
        {"method": "auth.test", "error": "org_login_required"}, {},
    ),
    "Slack refuses the app-level token otherwise": (
        {"method": "apps.connections.open", "error": "forbidden_team"}, {"SLACK_APP_TOKEN": "xapp-right"},
    ),
}  # fmt: skip
"""What Slack answers to the next call of a method, and the settings with which the doctor makes that call."""


async def make_mistakes(scene: Scene) -> None:
    """Try each wrong setting, and each odd answer of Slack, with the doctor."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(name: str, settings: Settings) -> None:
        async with turns:
            await expect(scene, name, settings=settings)

    await asyncio.gather(*(one(name, settings) for name, settings in (MISTAKES | _of_an_app(scene)).items()))
    await expect_mended(scene, how="with the right settings")
    for name, (fault, settings) in FAULTS.items():
        await scene.slack.do("faults", times=1, **fault)
        await expect(scene, name, settings=settings)
    await expect(scene, "clock ahead of Slack's", "clock ahead of the database's", ahead=TWO_MINUTES)
    await expect_mended(scene, how="with the right time")


def _of_an_app(scene: Scene) -> dict[str, Settings]:
    """Return wrong settings with what is right of the app; those for many workspaces on a database of their own."""
    app = {
        "SLACK_BOT_TOKEN": "",
        "STEWARD_CLIENT_ID": scene.sandbox.settings["SLACK_CLIENT_ID"],
        "STEWARD_CLIENT_SECRET": scene.sandbox.settings["SLACK_CLIENT_SECRET"],
        "STEWARD_PUBLIC_URL": "https://steward.example.com",
    }
    there = app | copies.at(scene, copies.SPARE)
    return {
        "Socket Mode is off": {"SLACK_APP_TOKEN": scene.sandbox.app_token},
        "database of another app": app,
        "no client secret": there | {"STEWARD_CLIENT_SECRET": ""},
        "no public address": there | {"STEWARD_PUBLIC_URL": ""},
        "wrong client secret": there | {"STEWARD_CLIENT_SECRET": "guess"},
    }


async def revoke_token(scene: Scene) -> None:
    """Revoke the token while Steward runs, then install the app again as the doctor says."""
    await scene.slack.do("settings", token_revoked=True)
    await scene.thank("what Slack does not take")
    await expect(scene, "revoked bot token", "parked workspace")
    await scene.slack.do("settings", token_revoked=False)
    scene.set_on_replicas({"SLACK_BOT_TOKEN": await copies.new_token(scene)})
    await scene.stop_replicas()
    scene.diary.note("  install again, restart", "both replicas are ready", await scene.start_replicas())
    await expect_resumed(scene)


async def expect_resumed(scene: Scene) -> None:
    async def is_posted() -> bool:
        return await scene.cards("installed again") > 0

    async def is_confirmed() -> bool:
        return await scene.thank("installed again")

    wrong = await scene.wait(is_confirmed, "not confirmed") or await scene.wait(is_posted, "no card")
    scene.diary.note("  an act afterwards", "confirmed, with a card", wrong)
    await expect_mended(scene, "parked workspace", how="steward doctor")
