"""Show leaders the draft of a month, take their comment, send the month to the sponsor once, and show what was sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Private
from bot.errors import Refusal
from bot.features.pulse.models import PulseComment
from bot.features.voice import queries, rules
from bot.features.voice.models import Settings, VoiceMonth
from bot.features.voice.rules import HandUpCounts
from bot.messages.roadblocks import cards as roadblocks
from bot.messages.voice import cards, tables
from bot.messages.voice.account import Account
from bot.org import people
from bot.org.availability import working_hours
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams import queries as teams
from bot.org.teams.models import Role, Team
from bot.refusals import common
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.dispatcher import Actor
from bot.slack.mrkdwn import mentioned_ids
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.slack.post import Post
from bot.text.tables import to_zip
from bot.workflows.voice import account as accounts

DRAFT, SEND = JobName("voice.send_drafts"), JobName("voice.send")
RETRY = timedelta(hours=1)
"""How long the message waits while no leader has got the draft because Slack is slow or the bot was down."""


async def send_drafts(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Send leaders the draft about last month, or wait for the month's first working day.

    Nothing is sent about an empty month, or in a team without a sponsor.
    """
    chosen, routine = Settings.of(team), working_hours.team_hours(team)
    due = rules.find_draft_time(routine, now, chosen.at)
    if due > now:
        await scheduler.put(
            session, job=DRAFT, key=f"team:{team.id}:{DRAFT}:{due.isoformat()}", team=team, due_at=due, now=now
        )
        return
    await membership.lock_team(session, team.id)
    sponsor = await _find_sponsor(session, team)
    if sponsor is None or not chosen.is_on:
        return
    month, _ = rules.find_month(team.zone, now)
    hand_ups = await accounts.count_hand_ups(session, team, month, now=now)
    account = await accounts.load_account(session, team, month, hand_ups=hand_ups)
    if account.is_empty:
        return
    sends_at = rules.find_sending_time(routine, now, chosen.at)
    counts = hand_ups.model_dump_json() if hand_ups else ""
    found = await queries.add_month(session, team, month, hand_ups=counts, sends_at=sends_at, now=now)
    if found is None:
        return
    await _schedule(session, team, found, sends_at, now=now)
    for leader in await _find_leaders(session, team):
        await outbox.put(
            session, cards.draft(account, found, leader, sponsor), to=leader.dm, not_before=now,
            priority=Priority.RITUAL, hours_of=team, key=found.card_of(leader.id),
        )  # fmt: skip


async def _find_sponsor(session: AsyncSession, team: Team) -> Person | None:
    """Return a team's sponsor, or None if there is none or they have left."""
    known = await people.fetch_people(session, team.workspace_id, [team.sponsor_id] if team.sponsor_id else [])
    return next((each for each in known.values() if each.may_join), None)


async def _find_leaders(session: AsyncSession, team: Team) -> Sequence[Person]:
    ids = [each.user_id for each in await membership.leaders(session, team)]
    known = await people.fetch_people(session, team.workspace_id, ids)
    return [known[id] for id in ids if id in known]


async def _schedule(session: AsyncSession, team: Team, found: VoiceMonth, due: datetime, *, now: datetime) -> None:
    key = f"voice:{found.id}:{due.isoformat()}"  # unique: a running job can't be scheduled again
    await scheduler.put(session, job=SEND, key=key, team=team, about=About("voice", found.id), due_at=due, now=now)


async def send(session: AsyncSession, team: Team, month_id: int, *, now: datetime) -> None:
    """Send a month to the sponsor, once, with its tables, and turn leaders' drafts into one line."""
    _, found = await queries.lock_month(session, team.workspace_id, month_id)
    if found.ended_at:
        return
    leaders = await _find_leaders(session, team)
    if (later := await _find_later(session, team, found, leaders, now=now)) > now:
        found.sends_at = later
        await _schedule(session, team, found, later, now=now)
        return
    found.ended_at = now
    sponsor, account = await _find_sponsor(session, team), await _load(session, team, found)
    why = _find_obstacle(team, sponsor, account)
    for leader in leaders:
        line = (
            cards.not_sent(team, found, leader, why) if why or not sponsor else cards.sent(team, found, leader, sponsor)
        )
        await outbox.withdraw(session, line, to=leader.dm, now=now)
        if sponsor is None:
            await outbox.put(
                session, cards.told_not_sent(team, found, why), to=leader.dm, not_before=now,
                priority=Priority.RITUAL, hours_of=team, key=f"{found.card_of(leader.id)}:not_sent",
            )  # fmt: skip
    if sponsor and not why:
        await _send_to(session, sponsor, account, found, now=now)


async def _find_later(
    session: AsyncSession, team: Team, found: VoiceMonth, leaders: Sequence[Person], *, now: datetime
) -> datetime:
    """Return when the sponsor gets the message, which is later than planned if leaders have got the draft late."""
    posted, waits = [], False
    for leader in leaders:
        name = found.card_of(leader.id)
        if at := await outbox.find_post_time(session, name, to=leader.dm, since=found.drafted_at):
            posted.append(at)
        waits = waits or await outbox.is_on_its_way(session, name, to=leader.dm)
    if posted:
        return rules.find_sending_time(working_hours.team_hours(team), min(posted), Settings.of(team).at)
    return now + RETRY if waits else now


def _find_obstacle(team: Team, sponsor: Person | None, account: Account) -> str:
    """Return why a month is not sent; empty if it is."""
    if sponsor is None:
        return cards.NO_SPONSOR
    if not Settings.of(team).is_on:
        return cards.TURNED_OFF
    return cards.NOTHING_LEFT if account.is_empty else ""


async def _send_to(
    session: AsyncSession, sponsor: Person, account: Account, found: VoiceMonth, *, now: datetime
) -> None:
    team = account.team
    found.sponsor_id = sponsor.id
    found.words = Private(cards.words(account, is_for_sponsor=True))
    found.leader_words = Private(cards.words(account, is_for_sponsor=False))
    await outbox.put(
        session, cards.message(account, found, roadblocks), to=sponsor.dm, not_before=now, priority=Priority.RITUAL,
        hours_of=team, key=found.card,
    )  # fmt: skip
    known = await people.fetch_people(session, team.workspace_id, mentioned_ids(found.words))
    files = tables.build_files(account, {each.id: each.name for each in known.values()})
    name = f"{team.name}-{found.month:%Y-%m}.zip"
    await outbox.file(
        session, name=name, content=to_zip(files, sponsor.local(now)), title=name, comment=tables.COMMENT,
        to=sponsor.dm, not_before=now, key=f"{found.card}:files", hours_of=team,
        days_in_slack=outbox.DAYS_IN_SLACK,
    )  # fmt: skip


async def _load(session: AsyncSession, team: Team, found: VoiceMonth) -> Account:
    hand_ups = HandUpCounts.model_validate_json(found.hand_ups) if found.hand_ups else None
    return await accounts.load_account(session, team, found.month, found, hand_ups=hand_ups)


async def find_for_comment(
    session: AsyncSession, actor: Actor, month_id: int
) -> tuple[VoiceMonth, Sequence[PulseComment]]:
    """Return a month that the actor may change, and its quotes. Raises `Refusal` if they may not, or if it was sent."""
    team, found = await queries.find_month(session, actor.workspace_id, month_id)
    await _check_may_comment(session, actor, team, found)
    return found, await accounts.list_quotable(session, await accounts.find_round(session, team, found.month))


async def _check_may_comment(session: AsyncSession, actor: Actor, team: Team, found: VoiceMonth) -> None:
    member = await membership.member(session, team, actor.person_id)
    if member is None:
        raise Refusal(common.FOR_LEADERS)
    member.must_lead()
    if found.ended_at:
        raise Refusal(common.VOICE_SENT)


async def comment(
    session: AsyncSession, actor: Actor, month_id: int, words: str, left_out: Sequence[str] = (), *, now: datetime
) -> None:
    """Store leaders' comment on a month and which quotes they leave out, and change the drafts of all leaders.

    Raises `Refusal` as `find_for_comment` does.
    """
    team, found = await queries.lock_month(session, actor.workspace_id, month_id)
    await _check_may_comment(session, actor, team, found)
    found.left_out = [*left_out]
    if words != found.comment:
        found.comment, found.comment_by = Private(words), actor.person_id if words else None
    sponsor = await _find_sponsor(session, team)
    if sponsor is None:
        return
    account = await _load(session, team, found)
    for leader in await _find_leaders(session, team):
        await outbox.change(session, cards.draft(account, found, leader, sponsor), to=leader.dm, now=now)


async def list_months(session: AsyncSession, actor: Actor) -> Post:
    """List the latest months of the actor's teams. Raises `Refusal` for anybody who neither leads nor sponsors one."""
    await people.fetch_person(session, *actor)
    theirs = {each.id: each for each in await teams.teams_of_person(session, *actor)}
    readable = {id: team for id, team in theirs.items() if await _may_read(session, actor, team)}
    if not readable:
        raise Refusal(common.VOICE_FOR_LEADERS)
    return cards.months([(readable[each.team_id], each) for each in await queries.list_sent(session, readable)])


async def show_month(session: AsyncSession, actor: Actor, month_id: int) -> Post:
    """Return a month as text. The notes for the sponsor in it are shown to the sponsor alone."""
    team, found = await queries.find_month(session, actor.workspace_id, month_id)
    if not await _may_read(session, actor, team) or not found.words:
        raise Refusal(common.VOICE_FOR_LEADERS)
    return cards.month(found.words if team.sponsor_id == actor.person_id else found.leader_words)


async def _may_read(session: AsyncSession, actor: Actor, team: Team) -> bool:
    member = await membership.member(session, team, actor.person_id)
    return team.sponsor_id == actor.person_id or (member is not None and member.role is Role.LEADER)
