"""All kinds of nudges, people's answers to them, and the schedule of checks."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate
from bot.features import promises, roadblocks
from bot.features.balance import nudges as balance
from bot.features.birthdays import nudges as birthdays
from bot.features.fun_tank.nudges import LOW, LOW_RULE
from bot.features.heads_ups import nudges as heads_ups
from bot.features.ideas import nudges as ideas
from bot.features.notices import nudges as notices
from bot.features.one_on_ones import nudges as one_on_ones
from bot.features.rituals import nudges as rituals
from bot.features.shadowing import nudges as shadowing
from bot.features.shoutouts import nudges as shoutouts
from bot.features.spikes import queries as spikes
from bot.features.visits import nudges as visits
from bot.features.weekly.queries import find_told
from bot.followups.outcomes import load_standing
from bot.messages import birthdays as birthdays_messages
from bot.messages import fun_tank as fun_tank_messages
from bot.messages import promises as promises_messages
from bot.messages.balance import nudges as balance_messages
from bot.messages.heads_ups import cards as heads_ups_cards
from bot.messages.ideas import nudges as ideas_messages
from bot.messages.notices import cards as notices_messages
from bot.messages.one_on_ones import nudges as one_on_ones_messages
from bot.messages.rituals.packs import announcement
from bot.messages.roadblocks import replies as roadblocks_messages
from bot.messages.shadowing import nudges as shadowing_messages
from bot.messages.shoutouts import nudges as shoutouts_messages
from bot.messages.visits import nudges as visits_messages
from bot.nudges import answers, cards, engine, history, hours
from bot.nudges.cards import Item, Tally
from bot.nudges.models import Nudge, NudgeState
from bot.nudges.policy import NudgeKind
from bot.nudges.selection import Candidate, NudgePreferences
from bot.org import people
from bot.org.people import Person
from bot.org.teams.membership import Seat
from bot.refusals import common
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.slack.dispatcher import Actor
from bot.slack.home import Visitor
from bot.slack.inbox import Sessions
from bot.workflows import fun_tank, weekly

Find = Callable[[AsyncSession, Sequence[Seat], datetime], Awaitable[list[Candidate]]]


def _unless_in_week(find: Find) -> Find:
    """Leave out leaders whose last week suggested the same (`weekly`), with the same button."""

    async def find_others(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
        found = await find(session, seats, now)
        told = await find_told(session, [each.seat.person for each in found], since=now - WEEK_COUNTS_FOR)
        return [each for each in found if each.seat.person.id not in told]

    return find_others


WEEK_COUNTS_FOR = timedelta(days=8)
"""For how long after a leader's week what it suggested is not suggested again: until the next one."""
MOST_TOGETHER = 3
"""How many roadblocks, ideas or promises of one kind are one nudge."""
MOST_NOTICES_TOGETHER = 5
"""How many change notices are one nudge, so that somebody who comes back gets all of them at once."""
KINDS = [
    NudgeKind(
        one_on_ones.DUE, "one-on-ones due", one_on_ones.DUE_RULE, one_on_ones_messages.due_item,
        one_on_ones.find_reminders,
    ),
    NudgeKind(
        one_on_ones.FOLLOW_UP, "notes to come back to", one_on_ones.FOLLOW_UP_RULE, one_on_ones_messages.follow_up_item,
        one_on_ones.find_follow_ups,
    ),
    NudgeKind(
        shoutouts.COVERAGE, "people nobody has thanked lately", shoutouts.COVERAGE_RULE,
        shoutouts_messages.unthanked_item, _unless_in_week(shoutouts.coverage_candidates),
        shoutouts.load_reasons,
    ),
    NudgeKind(
        shoutouts.LISTEN, "thanks that could be a shout-out", shoutouts.LISTEN_RULE,
        shoutouts_messages.casual_thanks_item,
    ),
    NudgeKind(
        shadowing.SUGGEST, "who to sit with next", shadowing.SUGGEST_RULE, shadowing_messages.suggestion_item,
        _unless_in_week(shadowing.find_suggestions),
    ),
    NudgeKind(
        roadblocks.DUE, "roadblocks that are due", roadblocks.DUE_RULE, roadblocks_messages.due_item,
        roadblocks.find_due_reminders, load_standing, is_listed=True,
    ),
    NudgeKind(visits.OFFER, "sponsor visits", visits.OFFER_RULE, visits_messages.offer_item, visits.find_offers),
    NudgeKind(
        promises.DUE, "promises that are due", promises.DUE_RULE, promises_messages.reminder, promises.find_reminders,
        load_standing, MOST_TOGETHER, is_listed=True,
    ),
    NudgeKind(
        roadblocks.TAKE, "roadblocks that nobody has taken", roadblocks.TAKE_RULE, roadblocks_messages.unowned_item,
        roadblocks.find_unowned, load_standing, MOST_TOGETHER,
    ),
    NudgeKind(
        roadblocks.OWNED, "roadblocks that you've taken", roadblocks.OWNED_RULE, roadblocks_messages.owner_item,
        roadblocks.find_owner_reminders, load_standing, MOST_TOGETHER, is_listed=True,
    ),
    NudgeKind(
        notices.READ, "change notices", notices.READ_RULE, notices_messages.read_item, notices.find_unread,
        notices.load_words, MOST_NOTICES_TOGETHER,
    ),
    NudgeKind(
        ideas.ANSWER, "ideas without an answer", ideas.ANSWER_RULE, ideas_messages.unanswered_item,
        ideas.find_unanswered, ideas.load_words, MOST_TOGETHER,
    ),
    NudgeKind(
        ideas.LESSON, "experiments that have ended", ideas.LESSON_RULE, ideas_messages.ask_lesson,
        ideas.find_lesson_reminders, ideas.load_words, is_listed=True,
    ),
    NudgeKind(promises.LISTEN, "messages that could be a promise", promises.LISTEN_RULE, promises_messages.offer),
    NudgeKind(
        visits.THEME, "themes that keep coming up", visits.THEME_RULE, visits_messages.theme_item,
        visits.find_flagged_themes,
    ),
    NudgeKind(
        balance.LAST_HOUR, "an hour in the queue after a day of strategy", balance.LAST_HOUR_RULE,
        balance_messages.last_hour_item, balance.find_reminders,
    ),
    NudgeKind(
        balance.FREE_MORNING, "a free morning after a long day in the queue", balance.FREE_MORNING_RULE,
        balance_messages.free_morning_item,
    ),
    NudgeKind(
        heads_ups.COVER, "hours that nobody covers", heads_ups.COVER_RULE, heads_ups_cards.cover_item,
        heads_ups.find_uncovered, heads_ups.load_titles,
    ),
    NudgeKind(LOW, "a low fun tank", LOW_RULE, fun_tank_messages.low_tank_item, fun_tank.find_low_tank_reminders),
    NudgeKind(
        birthdays.SIGN, "cards to sign", birthdays.SIGN_RULE, birthdays_messages.signing_item,
        birthdays.signing_candidates, is_at_home=False,
    ),
    NudgeKind(
        rituals.AHEAD, "upcoming weeks of rituals", rituals.AHEAD_RULE, announcement, rituals.find_announcements
    ),
]  # fmt: skip
"""Kinds in order of priority among equals.

One `find` may return several kinds: the one of balance computes two kinds from the same two weeks.
"""
TITLES = {kind.kind: kind.title for kind in KINDS}
UNSENT_PERIOD = timedelta(days=7)
SENT_PERIOD = timedelta(days=28)
"""How far back `/steward me` tells what was suggested; shorter than `HISTORY_PERIOD`, for which nudges are kept."""
MOST_LISTED = 5
"""How many kinds of nudges `/steward me` lists with what came of them, the most frequent first."""
RESCHEDULE_MARGIN = timedelta(milliseconds=1)
CHECK_DUE = JobName("nudges.check_due")


async def explain(session: AsyncSession, actor: Actor, nudge_id: int) -> tuple[Item, str]:
    """Return the text of a person's nudge, with its reason, and the title of its kind."""
    nudge = await answers.find_nudge(session, *actor, nudge_id, lock=False)
    kind = next(kind for kind in KINDS if kind.kind == nudge.kind)
    person = await people.fetch_person(session, *actor)
    (item,) = await kind.load_items(session, [(nudge, person)])
    return item, kind.title


async def answer(session: AsyncSession, actor: Actor, nudge_id: int, state: NudgeState, *, now: datetime) -> None:
    """Record the answer to a nudge: yes, or not this time."""
    await answers.answer(session, await answers.find_nudge(session, *actor, nudge_id), state, KINDS, now=now)


async def answer_about(
    session: AsyncSession, actor: Actor, kind: str, about: int | str, *, state: NudgeState = NudgeState.DONE,
    now: datetime,
) -> None:  # fmt: skip
    """Mark a person's latest nudge about a subject as done, because they have acted on it outside its card."""
    if nudge := await answers.latest_about(session, *actor, kind, str(about)):
        await answers.answer(session, nudge, state, KINDS, now=now)


async def close_reminders(
    session: AsyncSession, workspace_id: str, kinds: Collection[str], about: int | str, *, by: str | None,
    for_all: bool, now: datetime,
) -> None:  # fmt: skip
    """Mark the reminders of these kinds about a subject that the person `by` got as done.

    With `for_all`, those of everybody else are settled. `by` is None if the bot has closed the subject.
    """
    asked = await history.asked_about(session, workspace_id, kinds, str(about)) if for_all else set()
    for person_id in sorted(asked | ({by} if by else set())):
        state = NudgeState.DONE if person_id == by else NudgeState.SETTLED
        for kind in kinds:
            await answer_about(session, Actor(workspace_id, person_id), kind, about, state=state, now=now)


async def end_reminders(
    session: AsyncSession, workspace_id: str, kinds: Collection[str], about: int | str, *, by: str | None = None,
    now: datetime,
) -> None:  # fmt: skip
    """Close everybody's reminders of these kinds about a subject that is over, and show it on those that expired."""
    expired = await history.lock_expired(session, workspace_id, kinds, str(about), by=by)
    await close_reminders(session, workspace_id, kinds, about, by=by, for_all=True, now=now)
    left = [each for each in expired if not each.is_answered]
    readers = await people.fetch_people(session, workspace_id, sorted({each.person_id for each in left}))
    await answers.show_over(session, left, KINDS, readers, now)


async def snooze(session: AsyncSession, actor: Actor, nudge_id: int, until: datetime, *, now: datetime) -> None:
    """Snooze a nudge, and check its receiver's nudges again when the snooze ends."""
    nudge = await answers.find_nudge(session, *actor, nudge_id)
    await answers.snooze(session, nudge, until, KINDS, now=now)
    await schedule_next_check(session, actor.workspace_id, now=now)


async def mute(session: AsyncSession, actor: Actor, nudge_id: int, *, now: datetime) -> None:
    person = await people.fetch_person(session, *actor, lock=True)
    await answers.mute(session, person, await answers.find_nudge(session, *actor, nudge_id), KINDS, now=now)


async def mute_kind(session: AsyncSession, actor: Actor, kind: str, *, now: datetime) -> None:
    """Mute a kind of nudge, with all open nudges of that kind. Raises `AnswerTooLate` if there is no such kind."""
    if kind not in TITLES:
        raise AnswerTooLate(common.GONE)
    await answers.mute_kind(session, await people.fetch_person(session, *actor, lock=True), kind, KINDS, now=now)


async def unmute(session: AsyncSession, actor: Actor, kind: str) -> str:
    """Unmute a kind of nudge; return its title."""
    answers.unmute(await people.fetch_person(session, *actor, lock=True), kind)
    return TITLES.get(kind, kind)


async def apply_hour_preference(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """Start to count a locked person's answers by hour, or delete the counts and what was scheduled by them."""
    if await hours.apply_preference(session, person):
        await engine.wake(session, person.workspace_id, [person.id], now=now)
        await schedule_next_check(session, person.workspace_id, now=now)


async def build_reminder_blocks(session: AsyncSession, person: Person, now: datetime) -> list[Block]:
    """Return the kinds somebody has muted, and what was suggested to them lately, for `/steward me`."""
    muted = {kind: TITLES[kind] for kind in NudgePreferences.of(person).muted if kind in TITLES}
    counts = await history.count_sent(session, person, since=now - SENT_PERIOD)
    sent = [Tally(kind, TITLES[kind], counts[kind]) for kind in TITLES if kind in counts and kind not in muted]
    sent.sort(key=lambda each: -each.times)
    unsent = await history.unsent_nudges(session, person, since=now - UNSENT_PERIOD)
    return cards.reminders(muted, sent[:MOST_LISTED], [TITLES[each.kind] for each in unsent if each.kind in TITLES])


async def check_due(session: AsyncSession, workspace_id: str, *, now: datetime) -> None:
    """Check a batch of the people whose next check for nudges is due.

    If more are due, schedule the next batch at once; else enroll new leaders.
    """
    if await engine.run_due_checks(
        session, workspace_id, KINDS, reserve=weekly.reserve, find_busy=spikes.find_in_spike, now=now
    ):
        await enroll_leaders(session, workspace_id, now=now)
    else:
        await schedule_next_check(session, workspace_id, now=now, at=now)


async def notice_activity(session: AsyncSession, actor: Actor, *, now: datetime) -> None:
    """Let a card that is held back for a person come now, because they are using the bot."""
    if await engine.notice_activity(session, *actor, now=now):
        await schedule_next_check(session, actor.workspace_id, now=now)


async def notice_look(sessions: Sessions, actor: Actor, *, now: datetime) -> None:
    """Do the same for somebody who only looks at something, without a transaction that writes for everybody else."""
    async with sessions.reading() as session:
        is_held_back = await engine.is_held_back(session, *actor)
    if is_held_back:
        async with sessions.begin() as session:
            await notice_activity(session, actor, now=now)


async def enroll_leaders(session: AsyncSession, workspace_id: str, *, now: datetime) -> None:
    """Enroll a batch of new leaders, to be checked from their next morning; schedule the next batch if any are left."""
    is_all = await engine.enroll(session, workspace_id, now=now)
    await schedule_next_check(session, workspace_id, now=now, at=None if is_all else now)


async def home_section(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """Return the Home blocks of a person's due nudges."""
    due = await _due_at_home(session, visitor.person, now)
    lines = await answers.load_lines(session, due, KINDS, {visitor.person.id: visitor.person})
    return cards.home_section([*lines.values()])


async def _due_at_home(session: AsyncSession, person: Person, now: datetime) -> list[Nudge]:
    elsewhere = {kind.kind for kind in KINDS if not kind.is_at_home}
    return [each for each in await history.due_nudges(session, person, now) if each.kind not in elsewhere]


async def find_nudged_subjects(
    session: AsyncSession, person: Person, kinds: Collection[str], now: datetime
) -> set[str]:
    """Return the subjects of the nudges of these kinds that Home shows to a person now."""
    return {each.about for each in await _due_at_home(session, person, now) if each.kind in kinds}


async def schedule_next_check(
    session: AsyncSession, workspace_id: str, *, now: datetime, at: datetime | None = None
) -> None:
    """Schedule the next check: at `at`, or when the next person is due."""
    if at := at or await engine.next_check_at(session, workspace_id):
        await scheduler.put_workspace_job(session, CHECK_DUE, workspace_id, due_at=max(at, now + RESCHEDULE_MARGIN))
