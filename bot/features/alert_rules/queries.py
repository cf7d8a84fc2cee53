"""Queries to add, list and remove alert rules, and to request and claim previews of rules."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import groupby

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import insert
from bot.errors import AnswerTooLate, Refusal
from bot.features.alert_rules import rules
from bot.features.alert_rules.models import PEOPLE, AlertRule, RulePreview
from bot.features.alert_rules.rules import CHANNEL, PATTERN, RuleDraft
from bot.features.alert_rules.settings import Settings
from bot.org import channels
from bot.org.teams import membership
from bot.org.teams.models import Member, Team
from bot.org.workspaces import Workspace
from bot.refusals import alert_rules as refusals

MOST_RULES = 20


async def add_rule(session: AsyncSession, team: Team, lead: Member, draft: RuleDraft, *, now: datetime) -> AlertRule:
    """Add an alert rule for a team. Raises `Refusal` if the draft is invalid or the team has too many rules."""
    lead.must_lead()
    await membership.lock_team(session, team.id)
    if len(await list_rules(session, team)) >= MOST_RULES:
        raise Refusal(refusals.too_many_rules(MOST_RULES), field=PATTERN)
    await _check_channel_membership(session, team, lead, draft.channel_id)
    rules.check_draft_complete(draft, people_may=Settings.of(team).people)
    rule = AlertRule(team.workspace_id, team.id, **asdict(draft), made_by=lead.user_id, made_at=now)
    session.add(rule)
    await session.flush()
    return rule


async def _check_channel_membership(session: AsyncSession, team: Team, lead: Member, channel_id: str) -> None:
    """Raise `Refusal` unless both the bot and the leader are in the channel.

    The bot sees messages only in its own channels, and leaders must not use it to read channels that they are not in.
    """
    shared = await channels.shared_with(session, team.workspace_id, lead.user_id)
    if channel_id not in {each.id for each in shared}:
        raise Refusal(refusals.INVITE, field=CHANNEL)


async def find_rule(session: AsyncSession, team: Team, rule_id: int) -> AlertRule:
    found = await session.scalar(select(AlertRule).where(AlertRule.team_id == team.id, AlertRule.id == rule_id))
    if found is None:
        raise AnswerTooLate(refusals.RULE_GONE)
    return found


async def remove_rule(session: AsyncSession, team: Team, lead: Member, rule_id: int) -> AlertRule:
    """Delete an alert rule and return it. Raises `AnswerTooLate` if the rule is gone already."""
    lead.must_lead()
    rule = await find_rule(session, team, rule_id)
    await session.delete(rule)
    return rule


async def list_rules(session: AsyncSession, team: Team) -> Sequence[AlertRule]:
    theirs = select(AlertRule).where(AlertRule.workspace_id == team.workspace_id, AlertRule.team_id == team.id)
    return (await session.scalars(theirs.order_by(AlertRule.id))).all()


async def list_channel_rules(
    session: AsyncSession, workspace_id: str, channel_id: str
) -> list[tuple[Team, list[AlertRule]]]:
    """Return the alert rules for a channel's messages, by team: one query, because it runs for every message."""
    here = (
        select(AlertRule, Team)
        .join(Team, Team.id == AlertRule.team_id)
        .where(AlertRule.workspace_id == workspace_id, AlertRule.channel_id == channel_id)
    )
    rows = (await session.execute(here.order_by(AlertRule.team_id, AlertRule.id))).all()
    found = [(team, rule) for rule, team in rows if rule.sender != PEOPLE or Settings.of(team).people]
    by_team = groupby(found, key=lambda row: row[0].id)
    return [(next(own)[0], [rule for _, rule in found if rule.team_id == id]) for id, own in by_team]


async def request_preview(session: AsyncSession, team: Team, lead: Member, view_id: str, draft: RuleDraft) -> None:
    """Request a preview of the alert rule in a leader's open form. A later draft replaces an earlier draft."""
    lead.must_lead()
    row = {"workspace_id": team.workspace_id, "view_id": view_id}
    said = {"draft": asdict(draft), "team_id": team.id, "user_id": lead.user_id}
    asked = insert(session, RulePreview).values(row | said)
    await session.execute(asked.on_conflict_do_update(index_elements=["workspace_id", "view_id"], set_=said))


async def list_previews(session: AsyncSession) -> Sequence[RulePreview]:
    """Return the previews of alert rules that are requested and not claimed yet, except in parked workspaces."""
    asked = select(RulePreview).join(Workspace, Workspace.id == RulePreview.workspace_id)
    return (await session.scalars(asked.where(Workspace.parked.is_(None)))).all()


async def claim_preview(session: AsyncSession, preview: RulePreview) -> RulePreview | None:
    """Claim a requested preview: delete its row and return it, or return None if another worker has claimed it.

    There is no retry: if the preview fails, the leader presses the button again.
    """
    this = delete(RulePreview).where(
        RulePreview.workspace_id == preview.workspace_id, RulePreview.view_id == preview.view_id
    )
    return await session.scalar(this.returning(RulePreview))
