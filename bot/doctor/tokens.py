"""Checks of the bot token: whether it is valid, which workspace it is for, and whether it has app.yaml's scopes."""

from collections.abc import Collection

from bot.doctor.findings import CheckedSettings, Finding, note_finding, ok_finding, problem_finding
from bot.doctor.slack import APPS, GONE, UNKNOWN, SlackProbe

NEW_BOT_TOKEN = (
    f"At {APPS} open the app, go to *OAuth & Permissions*, and copy the Bot User OAuth Token (xoxb-…) into "
    "SLACK_BOT_TOKEN."
)
INSTALL_AGAIN = (
    f"At {APPS} open the app, go to *Install App*, and reinstall it. "
    "Copy the new Bot User OAuth Token into SLACK_BOT_TOKEN and restart `steward run`."
)


async def check_bot_token(slack: SlackProbe, given: CheckedSettings, wanted: Collection[str] | None) -> list[Finding]:
    given.must_be_right("SLACK_API_URL", "SLACK_BOT_TOKEN")
    token = given.settings.bot_token
    if token is None:
        return [problem_finding("Bot token", "SLACK_BOT_TOKEN is missing.", NEW_BOT_TOKEN)]
    answer = await slack.ask("auth.test", token)
    if answer.error:
        return [_refused(answer.error)]
    me = answer.body
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
