"""The bot token: whose it is, and whether it may do what app.yaml asks for."""

from collections.abc import Collection

from bot.doctor.findings import CheckedSettings, Finding, note, trouble, well
from bot.doctor.slack import APPS, GONE, UNKNOWN, SlackProbe

NEW_BOT_TOKEN = (
    f"At {APPS} open the app, *OAuth & Permissions*, copy the Bot User OAuth Token (xoxb-…) into SLACK_BOT_TOKEN."
)
INSTALL_AGAIN = (
    f"At {APPS} open the app, *Install App*, install it to the workspace again, "
    "put the new Bot User OAuth Token into SLACK_BOT_TOKEN, and start `steward run` anew."
)


async def check_bot_token(slack: SlackProbe, given: CheckedSettings, wanted: Collection[str] | None) -> list[Finding]:
    given.must_be_right("SLACK_API_URL", "SLACK_BOT_TOKEN")
    token = given.settings.bot_token
    if token is None:
        return [trouble("Bot token", "SLACK_BOT_TOKEN is missing.", NEW_BOT_TOKEN)]
    answer = await slack.ask("auth.test", token)
    if answer.error:
        return [_refused(answer.error)]
    me = answer.body
    whose = well("Bot token", f"It is @{me.get('user')}'s in {me.get('team')} ({me.get('team_id')}).")
    return [whose, *_scopes(answer.scopes, wanted)]


def _refused(error: str) -> Finding:
    if error in GONE:
        return trouble(
            "Bot token", f"It was revoked, or the app was taken out of the workspace ({error}).", INSTALL_AGAIN
        )
    if error in UNKNOWN:
        return trouble("Bot token", f"Slack does not know this token ({error}).", NEW_BOT_TOKEN)
    return trouble(
        "Bot token", f"Slack says {error}.", "https://docs.slack.dev/reference/methods/auth.test explains it."
    )


def _scopes(header: str | None, wanted: Collection[str] | None) -> list[Finding]:
    if wanted is None or not header:
        missing = "app.yaml" if wanted is None else "Slack's word on them"
        return [note("Scopes", f"Not compared, for want of {missing}.")]
    granted = {scope.strip() for scope in header.split(",")}
    return [_missing(set(wanted) - granted, len(wanted)), *_superfluous(granted - set(wanted))]


def _missing(missing: set[str], wanted: int) -> Finding:
    if not missing:
        return well("Scopes", f"All {wanted} of app.yaml are granted.")
    return trouble(
        "Scopes",
        f"Not granted: {', '.join(sorted(missing))}.",
        f"At {APPS} open the app, *App Manifest*, paste app.yaml and save; then *Install App*, "
        "*Reinstall to Workspace*. docs/scopes.md says what each scope is for.",
    )


def _superfluous(more: set[str]) -> list[Finding]:
    if not more:
        return []
    takes = f"Granted though Steward does not ask for them: {', '.join(sorted(more))}."
    return [note("Scopes", f"{takes} They do no harm; *OAuth & Permissions* takes them away.")]
