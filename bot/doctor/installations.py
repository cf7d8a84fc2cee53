"""Checks of the installations in the database: which workspaces are parked, and which have not granted every scope."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import manifest
from bot.doctor.findings import Finding, note_finding, ok_finding, problem_finding
from bot.doctor.tokens import INSTALL_AGAIN
from bot.org.installations import Installation
from bot.org.workspaces import RESUMING, Workspace
from bot.text import formats
from bot.workflows.installations import REPLACED
from bot.workflows.parked_workspaces import KEPT_FOR

OPEN_INSTALL_PAGE = (
    "An admin of that workspace opens STEWARD_PUBLIC_URL followed by /slack/install, and installs Steward again."
)
NONE_YET = "None yet. `steward run` adds the workspace of its bot token, or those that install Steward."


async def check_workspaces(session: AsyncSession) -> list[Finding]:
    theirs = select(Workspace, Installation).outerjoin(Installation, Workspace.installation_id == Installation.id)
    found = [(row[0], row[1]) for row in await session.execute(theirs.order_by(Workspace.id))]
    if not found:
        return [note_finding("Workspace", NONE_YET)]
    stopped = [_parked(workspace, installation) for workspace, installation in found if workspace.parked]
    active = [workspace.name for workspace, _ in found if not workspace.parked]
    return [*stopped, *([ok_finding("Workspace", f"Installed in {', '.join(active)}.")] if active else [])]


def _parked(workspace: Workspace, installation: Installation | None) -> Finding:
    name, reason = workspace.name, workspace.parked
    if reason == RESUMING:
        return note_finding("Workspace", f"Steward reads people and channels of {name} before it posts there again.")
    until = _deletion_date(workspace)
    if reason == REPLACED:
        says = f"Steward no longer works for {name}: the database now belongs to another workspace."
        return note_finding("Workspace", says + until)
    says = f"Steward cannot post in {name}: Slack answered {reason}."
    has_page = installation and installation.client_id
    return problem_finding("Workspace", says + until, OPEN_INSTALL_PAGE if has_page else INSTALL_AGAIN)


def _deletion_date(workspace: Workspace) -> str:
    if workspace.parked_at is None:
        return ""
    return f" Its data is deleted on {formats.full((workspace.parked_at + KEPT_FOR).date())}."


async def check_granted_scopes(session: AsyncSession) -> list[Finding]:
    """Compare what was granted through the install page with app.yaml; for the bot token, Slack is asked."""
    wanted = set(manifest.load_manifest()["oauth_config"]["scopes"]["bot"])
    theirs = select(Installation).where(Installation.client_id.is_not(None), Installation.parked.is_(None))
    lacking = {each.id: wanted - set(each.scopes) for each in await session.scalars(theirs.order_by(Installation.id))}
    return [
        problem_finding("Scopes", f"{id} has not granted {', '.join(sorted(missing))}.", OPEN_INSTALL_PAGE)
        for id, missing in lacking.items()
        if missing
    ]
