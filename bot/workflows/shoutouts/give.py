"""Give a shout-out by command, form or shortcut, and notify everybody involved."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.shoutouts import credits, queries, rules
from bot.features.shoutouts.credits import NoteChange
from bot.features.shoutouts.models import PLAIN, Manner, MessageRef, Shoutout, Way
from bot.features.shoutouts.rules import MANNER, RECEIVERS
from bot.features.shoutouts.settings import Settings
from bot.org import people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Role, Team
from bot.org.teams.queries import Company
from bot.refusals import shoutouts as refusals
from bot.workflows.shoutouts.change import publish_change


async def give(
    session: AsyncSession,
    team: Team,
    giver_id: str,
    *,
    receivers: Sequence[str],
    reason: str,
    source: str,
    now: datetime,
    about: MessageRef | None = None,
    manner: Manner = PLAIN,
    company: Company | None = None,
) -> Shoutout:
    """Thank `receivers`, optionally for the message `about`, and notify everybody involved.

    `company` has the giver and the known receivers if they have been fetched already.
    Once the daily limit of five is reached, nothing is sent; instead, the giver can choose to send it the next morning.
    """
    if about:
        await membership.lock_team(session, team.id)
    others = () if manner.is_for_team else receivers
    giver, known, *_ = company or await people.fetch_person_with(session, team.workspace_id, giver_id, others)
    if manner.is_for_team:
        receivers = await _whole_team(session, team, giver, manner)
    else:
        receivers = list(dict.fromkeys(receivers))
        rules.check_receivers(giver, receivers, known)
    rules.check_reason(reason)
    if about:
        await queries.check_not_thanked_yet(session, team.workspace_id, str(about), giver.id, receivers, known)
    shoutout = Shoutout(
        workspace_id=team.workspace_id,
        team_id=team.id,
        giver_id=giver.id,
        message=str(about) if about else source,
        source=source,
        way=Way.SPOKEN,
        reason=reason,
        values=rules.find_values(reason, Settings.of(team).values),
        receivers=receivers,
        made_at=now,
        named=[] if manner.is_private else rules.select_public_receivers(receivers, known),
        kind=manner.kind,
        is_private=manner.is_private,
        is_for_team=manner.is_for_team,
    )
    await queries.give_within_limit(session, team, shoutout, giver, now)
    shoutout.effects_due = shoutout.is_given
    await queries.insert_shoutout(session, shoutout)
    notes: Sequence[NoteChange] = ()
    if about:
        notes = await credits.reconcile_credits(session, team, shoutout.message, now=now)
    elif shoutout.is_given:
        notes = await credits.record_credits(session, shoutout, known, now)
    if shoutout.is_given:
        await publish_change(session, team, shoutout, "new", notes, now=now)
    return shoutout


async def _whole_team(session: AsyncSession, team: Team, giver: Person, manner: Manner) -> list[str]:
    here = {member.user_id: member for member in await membership.members(session, team)}
    leads = giver.id in here and here[giver.id].role is Role.LEADER
    if not leads and giver.id != team.sponsor_id:
        raise Refusal(refusals.TEAM_FOR_LEADERS, field=RECEIVERS)
    if manner.is_private:
        raise Refusal(refusals.TEAM_NOT_PRIVATE, field=MANNER)
    if team.is_closed:
        raise Refusal(refusals.CHANNEL_CLOSED, field=RECEIVERS)
    if here.keys() <= {giver.id}:
        raise Refusal(refusals.NOBODY_ELSE, field=RECEIVERS)
    return [user_id for user_id in here if user_id != giver.id]
