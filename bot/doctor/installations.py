"""Checks of the installations in the database: which workspaces are parked, and which have not granted every scope."""

from sqlalchemy import or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from bot import manifest
from bot.doctor.findings import CheckedSettings, Finding, note_finding, ok_finding, problem_finding
from bot.doctor.tokens import INSTALL_AGAIN
from bot.org.installations import Installation
from bot.org.workspaces import RESUMING, Workspace
from bot.text import formats
from bot.workflows.installations import REPLACED
from bot.workflows.parked_workspaces import KEPT_FOR
from bot.workflows.scrub import SCRUBBED

OPEN_INSTALL_PAGE = (
    "An admin of that workspace opens STEWARD_PUBLIC_URL followed by /slack/install, and installs Steward again."
)
OTHER_DATABASE = (
    "Set STEWARD_DATABASE_URL or STEWARD_DATA to the right database. If this is a copy of production, "
    "run `steward scrub` in it."
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


async def check_owner(session: AsyncSession, given: CheckedSettings) -> list[Finding]:
    """Report tokens of workspaces that this process may not work for, as in a copy of another environment's database.

    Nothing is reported while it is unknown which workspace the bot token is for, or while both ways of installing are
    set, since it is unknown which of them is meant.
    """
    client_id, ours = given.settings.client_id, given.workspaces
    if not (client_id or ours) or (client_id and given.settings.bot_token):
        return []
    strange = or_(Installation.client_id.is_(None), Installation.client_id != client_id) if client_id else true()
    theirs = select(Workspace).join(Installation, Workspace.installation_id == Installation.id)
    found = await session.scalars(theirs.where(Workspace.parked.is_(None), strange).order_by(Workspace.id))
    if names := [f"{each.name} ({each.id})" for each in found if client_id or each.id not in ours]:
        whose = "the app of STEWARD_CLIENT_ID" if client_id else "the workspace of SLACK_BOT_TOKEN"
        says = f"The database holds tokens of {', '.join(names)}, which is not {whose}. Steward does not start with it."
        return [problem_finding("Owner", says, OTHER_DATABASE)]
    return []


def _parked(workspace: Workspace, installation: Installation | None) -> Finding:
    name, reason = workspace.name, workspace.parked
    if reason == RESUMING:
        return note_finding("Workspace", f"Steward reads people and channels of {name} before it posts there again.")
    until = _deletion_date(workspace)
    if reason == SCRUBBED:
        return note_finding("Workspace", f"The token of {name} was deleted with `steward scrub`.{until}")
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
