"""Checks of the bot token: whether it is valid, which workspace it is for, and whether it has app.yaml's scopes."""

from collections.abc import Collection

import aiohttp

from bot.doctor.findings import CheckedSettings, Finding, note_finding, ok_finding, problem_finding
from bot.doctor.slack import APPS, GONE, UNKNOWN, SlackProbe
from bot.settings import SLACK_API
from bot.slack.oauth import INSTALL

NEW_BOT_TOKEN = (
    f"At {APPS} open the app, go to *OAuth & Permissions*, and copy the Bot User OAuth Token (xoxb-…) into "
    "SLACK_BOT_TOKEN."
)
INSTALL_AGAIN = (
    f"At {APPS} open the app, go to *Install App*, and reinstall it. "
    "Copy the new Bot User OAuth Token into SLACK_BOT_TOKEN and restart `steward run`."
)


CLIENT = (
    f"At {APPS} open the app, go to *Basic Information*, *App Credentials*, and copy Client ID and Client Secret into "
    "STEWARD_CLIENT_ID and STEWARD_CLIENT_SECRET."
)
PUBLIC = "Set STEWARD_PUBLIC_URL to the address under which browsers reach Steward, like https://steward.example.com."
TWO_WAYS = "For one workspace, remove STEWARD_CLIENT_ID and STEWARD_CLIENT_SECRET. For many, remove SLACK_BOT_TOKEN."


async def check_access(slack: SlackProbe, given: CheckedSettings, wanted: Collection[str] | None) -> list[Finding]:
    """Check the bot token of one workspace, or what many workspaces need to install the app."""
    settings = given.settings
    if settings.bot_token and settings.client_id:
        return [problem_finding("Bot token", "SLACK_BOT_TOKEN and STEWARD_CLIENT_ID are both set.", TWO_WAYS)]
    if settings.client_id or settings.client_secret:
        return await _check_client(slack, given)
    return await check_bot_token(slack, given, wanted)


async def _check_client(slack: SlackProbe, given: CheckedSettings) -> list[Finding]:
    """Check client id and secret by exchanging a code that cannot exist."""
    given.must_be_right("SLACK_API_URL", "STEWARD_PUBLIC_URL")
    settings = given.settings
    if not (settings.client_id and settings.client_secret):
        missing = "STEWARD_CLIENT_SECRET" if settings.client_id else "STEWARD_CLIENT_ID"
        return [problem_finding("Installs", f"{missing} is missing.", CLIENT)]
    if not settings.public_url:
        return [problem_finding("Installs", "STEWARD_PUBLIC_URL is missing.", PUBLIC)]
    client = aiohttp.BasicAuth(settings.client_id, settings.client_secret.get_secret_value())
    answer = await slack.ask("oauth.v2.access", client=client, code="steward-doctor")
    if answer.error in ("invalid_client_id", "bad_client_secret"):
        return [problem_finding("Installs", f"Slack refuses the client ID or secret ({answer.error}).", CLIENT)]
    if not settings.public_url.startswith("https://") and settings.api_url == SLACK_API:
        return [problem_finding("Installs", "Slack sends people back to https:// addresses only.", PUBLIC)]
    return [ok_finding("Installs", f"People install Steward at {settings.public_url}{INSTALL}.")]


async def check_bot_token(slack: SlackProbe, given: CheckedSettings, wanted: Collection[str] | None) -> list[Finding]:
    given.must_be_right("SLACK_API_URL", "SLACK_BOT_TOKEN")
    token = given.settings.bot_token
    if token is None:
        return [problem_finding("Bot token", "SLACK_BOT_TOKEN is missing.", NEW_BOT_TOKEN)]
    answer = await slack.ask("auth.test", token)
    if answer.error:
        return [_refused(answer.error)]
    me = answer.body
    given.workspaces.add(str(me.get("team_id")))
    whose = ok_finding("Bot token", f"Valid for @{me.get('user')} in {me.get('team')} ({me.get('team_id')}).")
    return [whose, *_scopes(answer.scopes, wanted)]


def _refused(error: str) -> Finding:
    if error in GONE:
        return problem_finding(
            "Bot token", f"It was revoked, or the app was removed from the workspace ({error}).", INSTALL_AGAIN
        )
    if error in UNKNOWN:
        return problem_finding("Bot token", f"Slack does not recognise this token ({error}).", NEW_BOT_TOKEN)
    return problem_finding(
        "Bot token", f"Slack answered {error}.", "See https://docs.slack.dev/reference/methods/auth.test."
    )


def _scopes(header: str | None, wanted: Collection[str] | None) -> list[Finding]:
    if wanted is None or not header:
        reason = "app.yaml cannot be read" if wanted is None else "Slack did not list the granted scopes"
        return [note_finding("Scopes", f"Not compared: {reason}.")]
    granted = {scope.strip() for scope in header.split(",")}
    return [_missing(set(wanted) - granted, len(wanted)), *_superfluous(granted - set(wanted))]


def _missing(missing: set[str], wanted: int) -> Finding:
    if not missing:
        return ok_finding("Scopes", f"All {wanted} scopes in app.yaml are granted.")
    return problem_finding(
        "Scopes",
        f"Missing: {', '.join(sorted(missing))}.",
        f"At {APPS} open the app, go to *App Manifest*, paste app.yaml and save. Then go to *Install App*, "
        "*Reinstall to Workspace*. docs/scopes.md explains each scope.",
    )


def _superfluous(more: set[str]) -> list[Finding]:
    if not more:
        return []
    unused = f"Granted, but Steward does not use them: {', '.join(sorted(more))}."
    return [note_finding("Scopes", f"{unused} You can remove them under *OAuth & Permissions*.")]
