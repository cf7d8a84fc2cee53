"""Give a shout-out by command, form or shortcut, and tell everybody whom it concerns."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserError
from bot.features.shoutouts import credits, queries, rules
from bot.features.shoutouts.credits import NoteChange
from bot.features.shoutouts.models import PLAIN, Manner, MessageRef, Shoutout, Way
from bot.features.shoutouts.rules import MANNER, MOST_RECEIVERS, RECEIVERS
from bot.features.shoutouts.settings import Settings
from bot.messages.shoutouts import answers, cards
from bot.messages.shoutouts.answers import Unsure
from bot.org import channels as org_channels
from bot.org import people, workspaces
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Role, Team
from bot.slack import home
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows import fun_tank


async def record(
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
) -> tuple[Shoutout, list[NoteChange]]:
    """Thank `receivers`, perhaps for a message. Past the daily five it is only offered, until it is postponed."""
    if about:
        await membership.lock_team(session, team.id)
    others = () if manner.is_for_team else receivers
    giver, known = await people.fetch_person_with(session, team.workspace_id, giver_id, others)
    receivers = await _resolve_receivers(session, team, giver, receivers, known, manner)
    rules.check_reason(reason)
    if about:
        await queries.check_not_thanked_yet(session, team.workspace_id, str(about), giver_id, receivers, known)
    shoutout = Shoutout(
        workspace_id=team.workspace_id,
        team_id=team.id,
        giver_id=giver_id,
        message=str(about) if about else source,
        source=source,
        way=Way.SPOKEN,
        reason=reason,
        values=rules.find_values(reason, Settings.of(team).values),
        receivers=receivers,
        made_at=now,
        named=[] if manner.is_private else rules.publicly_named(receivers, known),
        kind=manner.kind,
        is_private=manner.is_private,
        is_for_team=manner.is_for_team,
    )
    await queries.give_within_limit(session, team, shoutout, giver, now)
    session.add(shoutout)
    await session.flush()
    if about:
        return shoutout, await credits.reconcile_credits(session, team, shoutout.message, now=now)
    return shoutout, await credits.record_credits(session, shoutout, known, now) if shoutout.is_given else []


async def _resolve_receivers(
    session: AsyncSession,
    team: Team,
    giver: Person,
    receivers: Sequence[str],
    known: dict[str, Person],
    manner: Manner,
) -> list[str]:
    """Who is thanked, each once."""
    if manner.is_for_team:
        return await _whole_team(session, team, giver, manner)
    receivers = list(dict.fromkeys(receivers))
    rules.check_receivers(giver, receivers, known)
    return receivers


async def _whole_team(session: AsyncSession, team: Team, giver: Person, manner: Manner) -> list[str]:
    here = {member.user_id: member for member in await membership.members(session, team)}
    leads = giver.id in here and here[giver.id].role is Role.LEADER
    if not leads and giver.id != team.sponsor_id:
        raise UserError(
            "Thanking the whole team at once is for its leaders. Name those you mean, like `@ana @ben`; "
            "they will feel it more.",
            field=RECEIVERS,
        )
    if manner.is_private:
        raise UserError("Thanks to the whole team are for all to read; leave one of the two out.", field=MANNER)
    if team.is_closed:
        raise UserError(
            "I cannot post in your channel any more, so nobody would read it. Name those you mean, like `@ana @ben`.",
            field=RECEIVERS,
        )
    if here.keys() <= {giver.id}:
        raise UserError("There is nobody else in this team yet. Name those you mean, like `@ana`.", field=RECEIVERS)
    return [user_id for user_id in here if user_id != giver.id]


async def give(
    session: AsyncSession,
    team: Team,
    giver_id: str,
    *,
    receivers: Sequence[str],
    reason: str,
    manner: Manner,
    source: str,
    now: datetime,
    about: MessageRef | None = None,
) -> Shoutout:
    """Thank, and tell everybody whom it concerns."""
    shoutout, notes = await record(
        session, team, giver_id,
        receivers=receivers, reason=reason, source=source, now=now, about=about, manner=manner,
    )  # fmt: skip
    if shoutout.is_given:
        url = await workspaces.message_url(session, team.workspace_id) if about else ""
        await outbox.publish_changes(session, cards.change_steps(shoutout, team, notes, url), now=now)
        home.mark_changed(session, team.workspace_id, [giver_id, *shoutout.receivers], now=now)
        await fun_tank.record_thanks(session, team, shoutout, now=now)
    return shoutout


async def answer_giver(session: AsyncSession, shoutout: Shoutout, team: Team, perhaps: Sequence[str] = ()) -> Post:
    """What the giver of spoken thanks reads; `perhaps` are those whom the words may thank as well."""
    left = [each for each in perhaps if each not in shoutout.receivers]
    left = left[: MOST_RECEIVERS - len(shoutout.receivers)]
    if not shoutout.is_given:
        return answers.offered(shoutout, left)
    tags = rules.unknown_tags(shoutout.reason, Settings.of(team).values)
    channels = await org_channels.channels_named(session, team.workspace_id, tags)
    return answers.given_answer(shoutout, team, Unsure(left, channels))
