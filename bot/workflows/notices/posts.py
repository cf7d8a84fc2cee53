"""Change notices of leaders: post, edit, answer, withdraw, and what happens each night while one is valid."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate, Refusal
from bot.features.notices import queries, rules
from bot.features.notices.models import Notice
from bot.features.notices.nudges import READ
from bot.features.notices.rules import Edit, NoticeText
from bot.messages.notices import cards, forms
from bot.nudges import engine
from bot.org import people
from bot.org.availability import working_hours
from bot.org.teams import membership
from bot.org.teams.models import Member, Role, Team
from bot.org.workspaces import Address
from bot.refusals import common
from bot.refusals import notices as refusals
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.workflows import nudges

UPDATE = JobName("notices.update")
JUST_AFTER_MIDNIGHT = time(0, 5)
WEEK = timedelta(days=7)


def today_of(team: Team, now: datetime) -> date:
    return now.astimezone(ZoneInfo(team.zone)).date()


async def must_lead(session: AsyncSession, team: Team, person_id: str) -> None:
    """Raise `Refusal` unless the person leads the team."""
    member = await membership.member(session, team, person_id)
    if member is None or member.role is not Role.LEADER:
        raise Refusal(common.FOR_LEADERS)


async def check_may_post(session: AsyncSession, team: Team, person_id: str, *, now: datetime) -> None:
    """Raise `Refusal` unless the person leads the team and another notice may be posted this week."""
    await must_lead(session, team, person_id)
    await _check_limit(session, team, now=now)
    _check_is_open(team)


def _check_is_open(team: Team) -> None:
    if team.is_closed:
        raise Refusal(common.NOBODY_WOULD_HEAR)


async def _check_limit(session: AsyncSession, team: Team, *, now: datetime) -> None:
    asked_on = await queries.list_asked_days(session, team, since=now - WEEK)
    rules.check_weekly_limit(asked_on, today_of(team, now))


async def post(session: AsyncSession, actor: Actor, team_id: int, draft: NoticeText, *, now: datetime) -> Notice:
    """Post a notice in a team's channel.

    Raises `Refusal` as `check_may_post` does, and for a draft that is wrong.
    """
    team = await find_team(session, actor, team_id)
    await membership.lock_team(session, team.id)
    rules.check_draft(draft, today_of(team, now))
    await check_may_post(session, team, actor.person_id, now=now)
    found = await queries.add(session, team, actor.person_id, draft, today=today_of(team, now), now=now)
    await outbox.put(session, cards.channel_card(found, 0), to=team.channel, not_before=now)
    await _follow_up(session, team, found, now=now)
    return found


async def find_team(session: AsyncSession, actor: Actor, team_id: int) -> Team:
    team = await session.get(Team, team_id)
    if team is None or team.workspace_id != actor.workspace_id:
        raise AnswerTooLate(common.TEAM_GONE)
    return team


async def find_led(session: AsyncSession, actor: Actor, notice_id: int) -> tuple[Notice, Team]:
    """Return a valid notice and its team. Raises `Refusal` unless the person leads the team."""
    found = await queries.find_notice(session, actor.workspace_id, notice_id)
    team = await session.get_one(Team, found.team_id)
    await must_lead(session, team, actor.person_id)
    return found, team


async def _lock_led(session: AsyncSession, actor: Actor, notice_id: int) -> tuple[Notice, Team]:
    found, team = await find_led(session, actor, notice_id)
    await membership.lock_team(session, team.id)
    return await queries.lock_notice(session, actor.workspace_id, found.id), team


async def edit(
    session: AsyncSession, actor: Actor, notice_id: int, draft: NoticeText, kind: Edit, *, edits: int, now: datetime
) -> None:
    """Edit a notice. If the edit changes what people do, post it again and ask everybody again.

    `edits` is how often the notice had been edited when the form was opened. Raises `Refusal` if somebody else has
    edited it since, for a draft that is wrong or says nothing new, and for another question to everybody beyond the
    week's limit.
    """
    found, team = await _lock_led(session, actor, notice_id)
    _check_is_open(team)
    if found.edits != edits:
        raise Refusal(refusals.CHANGED_MEANWHILE)
    rules.check_draft(draft, today_of(team, now))
    if draft == NoticeText(found.change, found.details, found.link, found.starts_on, found.ends_on):
        raise Refusal(refusals.NOTHING_EDITED)
    before, reminded = [*found.lines], found.about
    if kind is Edit.ASK_AGAIN:
        await _check_limit(session, team, now=now)
        await _drop_edition(session, team, found, now=now)
    found.change, found.details, found.link = draft.change, draft.details, draft.link
    found.starts_on, found.ends_on, found.edits = draft.starts_on, draft.ends_on, found.edits + 1
    if kind is Edit.ASK_AGAIN:
        found.asked_at, found.before, found.answer = now, before, ""
        found.asked_on = [*found.asked_on, today_of(team, now).isoformat()]
        await nudges.end_reminders(session, team.workspace_id, [READ], reminded, now=now)
        await outbox.put(session, cards.channel_card(found, 0), to=team.channel, not_before=now)
    else:
        await show_card(session, team, found, now=now)
    await _follow_up(session, team, found, now=now)


async def _drop_edition(session: AsyncSession, team: Team, notice: Notice, *, now: datetime) -> None:
    """Delete the messages of the current edition, and the questions about it, before it is replaced."""
    await outbox.delete(session, notice.answer_card, to=team.channel, now=now)
    await outbox.delete(session, notice.card, to=team.channel, now=now)
    await _close_replies(session, team, notice, now=now)
    await queries.forget_questions(session, notice)


async def _close_replies(session: AsyncSession, team: Team, notice: Notice, *, now: datetime) -> None:
    """Delete the answers that people got who had pressed *Unclear to me*."""
    for receipt in await queries.list_receipts(session, [notice]):
        to = Address(team.workspace_id, receipt.person_id)
        is_known = await outbox.is_posted(session, receipt.card, to=to)
        if is_known or await outbox.is_on_its_way(session, receipt.card, to=to):
            await outbox.delete(session, receipt.card, to=to, now=now)


async def show_card(session: AsyncSession, team: Team, notice: Notice, *, now: datetime) -> None:
    """Update the card in the channel with the current text and count, unless the channel is closed."""
    await session.flush()
    read = await queries.count_got_it(session, notice)
    if not team.is_closed:
        await outbox.change(session, cards.channel_card(notice, read), to=team.channel, now=now)


async def answer(
    session: AsyncSession, actor: Actor, notice_id: int, edition: int, words: str, *, version: int, now: datetime
) -> None:
    """Post a leader's answer to all questions in the notice's thread, or edit it, and send it to those who asked.

    `version` is the `answer_version` when the form was opened. Raises `Refusal` for an empty or too long answer and if
    somebody else has answered since, and `AnswerTooLate` if the notice has a new edition.
    """
    found, team = await _lock_led(session, actor, notice_id)
    _check_is_open(team)
    if found.edition != edition:
        raise AnswerTooLate(refusals.OLD_EDITION)
    if found.answer_version != version:
        raise Refusal(refusals.ANSWERED_MEANWHILE, field=forms.WORDS)
    if not words:
        raise Refusal(refusals.NO_ANSWER, field=forms.WORDS)
    if len(words) > rules.LONGEST_ANSWER:
        raise Refusal(refusals.too_long(rules.LONGEST_ANSWER, len(words)), field=forms.WORDS)
    found.answer = words
    shown = cards.thread_answer(found, actor.person_id)
    if not await outbox.change(session, shown, to=team.channel, now=now):
        await outbox.reply(session, shown, under=found.card, to=team.channel, now=now)
    await show_card(session, team, found, now=now)
    for receipt in await queries.list_receipts(session, [found]):
        if not receipt.is_clear and receipt.person_id != actor.person_id:
            reply = cards.answer_for_person(found, receipt, team)
            await outbox.show(session, reply, to=Address(team.workspace_id, receipt.person_id), now=now)


async def withdraw(session: AsyncSession, actor: Actor, notice_id: int, *, now: datetime) -> Notice:
    """Withdraw a notice, so that nobody is asked to read it any more."""
    found, team = await _lock_led(session, actor, notice_id)
    found.is_withdrawn = True
    await _end(session, team, found, now=now)
    return found


async def _end(session: AsyncSession, team: Team, notice: Notice, *, now: datetime) -> None:
    """End a notice: shrink its card, close its reminders, and delete who has read and asked what."""
    notice.ended_at = now
    await nudges.end_reminders(session, team.workspace_id, [READ], notice.about, now=now)
    await _close_replies(session, team, notice, now=now)
    await queries.forget_questions(session, notice)
    await queries.forget_readers(session, notice)
    if not team.is_closed:
        await outbox.withdraw(session, cards.ended_card(notice), to=team.channel, now=now)


async def update(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """End the notices whose last day is over, send leaders the questions, and have readers checked for reminders.

    It runs each night while a notice of the team is valid.
    """
    await membership.lock_team(session, team.id)
    today = today_of(team, now)
    valid = await queries.lock_valid(session, team)
    for each in valid:
        if each.ends_on < today:
            await _end(session, team, each, now=now)
    if still_valid := [each for each in valid if each.ended_at is None]:
        for each in still_valid:
            await _send_questions(session, team, each, now=now)
        await _wake_readers(session, team, still_valid, now=now)
        await _schedule_update(session, team, now=now)


async def _send_questions(session: AsyncSession, team: Team, notice: Notice, *, now: datetime) -> None:
    """Send leaders the new questions about a notice. While the team has no leader, they wait."""
    questions = await queries.list_questions(session, notice, is_sent=False)
    receivers = await _find_receivers(session, team, notice, now=now) if questions else []
    if not receivers:
        return
    await queries.mark_sent(session, notice)
    unclear = await queries.count_unclear(session, notice)
    for first in range(0, len(questions), cards.MOST_QUESTIONS):
        post = cards.questions_note(notice, questions[first : first + cards.MOST_QUESTIONS], unclear)
        for to in receivers:
            await outbox.put(session, post, to=to, not_before=now, priority=Priority.NUDGE, hours_of=team)


async def _find_receivers(session: AsyncSession, team: Team, notice: Notice, *, now: datetime) -> list[Address]:
    """Return who gets the questions: the author, or all leaders if the author is away for days or leads no longer."""
    leaders = await people.fetch_people(
        session, team.workspace_id, [each.user_id for each in await membership.leaders(session, team)]
    )
    author = leaders.get(notice.author_id)
    if author and rules.is_back_soon(working_hours.person_hours(author, team), now):
        return [author.dm]
    return [each.dm for each in leaders.values()]


async def _wake_readers(session: AsyncSession, team: Team, valid: Sequence[Notice], *, now: datetime) -> None:
    """Have everybody who has not read a notice checked for reminders at the start of their day."""
    read = {(each.notice_id, each.person_id) for each in await queries.list_receipts(session, valid)}
    members: Sequence[Member] = await membership.members(session, team)
    unread = [each.user_id for each in members if any((notice.id, each.user_id) not in read for notice in valid)]
    if at := await engine.wake(session, team.workspace_id, unread, now=now):
        await scheduler.put_workspace_job(session, nudges.CHECK_DUE, team.workspace_id, due_at=max(at, now))


async def _follow_up(session: AsyncSession, team: Team, notice: Notice, *, now: datetime) -> None:
    """Have readers checked for reminders on their next day, in their own time zone, and schedule the nightly update."""
    await _wake_readers(session, team, [notice], now=now)
    await _schedule_update(session, team, now=now)


async def _schedule_update(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Schedule the next night's update, under a key with its time, because the running job cannot be scheduled again.

    A day would not do: after a move to a time zone farther west, the next update is on the day of the running one.
    """
    day = today_of(team, now) + timedelta(days=1)
    due_at = datetime.combine(day, JUST_AFTER_MIDNIGHT, ZoneInfo(team.zone))
    await scheduler.put(
        session,
        job=UPDATE,
        key=f"notices:{team.id}:{due_at.astimezone(UTC):%Y-%m-%dT%H:%M}",
        team=team,
        due_at=due_at,
        now=now,
    )
