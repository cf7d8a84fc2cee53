"""Show leaders the draft of a month, take their comment, and send the month to the sponsor once."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.models import Private, Unreadable
from bot.errors import Refusal
from bot.features.voice import queries, rules
from bot.features.voice.models import Settings, VoiceMonth
from bot.features.voice.rules import HandUpCounts
from bot.followups.models import Followup, Quoting
from bot.messages.roadblocks import cards as roadblocks
from bot.messages.voice import cards, quotes, tables
from bot.messages.voice.account import HANDED_BACK, Account, Quote, list_shown
from bot.org import people
from bot.org.availability import good_moments, working_hours
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.refusals import common
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.dispatcher import Actor
from bot.slack.mrkdwn import mentioned_ids
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.text.tables import to_zip
from bot.workflows.voice import account as accounts

DRAFT, SEND = JobName("voice.send_drafts"), JobName("voice.send")
RETRY = timedelta(hours=1)
"""How long the message waits while no leader has got the draft because Slack is slow or the bot was down."""
AWAY_RETRY, LONGEST_WAIT = timedelta(days=1), timedelta(days=14)
"""How long it waits while no leader is at work to get the draft, and when it is sent even so."""


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
    """Send a month to the sponsor, once, with its tables, and turn leaders' drafts into one line.

    It waits until the sponsor is at work, so that until then everybody can change what it says about them.
    """
    _, found = await queries.lock_month(session, team.workspace_id, month_id)
    if found.ended_at:
        return
    leaders, sponsor = await _find_leaders(session, team), await _find_sponsor(session, team)
    account = await load_account(session, team, found)
    why = _find_obstacle(team, sponsor, account)
    if (later := await _find_later(session, team, found, leaders, None if why else sponsor, now=now)) > now:
        await _schedule(session, team, found, later, now=now)
        await show_drafts(session, team, found, now=now)
        return
    found.ended_at = now
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
    await _close_handed_back(session, account, now=now)
    if sponsor and not why:
        await _send_to(session, sponsor, account, found, now=now)


async def _find_later(
    session: AsyncSession, team: Team, found: VoiceMonth, leaders: Sequence[Person], sponsor: Person | None, *,
    now: datetime,
) -> datetime:  # fmt: skip
    """Return when to look again, and store when the sponsor gets the message; `now` if that is now.

    It is later than planned if leaders have got the draft late, or while the sponsor is not at work.
    """
    routine, at = working_hours.team_hours(team), Settings.of(team).at
    posted = [each for leader in leaders if (each := await _find_post_time(session, found, leader))]
    if not posted and (wait := await _find_wait(session, found, leaders, now=now)):
        found.sends_at = rules.find_sending_time(routine, now, at)
        return now + wait
    later = max(now, rules.find_sending_time(routine, min(posted), at) if posted else now)
    if sponsor:
        later = good_moments.next_good_moment(working_hours.person_hours(sponsor, team), later) or later
    found.sends_at = later
    return later


async def _find_post_time(session: AsyncSession, found: VoiceMonth, leader: Person) -> datetime | None:
    return await outbox.find_post_time(session, found.card_of(leader.id), to=leader.dm, since=found.drafted_at)


async def _find_wait(
    session: AsyncSession, found: VoiceMonth, leaders: Sequence[Person], *, now: datetime
) -> timedelta | None:
    """Return how long to wait for the first leader to get the draft; None if none will soon."""
    cards_of = [(found.card_of(each.id), each.dm) for each in leaders]
    if any([await outbox.is_on_its_way(session, card, to=to) for card, to in cards_of]):
        return RETRY
    is_held = any([await outbox.is_on_its_way(session, card, to=to, even_if_held=True) for card, to in cards_of])
    return AWAY_RETRY if is_held and now < found.drafted_at + LONGEST_WAIT else None


async def _close_handed_back(session: AsyncSession, account: Account, *, now: datetime) -> None:
    """Leave out the quotes that were handed back and whose writers have not answered, and tell them."""
    for this in await _lock_quoted(session, [each for each in account.quotes if each.state == HANDED_BACK]):
        this.quoting, this.handed_back_at = Quoting.NO, None
        writer = await people.fetch_person(session, this.workspace_id, this.author_id)
        await outbox.withdraw(session, quotes.not_answered(this), to=writer.dm, now=now)


async def _lock_quoted(session: AsyncSession, found: Sequence[Quote]) -> list[Followup]:
    ids = sorted(int(each.key.partition(":")[2]) for each in found if each.has_writer)
    return [await locks.lock_existing(session, Followup, id) for id in ids]


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
    post = cards.message(account, found, roadblocks)
    found.message = Private(json.dumps(post.payload()))
    for this in await _lock_quoted(session, account.quoted):
        this.quoted_at = now
    await outbox.put(
        session, post, to=sponsor.dm, not_before=now, priority=Priority.RITUAL, hours_of=team, key=found.card
    )
    known = await people.fetch_people(session, team.workspace_id, mentioned_ids(found.words))
    files = tables.build_files(account, {each.id: each.name for each in known.values()})
    name = f"{team.name}-{found.month:%Y-%m}.zip"
    await outbox.file(
        session, name=name, content=to_zip(files, sponsor.local(now)), title=name, comment=tables.COMMENT,
        to=sponsor.dm, not_before=now, key=f"{found.card}:files", hours_of=team,
        days_in_slack=outbox.DAYS_IN_SLACK, priority=Priority.RITUAL,
    )  # fmt: skip


async def load_account(session: AsyncSession, team: Team, found: VoiceMonth) -> Account:
    """Load what a month tells now."""
    is_there = found.hand_ups and not isinstance(found.hand_ups, Unreadable)
    hand_ups = HandUpCounts.model_validate_json(found.hand_ups) if is_there else None
    return await accounts.load_account(session, team, found.month, found, hand_ups=hand_ups)


async def show_all_drafts(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Show leaders what all months that are not sent yet tell now."""
    await membership.lock_team(session, team.id)
    for found in await queries.list_open_months(session, team):
        await show_drafts(session, team, found, now=now)


async def show_drafts(session: AsyncSession, team: Team, found: VoiceMonth, *, now: datetime) -> None:
    """Show leaders what a month tells now, on the drafts that they have got."""
    await session.flush()
    sponsor = await _find_sponsor(session, team)
    if sponsor is None or found.ended_at:
        return
    account = await load_account(session, team, found)
    for leader in await _find_leaders(session, team):
        await outbox.change(session, cards.draft(account, found, leader, sponsor), to=leader.dm, now=now)


async def find_for_comment(session: AsyncSession, actor: Actor, month_id: int) -> VoiceMonth:
    """Return a month that the actor may change. Raises `Refusal` if they may not, or if it was sent."""
    team, found = await queries.find_month(session, actor.workspace_id, month_id)
    await check_may_change(session, actor, team, found)
    return found


async def find_for_choice(session: AsyncSession, actor: Actor, month_id: int) -> tuple[VoiceMonth, Account]:
    """Return a month and what it tells now. Raises `Refusal` as `find_for_comment` does."""
    found = await find_for_comment(session, actor, month_id)
    return found, await load_account(session, await session.get_one(Team, found.team_id), found)


async def check_may_change(session: AsyncSession, actor: Actor, team: Team, found: VoiceMonth) -> None:
    """Raise `Refusal` unless the actor leads the team, and the month is not sent yet."""
    member = await membership.member(session, team, actor.person_id)
    if member is None:
        raise Refusal(common.FOR_LEADERS)
    member.must_lead()
    if found.ended_at:
        raise Refusal(common.VOICE_SENT)


async def choose_listed(
    session: AsyncSession, actor: Actor, month_id: int, *, left_out: Collection[str], put_back: Collection[str],
    now: datetime,
) -> None:  # fmt: skip
    """Leave these things out of a month's lists, and put those back, by their keys. Raises `Refusal` as above.

    What is not listed any more, such as what its author has withdrawn, is passed over.
    """
    team, found = await queries.lock_month(session, actor.workspace_id, month_id)
    await check_may_change(session, actor, team, found)
    account = await load_account(session, team, found)
    shown = {each.key for listed in list_shown(account).values() for each in listed}
    gone = {each.key for listed in account.left_out.values() for each in listed}
    kept = [each for each in found.left_out if each not in gone.intersection(put_back)]
    found.left_out = [*kept, *sorted(shown.intersection(left_out))]
    await show_drafts(session, team, found, now=now)


async def comment(session: AsyncSession, actor: Actor, month_id: int, words: str, *, now: datetime) -> None:
    """Store leaders' comment on a month, and change the drafts of all leaders. Raises `Refusal` as above."""
    team, found = await queries.lock_month(session, actor.workspace_id, month_id)
    await check_may_change(session, actor, team, found)
    if words != found.comment:
        found.comment, found.comment_by = Private(words), actor.person_id if words else None
    await show_drafts(session, team, found, now=now)
