"""Rules as leaders make and remove them, and those of a channel."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import groupby

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import places
from bot.database import insert
from bot.errors import Passed, UserError
from bot.features.rules.patterns import LONGEST_PATTERN, must_be_useful
from bot.features.rules.reading import LONGEST_QUEUE, Draft
from bot.features.rules.ready import READY
from bot.features.rules.settings import Settings
from bot.features.rules.tables import PEOPLE, Preview, Rule
from bot.teams import membership
from bot.teams.tables import Member, Team

CHANNEL, SENDER, WAY, PATTERN, QUEUE = "channel", "sender", "way", "pattern", "queue"
"""The fields of the form that makes a rule."""
MOST = 20
INVITE = "I am not in that channel with you. Type `/invite @steward` there, then come back."


async def make(session: AsyncSession, team: Team, lead: Member, draft: Draft, *, now: datetime) -> Rule:
    """From now on these messages are alerts for the team."""
    lead.must_lead()
    await membership.hold(session, team.id)
    if len(await of_team(session, team)) >= MOST:
        raise UserError(f"Your team has {MOST} rules, and that is all I keep. Remove one first.", field=PATTERN)
    await _must_be_there(session, team, lead, draft.channel_id)
    must_be_sound(draft, people_may=Settings.of(team).people)
    rule = Rule(team.workspace_id, team.id, **asdict(draft), made_by=lead.user_id, made_at=now)
    session.add(rule)
    await session.flush()
    return rule


def must_be_sound(draft: Draft, *, people_may: bool) -> None:
    """Whether a filled-in rule could be kept."""
    if not draft.sender:
        raise UserError("Whose messages are the alerts? Pick one.", field=SENDER)
    if draft.sender == PEOPLE and not people_may:
        raise UserError("Your team hears only tools. `/steward settings`, *Alerts in messages* says so.", field=SENDER)
    if len(draft.queue) > LONGEST_QUEUE:
        raise UserError(f"{LONGEST_QUEUE} characters at most, please.", field=QUEUE)
    must_read(draft)


def must_read(draft: Draft) -> None:
    """Whether a filled-in rule can be tried."""
    if draft.pattern:
        if len(draft.pattern) > LONGEST_PATTERN:
            raise UserError(f"{LONGEST_PATTERN} characters at most, please.", field=PATTERN)
        must_be_useful(draft.pattern, PATTERN)
    elif draft.way not in READY:
        raise UserError("Pick how the alerts are written.", field=WAY)


async def _must_be_there(session: AsyncSession, team: Team, lead: Member, channel_id: str) -> None:
    """The bot hears only where it is, and nobody listens through it where they are not."""
    shared = await places.shared_with(session, team.workspace_id, lead.user_id)
    if channel_id not in {each.id for each in shared}:
        raise UserError(INVITE, field=CHANNEL)


async def one(session: AsyncSession, team: Team, rule_id: int) -> Rule:
    found = await session.scalar(select(Rule).where(Rule.team_id == team.id, Rule.id == rule_id))
    if found is None:
        raise Passed("That rule is gone already.")
    return found


async def remove(session: AsyncSession, team: Team, lead: Member, rule_id: int) -> Rule:
    """These messages are alerts no more."""
    lead.must_lead()
    rule = await one(session, team, rule_id)
    await session.delete(rule)
    return rule


async def of_team(session: AsyncSession, team: Team) -> Sequence[Rule]:
    theirs = select(Rule).where(Rule.workspace_id == team.workspace_id, Rule.team_id == team.id)
    return (await session.scalars(theirs.order_by(Rule.id))).all()


async def of_channel(session: AsyncSession, workspace_id: str, channel_id: str) -> list[tuple[Team, list[Rule]]]:
    """The rules by which messages of a channel are read, by team: one read, for every message there is."""
    here = (
        select(Rule, Team)
        .join(Team, Team.id == Rule.team_id)
        .where(Rule.workspace_id == workspace_id, Rule.channel_id == channel_id)
    )
    rows = (await session.execute(here.order_by(Rule.team_id, Rule.id))).all()
    found = [(team, rule) for rule, team in rows if rule.sender != PEOPLE or Settings.of(team).people]
    return [(next(own)[0], [rule for _, rule in found if rule.team_id == id]) for id, own in groupby(found, _team_id)]


def _team_id(row: tuple[Team, Rule]) -> int:
    return row[0].id


async def ask_preview(session: AsyncSession, team: Team, lead: Member, view_id: str, draft: Draft) -> None:
    """Have a leader's open form shown soon what its rule would read."""
    lead.must_lead()
    row = {"workspace_id": team.workspace_id, "view_id": view_id}
    said = {"draft": asdict(draft), "team_id": team.id, "user_id": lead.user_id}
    asked = insert(session, Preview).values(row | said)
    await session.execute(asked.on_conflict_do_update(index_elements=["workspace_id", "view_id"], set_=said))


async def previews(session: AsyncSession) -> Sequence[Preview]:
    """Those that wait."""
    return (await session.scalars(select(Preview))).all()


async def claim(session: AsyncSession, preview: Preview) -> Preview | None:
    """Take one, as it is by now; None when another has it. If it fails, the leader presses again."""
    this = delete(Preview).where(Preview.workspace_id == preview.workspace_id, Preview.view_id == preview.view_id)
    return await session.scalar(this.returning(Preview))
