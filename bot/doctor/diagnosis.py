"""The sequence of all checks of `steward doctor`."""

from collections.abc import AsyncIterator, Collection
from pathlib import Path

import aiohttp
import yaml
from slack_sdk.proxy_env_variable_loader import load_http_proxy_from_env

from bot import manifest
from bot.clock import Clock
from bot.doctor import database, findings, tokens, transport
from bot.doctor.findings import CheckedSettings, Finding, ok_finding, problem_finding, run_check
from bot.doctor.slack import ANSWER_SECONDS, APPS, SlackProbe

NO_TOKENS = problem_finding(
    "Tokens",
    "No Slack tokens are set.",
    f"At {APPS} choose *Create New App*, *From a manifest*, and paste app.yaml. Install the app and put its bot token "
    "(xoxb-…) into .env as SLACK_BOT_TOKEN. Under *Basic Information*, create an app-level token with "
    "connections:write (xapp-…) and add it as SLACK_APP_TOKEN. "
    "For many workspaces, see docs/operations.md. To try Steward without Slack, run `steward sandbox`.",
)
TOKENS = {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"}


async def diagnose(given: CheckedSettings, clock: Clock, file: Path = manifest.FILE) -> AsyncIterator[Finding]:
    """Run all checks, and yield each finding as soon as it is known."""
    for finding in _settings(given):
        yield finding
    asked_for, scopes = _manifest(file)
    yield asked_for
    async for finding in _slack(given, clock, scopes):
        yield finding
    async for finding in database.check_database(given, clock):
        yield finding


def _settings(given: CheckedSettings) -> list[Finding]:
    remedy = "Correct it in the environment or in .env. `steward settings` lists all settings."
    wrong = [problem_finding("Settings", f"{sentence}.", remedy) for sentence in given.wrong.values()]
    return wrong or [ok_finding("Settings", "All settings are valid.")]


def _manifest(file: Path) -> tuple[Finding, Collection[str] | None]:
    remedy = "Restore it with `git checkout app.yaml`."
    try:
        scopes: list[str] = manifest.load_manifest(file)["oauth_config"]["scopes"]["bot"]
    except FileNotFoundError:
        return problem_finding("Manifest", f"{file} does not exist.", remedy), None
    except (OSError, ValueError, yaml.YAMLError, LookupError, TypeError):
        return problem_finding("Manifest", f"{file} cannot be read.", remedy), None
    return ok_finding("Manifest", f"{file.name} requests {len(scopes)} scopes."), scopes


async def _slack(given: CheckedSettings, clock: Clock, scopes: Collection[str] | None) -> AsyncIterator[Finding]:
    settings = given.settings
    set_ = (settings.bot_token, settings.app_token, settings.signing_secret, settings.client_id, settings.client_secret)
    if not (any(set_) or TOKENS & given.wrong.keys()):
        yield NO_TOKENS
        return
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS)) as http:
        slack = SlackProbe(http, settings.api_url, proxy=load_http_proxy_from_env())
        reached = await run_check("Slack", _reach(slack, given, clock))
        slack.is_silent = reached[0].is_trouble
        for finding in [
            *reached,
            *await run_check("Bot token", tokens.check_access(slack, given, scopes)),
            *await run_check("Transport", transport.check_transport(slack, given)),
        ]:
            yield finding


async def _reach(slack: SlackProbe, given: CheckedSettings, clock: Clock) -> list[Finding]:
    given.must_be_right("SLACK_API_URL")
    answer = await slack.ask("api.test")
    return [ok_finding("Slack", f"{slack.api_url} answers."), findings.compare_with_slack(answer.date, clock.now())]
