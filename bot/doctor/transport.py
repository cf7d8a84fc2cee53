"""Transport checks: Socket Mode with an app-level token, or HTTP with a signing secret."""

from typing import Any

import aiohttp

from bot.doctor.findings import CheckedSettings, Finding, note_finding, ok_finding, problem_finding
from bot.doctor.slack import APPS, GONE, UNKNOWN, SlackProbe
from bot.settings import Settings, join_host

HELLO_SECONDS = 5.0
NEW_APP_TOKEN = (
    f"At {APPS} open the app, go to *Basic Information*, *App-Level Tokens*, create a token with connections:write "
    "(xapp-…), and copy it into SLACK_APP_TOKEN."
)
OVER_HTTP = (
    "For HTTP instead, go to *Basic Information*, *App Credentials*, and copy the Signing Secret into "
    "SLACK_SIGNING_SECRET."
)
CLOSED = {
    "link_disabled": (
        "Slack closed the socket: Socket Mode is off (link_disabled).",
        f"At {APPS} open the app, go to *Socket Mode*, and turn it on. Or remove SLACK_APP_TOKEN to use HTTP.",
    ),
    "too_many_websockets": (
        "Slack closed the socket: ten are already open (too_many_websockets).",
        "Stop the replicas you do not need. In Socket Mode, run at most five.",
    ),
}
NO_HELLO = "Check that firewalls and proxies allow websockets (wss://), then try again."


async def check_transport(slack: SlackProbe, given: CheckedSettings) -> list[Finding]:
    given.must_be_right("SLACK_API_URL", "SLACK_APP_TOKEN")
    settings = given.settings
    if settings.app_token:
        return await _socket_mode(slack, settings)
    if settings.signing_secret:
        return _http(settings)
    missing = "Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set."
    return [problem_finding("App-level token", missing, f"{NEW_APP_TOKEN} {OVER_HTTP}")]


async def _socket_mode(slack: SlackProbe, settings: Settings) -> list[Finding]:
    answer = await slack.ask("apps.connections.open", settings.app_token)
    if answer.error:
        return [_refused(answer.error)]
    return [ok_finding("App-level token", "Slack accepts it."), await _socket(slack, str(answer.body["url"]))]


def _refused(error: str) -> Finding:
    said = {
        **dict.fromkeys(UNKNOWN, "Slack does not recognise this token"),
        **dict.fromkeys(GONE, "It was revoked"),
        "missing_scope": "It does not have the scope connections:write",
    }
    if error in said:
        return problem_finding("App-level token", f"{said[error]} ({error}).", NEW_APP_TOKEN)
    explained = "See https://docs.slack.dev/reference/methods/apps.connections.open."
    return problem_finding("App-level token", f"Slack answered {error}.", explained)


async def _socket(slack: SlackProbe, url: str) -> Finding:
    try:
        said = await slack.listen(url, HELLO_SECONDS)
    except TimeoutError:
        return problem_finding("Socket", f"Slack sent no hello within {HELLO_SECONDS:.0f} seconds.", NO_HELLO)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return problem_finding("Socket", f"Cannot open a socket ({type(error).__name__}).", NO_HELLO)
    return _first_word(said)


def _first_word(said: dict[str, Any]) -> Finding:
    if said.get("type") == "hello":
        others = int(said.get("num_connections") or 1) - 1
        return ok_finding("Socket", f"Slack accepted it; {others or 'no'} other{'s' * (others != 1)} open.")
    reason = str(said.get("reason", "no reason"))
    return problem_finding("Socket", *CLOSED.get(reason, (f"Slack closed the socket ({reason}).", NO_HELLO)))


def _http(settings: Settings) -> list[Finding]:
    where = f"Steward listens on {join_host(settings.host, settings.port)}"
    if settings.host in ("127.0.0.1", "localhost", "::1"):
        where += ", which only this machine can reach: use a proxy, or set STEWARD_HOST=0.0.0.0"
    urls = "set https://your.host/slack/events as the request URL of slash commands, interactivity and events"
    return [
        ok_finding(
            "Signing secret", "It is set, so Steward uses HTTP. Slack's first request will show whether it is correct."
        ),
        note_finding("Request URL", f"At {APPS}, {urls}, and turn Socket Mode off. {where}."),
    ]
