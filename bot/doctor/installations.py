"""Checks of the installations in the database: which workspaces are parked, and which have not granted every scope."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import manifest
from bot.doctor.findings import Finding, note_finding, ok_finding, problem_finding
from bot.doctor.tokens import INSTALL_AGAIN
from bot.org.installations import Installation
from bot.org.workspaces import Workspace
from bot.workflows.installations import REPLACED

OPEN_INSTALL_PAGE = (
    "An admin of that workspace opens STEWARD_PUBLIC_URL followed by /slack/install, and installs Steward again."
)
NONE_YET = "None yet. `steward run` adds the workspace of its bot token, or those that install Steward."


async def check_workspaces(session: AsyncSession) -> list[Finding]:
    theirs = select(Workspace.name, Workspace.parked, Installation.client_id).outerjoin(Installation)
    workspaces = (await session.execute(theirs.order_by(Workspace.id))).all()
    if not workspaces:
        return [note_finding("Workspace", NONE_YET)]
    stopped = [_parked(name, reason, client_id) for name, reason, client_id in workspaces if reason]
    active = [each.name for each in workspaces if not each.parked]
    return [*stopped, *([ok_finding("Workspace", f"Installed in {', '.join(active)}.")] if active else [])]


def _parked(name: str, reason: str, client_id: str | None) -> Finding:
    if reason == REPLACED:
        return note_finding("Workspace", f"Steward no longer works for {name}: another workspace adopted the database.")
    says = f"Steward cannot post in {name}: Slack answered {reason}."
    return problem_finding("Workspace", says, OPEN_INSTALL_PAGE if client_id else INSTALL_AGAIN)


async def check_granted_scopes(session: AsyncSession) -> list[Finding]:
    """Compare what was granted through the install page with app.yaml; the bot token's scopes are asked of Slack."""
    wanted = set(manifest.load_manifest()["oauth_config"]["scopes"]["bot"])
    theirs = select(Installation).where(Installation.client_id.is_not(None), Installation.parked.is_(None))
    lacking = {each.id: wanted - set(each.scopes) for each in await session.scalars(theirs.order_by(Installation.id))}
    return [
        problem_finding("Scopes", f"{id} has not granted {', '.join(sorted(missing))}.", OPEN_INSTALL_PAGE)
        for id, missing in lacking.items()
        if missing
    ]
