"""Named kill points of installs, tokens and upgrades, for tests that kill the bot step by step.

Each function patches the bot to call `die` at one point, like those in `kill_points`.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from benchmarks.crashes.patches import Die, patch_after, patch_before
from bot.org import installations
from bot.slack.oauth import OAuth
from bot.slack.token_refresh import TokenRefresh
from bot.workflows import installations as workflow
from bot.workflows import organizations, parked_workspaces
from bot.workflows.token_checks import TokenChecker
from handlers.oauth import Installer


def before_install(die: Die) -> None:
    """Die when a browser has come back from Slack, before its code is exchanged."""
    patch_before(OAuth, "exchange_code", die)


def mid_install(die: Die) -> None:
    """Die after the code was exchanged and the rows were written, before their transaction commits."""
    patch_after(workflow, "install", lambda *passed: die())


def after_install(die: Die) -> None:
    """Die after the install is stored, before the browser gets its page."""
    patch_after(Installer, "_install", lambda *passed: die())


def before_refresh(die: Die) -> None:
    patch_before(OAuth, "refresh", die)


def between_refresh_and_store(die: Die) -> None:
    """Die when Slack has used up the refresh token, before the new pair is stored."""
    patch_after(OAuth, "refresh", lambda *passed: die())


def after_refresh(die: Die) -> None:
    patch_after(TokenRefresh, "_store", lambda *passed: die())


def between_check_and_parking(die: Die) -> None:
    """Die when Slack has answered whether a token works, before that is recorded."""
    patch_before(TokenChecker, "_record", die)


def mid_parking(die: Die) -> None:
    """Die when an installation and its workspaces are parked, before the transaction commits."""
    patch_after(installations, "park_all", lambda *passed: die())


def mid_access(die: Die) -> None:
    """Die when a workspace was granted to or taken from the app, before the transaction commits."""
    for name in ("grant", "take"):
        patch_after(organizations, name, lambda *passed: die())


def mid_resume(die: Die) -> None:
    """Die when parked workspaces are about to resume, before the transaction commits."""

    def if_there_were_some(answered: Any, session: Any, found: Any, *passed: Any) -> None:
        if found:
            die()

    patch_after(parked_workspaces, "resume", if_there_were_some)


def mid_upgrade(die: Die) -> None:
    """Die after a migration has changed or created a table, or created an index."""

    @event.listens_for(Engine, "after_cursor_execute")
    def _after_each(connection: Any, cursor: Any, statement: str, *passed: Any) -> None:
        if statement.lstrip().startswith(("ALTER TABLE", "CREATE INDEX", "CREATE TABLE")):
            die()


INSTALLS: dict[str, Callable[[Die], None]] = {
    each.__name__: each
    for each in (
        before_install, mid_install, after_install, before_refresh, between_refresh_and_store, after_refresh,
        between_check_and_parking, mid_parking, mid_access, mid_resume, mid_upgrade,
    )
}  # fmt: skip
