"""Messages about absences: confirmations, lists, and answers to input that was not understood."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from slackblocks import Block, Button, SectionBlock

from bot.db.models import Span
from bot.messages import promises
from bot.messages.followups import lists
from bot.messages.followups.lists import Listed
from bot.messages.times import when
from bot.org.availability import absences, good_moments
from bot.org.availability.absences import AbsenceProblem
from bot.org.availability.slots import Busy
from bot.org.availability.working_hours import WorkingHours
from bot.org.people import Person
from bot.slack.mrkdwn import escape, mentions, shortened
from bot.slack.post import Post
from bot.text.formats import clock, on, on_full

REMOVE = "absences:remove"
LONGEST = 1000
EXAMPLES = "Try `/steward away next week` or `/steward away from 28 Dec to 4 Jan`."
MEANWHILE = "I'll hold my reminders until you're back; thanks from colleagues will still reach you."
NOT_AWAY = "You're not away. To plan time off, try `/steward away next week` or `/steward away from 28 Dec to 4 Jan`."
MOST_PLANNED = 10
A_DAY = timedelta(days=1)
REASONS = {
    AbsenceProblem.UNCLEAR: "I don't understand the dates in “{}”.",
    AbsenceProblem.AMBIGUOUS: "“{}” can mean two different days. Add the month.",
    AbsenceProblem.ENDLESS: "“{}” has no end date. When will you be back?",
    AbsenceProblem.BACKWARDS: "“{}” ends before it begins.",
    AbsenceProblem.PAST: "“{}” is already over.",
    AbsenceProblem.TOO_FAR: "“{}” is more than a year away. Pick a day within the next year.",
    AbsenceProblem.TOO_MANY: (
        "I can't add “{}”: you've already planned 20 absences, the most I can hold. Remove one in `/steward me` first."
    ),
}


def confirmation(
    person: Person,
    new: Sequence[Span],
    replaced: Sequence[Span],
    now: datetime,
    routines: Sequence[WorkingHours] = (),
    meetings: Sequence[Busy] = (),
    promised: Sequence[Listed] = (),
) -> Post:
    """Confirm new absences, each merged with any absence that it touches, and name the absences they replace.

    `meetings` are those already booked during the new absences, `promised` the person's promises due in them.
    """
    told = [each for each in person.absences if any(each[0] <= start and end <= each[1] for start, end in new)]
    notes = [*([f"This replaces your absence {_all(replaced, person, now)}."] if replaced else []), MEANWHILE]
    still = [*_still_booked(meetings, person), *([_due(promised)] if promised else [])]
    text = " ".join([*(in_full(each, person, now, routines) for each in told), *notes, *still])
    others = [each for each in person.absences if each[1] > now and each not in told]
    first, after = ([_row(each, person, now, routines) for each in spans] for spans in (told, others))
    meanwhile = SectionBlock(" ".join(notes), block_id="replaced" if replaced else "meanwhile")
    booked = [SectionBlock(each, block_id="planned") for each in _still_booked(meetings, person)]
    return Post(text, [*first, meanwhile, *booked, *lists.below(promises, _due(promised), promised), *after])


def _due(promised: Sequence[Listed]) -> str:
    if len(promised) == 1:
        return "This promise is due before you're back. Is it done, or will you move it?"
    return "These promises are due before you're back. Are they done, or will you move them?"


def _still_booked(meetings: Sequence[Busy], person: Person) -> list[str]:
    if not meetings:
        return []
    lines = [
        f"• *{when(each.span[0], person)}* with {mentions(sorted(each.ids - {person.id}))}"
        for each in sorted(meetings, key=lambda each: each.span)[:MOST_PLANNED]
    ]
    told = "These are still booked while you're away (to move or cancel one, use its card in our DM):"
    return ["\n".join([told, *lines])]


def listed(person: Person, now: datetime, routines: Sequence[WorkingHours] = ()) -> Post:
    """List current and future absences, each with a button that removes it."""
    text = " ".join(in_full(each, person, now, routines) for each in person.absences if each[1] > now)
    return Post(text, [*rows(person, now, routines)]) if text else Post(NOT_AWAY)


def back(person: Person, *, was_away: bool, now: datetime, routines: Sequence[WorkingHours] = ()) -> Post:
    told = (
        "Welcome back. During your working hours, I'll send what's been waiting for you."
        if was_away
        else "You weren't away."
    )
    planned = " ".join(
        in_full(each, person, now, routines) for each in absences.list_future_absences(person.absences, now)
    )
    if not planned:
        return Post(told)
    told = f"{told} Still planned:"
    return Post(f"{told} {planned}", [SectionBlock(told, block_id="told"), *rows(person, now, routines)])


def removed(span: Span, person: Person, now: datetime) -> Post:
    return Post(f"Removed: your absence {_dates(span, person, now)}.")


def refused(why: AbsenceProblem, words: str) -> str:
    """Say why a typed absence was refused, repeat the typed text so that it can be copied, and give examples."""
    told = REASONS[why].format(escape(shortened(words, LONGEST)))
    return told if why is AbsenceProblem.TOO_MANY else f"{told} {EXAMPLES}"


def away_now(person: Person, at: datetime, routines: Sequence[WorkingHours] = ()) -> str:
    """Return a person's current absence in words; empty while the person is not away."""
    return next((in_full(each, person, at, routines) for each in person.absences if each[0] <= at < each[1]), "")


def rows(person: Person, now: datetime, routines: Sequence[WorkingHours] = ()) -> list[Block]:
    """Return a line for each of a person's absences, with its button."""
    return [_row(each, person, now, routines) for each in person.absences if each[1] > now]


def _row(span: Span, person: Person, now: datetime, routines: Sequence[WorkingHours]) -> Block:
    at = ":".join(f"{int(each.timestamp())}" for each in span)
    button = Button("Remove", action_id=REMOVE, value=at)
    return SectionBlock(f"• {in_full(span, person, now, routines)}", block_id=f"away_{at}", accessory=button)


def in_full(span: Span, person: Person, now: datetime, routines: Sequence[WorkingHours] = ()) -> str:
    """Return an absence as a sentence with the day of return.

    For example `You're away from Monday, 7 December to Sunday, 13 December; back on Monday, 14 December.` The day of
    return is the first working day in any of `routines`, the person's working hours in each of their teams.
    """
    if span[0] <= now:
        return f"You're away now; back on {_back(span[1], person, now, routines)}."
    start, end = (person.local(each) for each in span)
    if start.date() == end.date():
        until = f"{'until' if _is_midnight(start) else 'to'} {clock(end, person.locale)}"
        return f"You're away {_dates(span, person, now)} {until}."
    back = _back(span[1], person, now, routines)
    if not _is_midnight(end) and back == _moment(span[1], person, now):
        return f"You're away from {_moment(span[0], person, now)} until {back}."
    return f"You're away {_dates(span, person, now)}; back on {back}."


def _back(end: datetime, person: Person, now: datetime, routines: Sequence[WorkingHours]) -> str:
    """Return when an absence ends, or the next working day if it ends on a day off."""
    if not routines or any(good_moments.is_on_working_day(each, end) for each in routines):
        return _moment(end, person, now)
    starts = [good_moments.next_good_moment(replace(each, quiet=None), end) for each in routines]
    return _day(person.local(min((each for each in starts if each), default=end)), person, now)


def _all(spans: Sequence[Span], person: Person, now: datetime) -> str:
    return ", and ".join(_dates(each, person, now) for each in spans)


def _dates(span: Span, person: Person, now: datetime) -> str:
    start, end = (person.local(each) for each in span)
    last = end - A_DAY if _is_midnight(end) else end
    if start.date() == last.date():
        return f"on {_moment(span[0], person, now, ' from ')}"
    return f"from {_moment(span[0], person, now)} to {_day(last, person, now)}"


def _moment(at: datetime, person: Person, now: datetime, before: str = " at ") -> str:
    local = person.local(at)
    day = _day(local, person, now)
    return day if _is_midnight(local) else f"{day}{before}{clock(local, person.locale)}"


def _day(local: datetime, person: Person, now: datetime) -> str:
    return (on if local.year == now.year else on_full)(local, person.locale)


def _is_midnight(local: datetime) -> bool:
    return (local.hour, local.minute) == (0, 0)
