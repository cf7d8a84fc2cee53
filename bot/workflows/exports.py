"""Export a team's tables as CSV files for leaders and workspace admins, and list who changed which setting.

The files hold what the team's leaders can read in Slack, and nothing counted by person. Private shout-outs, notes,
answers of the pulse, hard contacts and the names of unnamed authors are never in them.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.personal_data import FORMER, RETENTION, STAND_IN
from bot.errors import Refusal
from bot.features.rituals.models import Ritual, RitualRun, RunState
from bot.features.shoutouts import queries as shoutouts
from bot.features.spikes import history
from bot.features.visits import themes
from bot.followups.models import Audience, Followup, Kind
from bot.messages import exports as messages
from bot.messages import settings as settings_messages
from bot.messages.mentions import mentions_to_names
from bot.messages.spikes.history import as_csv
from bot.org import people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams import settings as teams_settings
from bot.org.teams.models import Role, Team
from bot.refusals import common
from bot.slack.dispatcher import Actor
from bot.slack.mrkdwn import mentioned_ids
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.text.tables import to_csv, to_zip
from bot.workflows import daily_limits, settings

DAILY_LIMIT = 3
LIMIT = "exports"
MOST_ENTRIES = 20
Rows = list[Sequence[object]]


async def send_export(session: AsyncSession, actor: Actor, channel_id: str, *, now: datetime) -> Post:
    """Send a team's tables to a leader or a workspace admin by DM, as one archive of CSV files; return the answer.

    Leaders get what their team has done, admins the settings and counts. Raises `Refusal` for everybody else, and
    beyond the daily limit.
    """
    person, team, leads = await _find_reader(session, actor, channel_id)
    await daily_limits.count_use(session, *actor, LIMIT, DAILY_LIMIT, now)
    files = await build_files(session, team, leads=leads, is_admin=person.runs_workspace, now=now)
    name = f"{team.name}-{person.local(now):%Y-%m-%d}.zip"
    await outbox.file(
        session, name=name, content=to_zip(files, person.local(now)), title=name,
        comment=messages.describe_files(team, [*files], leads=leads), to=person.dm, not_before=now,
        days_in_slack=outbox.DAYS_IN_SLACK,
    )  # fmt: skip
    return messages.on_its_way(team)


async def _find_reader(session: AsyncSession, actor: Actor, channel_id: str) -> tuple[Person, Team, bool]:
    """Return the person, the team that the command is about, and whether the person leads it."""
    person = await people.fetch_person(session, *actor)
    team = await settings.team_meant(session, person, channel_id)
    member = await membership.member(session, team, person.id)
    leads = member is not None and member.role is Role.LEADER
    if not leads and not person.runs_workspace:
        raise Refusal(common.EXPORT_FOR_LEADERS)
    return person, team, leads


async def build_files(
    session: AsyncSession, team: Team, *, leads: bool, is_admin: bool, now: datetime
) -> dict[str, bytes]:
    """Return the CSV files for a reader, by name."""
    files: dict[str, bytes] = {}
    if leads:
        files["shout-outs.csv"] = to_csv(*await _shoutouts(session, team, now))
        files["spikes.csv"] = as_csv(await history.list_past_spikes(session, team, now=now, period=RETENTION))
        files["follow-ups.csv"] = to_csv(*await _followups(session, team))
        files["rituals.csv"] = to_csv(*await _rituals(session, team))
    if is_admin:
        files["settings.csv"] = to_csv(messages.SETTINGS, _settings(team))
        files["counts.csv"] = to_csv(*await _counts(session, team, now))
    files["changes.csv"] = to_csv(messages.CHANGES, await _changes(session, team))
    return files


async def _shoutouts(session: AsyncSession, team: Team, now: datetime) -> tuple[Sequence[str], Rows]:
    given, receivers = await shoutouts.given_between(session, team, now - RETENTION, now)
    ids = {id for each in given for id in (each.giver_id, *receivers[each.id], *mentioned_ids(each.reason))}
    names = await _names(session, team, ids)
    rows: Rows = [
        (
            _day(team, each.given_at), names.get(each.giver_id, ""),
            messages.WHOLE_TEAM if each.is_for_team else ", ".join(names.get(id, "") for id in receivers[each.id]),
            each.kind, mentions_to_names(each.reason, names), " ".join(each.values),
        )
        for each in given
    ]  # fmt: skip
    return messages.SHOUTOUTS, rows


async def _names(session: AsyncSession, team: Team, ids: Collection[str]) -> Mapping[str, str]:
    """Return people's names by id, and words for those whose data was erased."""
    known = await people.fetch_people(session, team.workspace_id, ids)
    return {id: FORMER for id in ids if id.startswith(STAND_IN)} | {id: each.name for id, each in known.items()}


def _day(team: Team, at: datetime | None) -> str:
    return f"{at.astimezone(ZoneInfo(team.zone)):%Y-%m-%d}" if at else ""


async def _followups(session: AsyncSession, team: Team) -> tuple[Sequence[str], Rows]:
    """Return roadblocks, ideas and promises that the team or its leaders can read; only named authors are named."""
    readable = select(Followup).where(
        Followup.team_id == team.id, Followup.audience.in_([Audience.TEAM, Audience.LEADERS]),
        Followup.recipient_id.is_(None),
    )  # fmt: skip
    found = (await session.scalars(readable.order_by(Followup.raised_at, Followup.id))).all()
    words = " ".join(f"{each.text} {each.outcome}" for each in found)
    people_in = {id for each in found for id in (each.author_id, each.owner_id) if id} | mentioned_ids(words)
    names = await _names(session, team, people_in)
    rows: Rows = [
        (
            each.kind, _day(team, each.raised_at), mentions_to_names(each.text, names),
            names.get(each.author_id, "") if each.is_named or each.kind == Kind.PROMISE else "",
            themes.theme_label(each.theme), each.state, names.get(each.owner_id or "", ""), each.due_on,
            _day(team, each.closed_at), each.reason, mentions_to_names(each.outcome, names),
        )
        for each in found
    ]  # fmt: skip
    return messages.FOLLOWUPS, rows


async def _rituals(session: AsyncSession, team: Team) -> tuple[Sequence[str], Rows]:
    runs = select(RitualRun, Ritual).join(Ritual, Ritual.id == RitualRun.ritual_id)
    held = runs.where(RitualRun.team_id == team.id, RitualRun.state == RunState.SAID)
    rows: Rows = [
        (_day(team, run.starts_at), ritual.template.name if ritual.template else ritual.slug, run.prompt)
        for run, ritual in (await session.execute(held.order_by(RitualRun.starts_at, RitualRun.id))).all()
    ]
    return messages.RITUALS, rows


def _settings(team: Team) -> Iterable[Sequence[object]]:
    for model in settings.TEAM_SETTINGS.values():
        for name, value in model.of(team).model_dump(mode="json").items():
            yield model.title, model.model_fields[name].title or name, messages.format_setting(value)


async def _counts(session: AsyncSession, team: Team, now: datetime) -> tuple[Sequence[str], Rows]:
    """Return by month how many shout-outs, spikes, roadblocks, ideas and rituals the team had, as its channel shows."""
    given, _ = await shoutouts.given_between(session, team, now - RETENTION, now)
    spikes = await history.list_past_spikes(session, team, now=now, period=RETENTION)
    raised = select(Followup.kind, Followup.raised_at).where(
        Followup.team_id == team.id, Followup.audience == Audience.TEAM, Followup.kind != Kind.PROMISE
    )
    held = select(RitualRun.starts_at).where(RitualRun.team_id == team.id, RitualRun.state == RunState.SAID)
    counted = Counter(
        [
            *((_day(team, each.given_at)[:7], "shout-outs") for each in given),
            *((_day(team, each.opened_at)[:7], "spikes") for each in spikes),
            *((_day(team, at)[:7], f"{kind}s") for kind, at in await session.execute(raised)),
            *((_day(team, at)[:7], "rituals") for at in await session.scalars(held)),
        ]
    )
    return messages.COUNTS, [(month, what, many) for (month, what), many in sorted(counted.items())]


async def _changes(session: AsyncSession, team: Team, limit: int | None = None) -> Rows:
    """Return who changed which setting of a team, newest first."""
    found = await teams_settings.latest_changes(session, team, limit)
    names = await _names(session, team, {each.changed_by for each in found})
    return [
        (
            f"{each.changed_at.astimezone(ZoneInfo(team.zone)):%Y-%m-%d %H:%M}", names.get(each.changed_by, ""),
            each.name, messages.format_setting(each.was), messages.format_setting(each.became),
        )
        for each in found
    ]  # fmt: skip


async def list_changes(session: AsyncSession, actor: Actor, channel_id: str) -> Post:
    """Return the latest entries of the audit log. Raises `Refusal` for everybody but leaders and workspace admins."""
    _, team, _ = await _find_reader(session, actor, channel_id)
    found = await teams_settings.latest_changes(session, team, MOST_ENTRIES)
    models = settings.TEAM_SETTINGS
    return messages.audit_log(team, [settings_messages.describe_entry(team, each, models) for each in found])
