"""The application: wires Bolt's listeners, the outbox relay, the scheduler and the sync, and starts and stops them."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

import aiohttp
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from sqlalchemy import select

from bot import metrics
from bot import settings as operator_settings
from bot.clock import Clock, monotonic_seconds
from bot.db.log_keys import LogKeyRotation
from bot.db.migrations import migrate
from bot.db.sessions import Database
from bot.errors import OperatorError
from bot.org.availability import holidays
from bot.org.installations import Grant
from bot.org.workspaces import Workspace, WorkspaceFacts
from bot.refusals.common import NOT_INSTALLED
from bot.scheduler.worker import SchedulerWorker
from bot.settings import VERSION, Settings
from bot.slack import gauges, oauth
from bot.slack.clients import Clients, granted_scopes
from bot.slack.dispatcher import Dispatcher
from bot.slack.outbox.relay import Relay
from bot.slack.request_urls import RequestUrls
from bot.slack.socket_mode import CONNECT_SECONDS, Socket
from bot.slack.sync import SlackSync
from bot.slack.watchdog import Watchdog
from bot.workflows import installations as workflow
from bot.workflows import recurring_jobs
from bot.workflows.alert_rules import PreviewWorker
from bot.workflows.due_work import DueWork, Settled
from bot.workflows.ideas.votes import VoteReader
from bot.workflows.pulse.cleaner import PulseCleaner
from bot.workflows.scopes import ScopeReporter
from bot.workflows.token_checks import TokenChecker
from handlers import registry
from handlers.authorization import Authorizer
from handlers.errors import ErrorAnswers
from handlers.oauth import Installer
from handlers.webhooks.receiver import Receiver
from schedules.registry import JOBS

log = structlog.get_logger()

DRAIN_SECONDS = 10.0
WORKERS = ("relay", "sync", "previews", "votes", "pulse_cleaner", "scopes", "tokens", "log_keys")
READ_SECONDS = 5.0
"""Timeout for the database queries of health checks and metrics."""
OF_AN_ORGANIZATION = (
    "SLACK_BOT_TOKEN is the token of a whole organisation. Set STEWARD_CLIENT_ID and STEWARD_CLIENT_SECRET instead, "
    "and install Steward at /slack/install."
)
WAY_ON = "install the app again, set the new SLACK_BOT_TOKEN and restart"
SetClock = Callable[[datetime], None]


class Steward:
    """One replica of the bot. `start` it, and `stop` it for a graceful shutdown."""

    def __init__(self, settings: Settings, database: Database, clock: Clock, http: aiohttp.ClientSession) -> None:
        self.database = database
        self.clock = clock
        self.clients = Clients(database, settings.api_url, http, oauth.app_of(settings), clock)
        self.listeners = Dispatcher(database, clock, ErrorAnswers(), settings.public_url)
        registry.register(self.listeners)
        self.receiver = Receiver(database, clock)
        self.installer = Installer(database, clock, self.clients, self.clients.oauth) if self.clients.oauth else None
        self.relay = Relay(database, self.clients, clock)
        self.worker = SchedulerWorker(
            database, clock, JOBS, recurring_jobs.TEAM_JOBS, recurring_jobs.post_missed, recurring_jobs.WORKSPACE_JOBS
        )
        self.sync = SlackSync(database, self.clients, clock)
        self.previews = PreviewWorker(database, self.clients)
        self.votes = VoteReader(database, self.clients, clock)
        self.pulse_cleaner = PulseCleaner(database)
        self.log_keys = LogKeyRotation(database, clock)
        self.scopes = ScopeReporter(database, self.clients, clock)
        self.tokens = TokenChecker(database, self.clients, clock)
        self.due_work = DueWork(self)
        self.bolt = self._bolt(settings)
        self._settings = settings
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._ticking = asyncio.Lock()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stopping = False
        self.socket = self._socket_of(settings)
        self.request_urls = None if self.socket else self._request_urls_of(settings)

    async def prepare(self) -> None:
        """Install the workspace of the bot token, or plan the jobs of all installed workspaces if there is none.

        Raises `OperatorError` if a token is missing or wrong, Slack does not answer, or the database belongs to others.
        """
        if self._settings.client_id is None:
            await self.install()
            return
        await self._check_app_token()
        async with self.database.begin() as session:
            adopted = self._settings.adopt_workspace
            await workflow.claim_for_app(session, self._settings.client_id, adopted, now=self.clock.now())
        await self.plan()

    async def plan(self) -> None:
        """Plan the jobs of all installed workspaces."""
        await workflow.plan_all_jobs(self.database, now=self.clock.now())
        await self._load_holidays()

    async def install(self) -> Workspace:
        """Store the workspace of the bot token, as Slack reports it, and schedule its jobs."""
        if self._settings.bot_token is None:
            operator_settings.check_credentials(self._settings)
        token = self._settings.bot_token.get_secret_value() if self._settings.bot_token else ""
        me = await self._ask("SLACK_BOT_TOKEN", self.clients.with_token(token).auth_test())
        if me.get("is_enterprise_install"):
            raise OperatorError(OF_AN_ORGANIZATION)
        await self._check_app_token()
        facts = WorkspaceFacts(me["team_id"], me["team"], me["url"])
        grant = Grant(token, me["bot_id"], me["user_id"], facts.id, scopes=granted_scopes(me))
        async with self.database.begin() as session:
            now, adopted, client_id = self.clock.now(), self._settings.adopt_workspace, self._settings.client_id
            await workflow.claim_for_token(session, facts, adopted, client_id=client_id, now=now)
            (workspace,) = await workflow.install(session, grant, [facts], now=now)
        await self._load_holidays()
        self.clients.forget(workspace.id)
        return workspace

    async def start(self) -> None:
        """Start the relay, the sync, the scheduler's tick and, in Socket Mode, the socket with its watchdog."""
        await asyncio.gather(*[part.free_leases() for part in (self.relay, self.sync, self.clients)])
        for part in WORKERS:
            self._begin(part, getattr(self, part).run())
        self._begin("loop_lag", metrics.measure_loop_lag())
        metrics.BUILD.labels(VERSION, migrate.newest(), self.database.writer.dialect.name).set(1)
        self._scheduler.add_job(
            self._tick, "interval", seconds=1, max_instances=2, coalesce=True, misfire_grace_time=None
        )
        self._scheduler.start()
        if self.socket:
            try:
                await self.socket.renew()
            except TimeoutError:
                raise OperatorError(f"Slack did not open a socket within {CONNECT_SECONDS:.0f} seconds.") from None
            self._begin("watchdog", Watchdog(self.socket).run())

    async def wait_for_failure(self) -> None:
        """Wait until a background task ends unexpectedly, and raise its exception."""
        done, _ = await asyncio.wait(self._tasks.values(), return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    async def stop(self) -> None:
        """Shut down: accept no more work, finish what is in flight, close the socket and release leases."""
        self._stopping = True
        await self.listeners.drain(DRAIN_SECONDS)
        await self._end("watchdog")
        if self.socket:
            await self.socket.close()
        async with self._ticking:
            if self._scheduler.running:
                self._scheduler.shutdown(wait=False)
            await self.relay.stop()
        for part in list(self._tasks):
            await self._end(part)
        await self.clients.close()

    def _begin(self, part: str, work: Coroutine[Any, Any, None]) -> None:
        self._tasks[part] = asyncio.create_task(work)

    async def _end(self, part: str) -> None:
        if task := self._tasks.pop(part, None):
            task.cancel()
            await asyncio.wait([task])

    async def advance(self, to: datetime, set_clock: SetClock, settled: Settled) -> None:
        """Advance the sandbox's clock. Everything that falls due on the way runs at its own instant, in order."""
        async with self._ticking, self.relay.paused():
            self.due_work.forget()
            while await self._step(to, set_clock, settled):
                pass
            set_clock(to)
            await self.due_work.run(settled)

    async def step(self, to: datetime, set_clock: SetClock, settled: Settled) -> bool:
        """Advance to the next instant at which work is due, and run that work. Return False if none is due by `to`.

        On SQLite no other process may write to the database between two steps.
        """
        async with self._ticking, self.relay.paused():
            return await self._step(to, set_clock, settled)

    async def _step(self, to: datetime, set_clock: SetClock, settled: Settled) -> bool:
        due = await self.due_work.next_at()
        if due is None or due > to:
            return False
        set_clock(due)
        await self.due_work.run(settled)
        return True

    async def describe_outage(self) -> str | None:
        """Return what is wrong with the database or the socket, or None if both work. For the readiness check."""
        if self._stopping:
            return "stopping"
        if trouble := await self.database.health.describe_outage(READ_SECONDS):
            return f"database: {trouble}"
        if self.socket and not await self.socket.is_connected():
            return "slack: socket not connected"
        return None

    async def describe_parked(self) -> dict[str, str]:
        """Return, by workspace, why Steward cannot work there and what to do. Others work, so Steward is ready."""
        again = f"install it at {self.clients.oauth.app.install_url}" if self.clients.oauth else WAY_ON
        stopped = select(Workspace).where(Workspace.parked.is_not(None)).order_by(Workspace.id)
        async with self.database.reading() as session:
            found = await session.scalars(stopped)
            return {each.id: f"{each.parked}: {again}" for each in found if each.is_stopped}

    def describe_ended_tasks(self) -> str | None:
        """Describe the background tasks that have ended, or return None if all are still running.

        Used by the liveness check.
        """
        ended = [part for part, task in self._tasks.items() if task.done()]
        return None if self._stopping or not ended else f"ended: {', '.join(ended)}"

    def seconds_since_slack(self) -> dict[str, float | None]:
        """Return the seconds since Slack's last hello (in Socket Mode) and last delivery; None if there was none."""
        hello = self.socket.hello_at if self.socket else None
        heard = self.socket.envelope_at if self.socket else self.listeners.heard_at
        now = monotonic_seconds()
        return {"hello": None if hello is None else now - hello, "envelope": None if heard is None else now - heard}

    async def gauges(self) -> gauges.Gauges:
        """Read the gauges for `/metrics`. If the database does not answer, return the gauges that do not need it."""
        found = gauges.Gauges()
        if self.socket:
            found.add("socket_connected", "Whether the socket is open", await self.socket.is_connected())
        gauges.add_silence(found, **self.seconds_since_slack())
        gauges.add_pools(found, self.database)
        is_up = True
        try:
            async with asyncio.timeout(READ_SECONDS), self.database.reading() as session:
                await gauges.add_work(session, found, self.clock.now())
        except Exception as error:
            log.warning("metrics_database_read_failed", error=type(error).__name__)
            is_up = False
        found.add("database_up", "Whether the database answered just now", is_up)
        return found

    async def _tick(self) -> None:
        """Run due jobs, unless the previous tick still runs or the sandbox's clock is being advanced."""
        if self._ticking.locked():
            return
        async with self._ticking:
            await self.worker.tick()

    async def _load_holidays(self) -> None:
        if await workflow.has_holidays(self.database):
            await asyncio.to_thread(holidays.load_holidays)

    async def _check_app_token(self) -> None:
        """Check the app token once, because Socket Mode would retry an invalid one forever."""
        if token := self._settings.app_token:
            asked = self.clients.with_token(None).apps_connections_open(app_token=token.get_secret_value())
            await self._ask("SLACK_APP_TOKEN", asked)

    async def _ask(self, setting: str, call: Coroutine[Any, Any, AsyncSlackResponse]) -> AsyncSlackResponse:
        try:
            return await call
        except SlackApiError as error:
            raise OperatorError(
                f"{setting}: Slack answered {error.response.get('error') or error.response.status_code}"
            ) from None
        except (TimeoutError, aiohttp.ClientError) as error:
            raise OperatorError(f"Slack did not answer at {self._settings.api_url}: {error}") from None

    def _socket_of(self, settings: Settings) -> Socket | None:
        token = settings.app_token
        return Socket(self.bolt, token.get_secret_value(), self.clients.with_token(None)) if token else None

    def _request_urls_of(self, settings: Settings) -> RequestUrls | None:
        secret = settings.signing_secret
        return RequestUrls(self.bolt, secret.get_secret_value()) if secret else None

    def _bolt(self, settings: Settings) -> AsyncApp:
        logger = logging.getLogger("slack_bolt")
        logger.setLevel(logging.ERROR)  # it warns about SLACK_BOT_TOKEN, which it reads by itself and does not need
        app = AsyncApp(
            name="steward",
            process_before_response=True,
            authorize=Authorizer(self.database, self.clients, self.clock),  # type: ignore[arg-type]  # may be None
            client=self.clients.with_token(None),
            request_verification_enabled=False,  # done by `RequestUrls`, before anything is parsed
            ssl_check_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
            user_facing_authorize_error_message=NOT_INSTALLED,
            logger=logger,
        )
        self.listeners.attach(app)
        return app
