"""The web door of installs: sends people to Slack, and stores what Slack grants when they come back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog

from bot.clock import Clock
from bot.db.sessions import Database
from bot.messages import installations as pages
from bot.messages.installations import Page
from bot.org import install_states
from bot.slack.clients import Clients
from bot.slack.oauth import OAuth, OAuthError, OAuthUnknown
from bot.workflows import installations as workflow

log = structlog.get_logger()

COOKIE = "steward_install"
SECRET_LENGTH = len(install_states.new_secret())
TEAM = re.compile(r"[ET][A-Z0-9]{1,30}")
ON_PUBLIC_HOST = "on"
"""The query parameter that marks a visit that has been sent to the public address, whatever a proxy calls the host."""


@dataclass(frozen=True)
class Visit:
    """A browser's request: its query, the host that it names and the secret in its cookie."""

    query: Mapping[str, str]
    host: str
    browser: str = ""


@dataclass(frozen=True)
class Redirect:
    """Send the browser elsewhere; with `browser`, it gets a cookie with that secret."""

    url: str
    browser: str | None = None


@dataclass(frozen=True)
class Shown:
    page: Page
    status: int = 200


class Installer:
    """Answers the two pages of an install."""

    def __init__(self, database: Database, clock: Clock, clients: Clients, oauth: OAuth) -> None:
        self._database = database
        self._clock = clock
        self._clients = clients
        self._oauth = oauth

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach Steward over HTTPS, so that its cookie needs it too."""
        return self._oauth.app.public_url.startswith("https://")

    async def start(self, visit: Visit) -> Redirect | Shown:
        """Send a browser to Slack with a new state. A browser keeps its secret, so that several tabs can install.

        A visit to another host than the public one is sent there first, because the redirect URL is on that host and
        would not get the cookie of this one.
        """
        public = urlsplit(self._oauth.app.public_url)
        team = visit.query.get("team", "")
        team = team if TEAM.fullmatch(team) else ""
        if visit.host.lower() != public.netloc.lower() and ON_PUBLIC_HOST not in visit.query:
            return Redirect(f"{self._oauth.app.install_url}?{ON_PUBLIC_HOST}=1{'&team=' * bool(team)}{team}")
        browser = visit.browser if len(visit.browser) == SECRET_LENGTH else install_states.new_secret()
        async with self._database.begin() as session:
            state = await install_states.begin(session, browser, now=self._clock.now())
        if state is None:
            return self._failed("too many visits", pages.BUSY, status=429)
        return Redirect(self._oauth.app.authorize_url(state, team), browser)

    async def finish(self, visit: Visit) -> Redirect | Shown:
        """Install the app with the code that Slack sent along with the browser.

        Without a state, the install began in Slack's app directory, or an attacker made the link: start a new one here.
        """
        state, code, error = (visit.query.get(name) for name in ("state", "code", "error"))
        if not state and not error:
            return Redirect(self._oauth.app.install_url)
        async with self._database.begin() as session:
            invalid = await install_states.finish(session, state or "", visit.browser, now=self._clock.now())
        if not code:
            return self._failed(error or "no code", pages.CANCELLED if error == "access_denied" else pages.REFUSED)
        if invalid:
            return self._failed(invalid, pages.STALE)
        try:
            return await self._install(code)
        except OAuthUnknown as error:
            return self._failed(str(error), pages.SILENT, status=502)
        except OAuthError as error:
            return self._failed(str(error), pages.REFUSED)
        except Exception:
            log.exception("install_failed")
            return Shown(pages.failed(pages.FAILED, self._oauth.app.install_url), 500)

    async def _install(self, code: str) -> Shown:
        now = self._clock.now()
        grant, covered, url = await self._oauth.exchange_code(code, now=now)
        async with self._database.begin() as session:
            found = await workflow.install(session, grant, covered, now=now)
        for workspace in found:
            self._clients.forget(workspace.id)
        if grant.is_org:
            return Shown(pages.installed_in_organization(url, count=len(found)))
        return Shown(pages.installed(found[0].name, url))

    def _failed(self, reason: str, failure: tuple[str, str], *, status: int = 400) -> Shown:
        log.warning("install_refused", reason=reason[:100])
        return Shown(pages.failed(failure, self._oauth.app.install_url), status)
