"""Rules of rituals, as pure functions: when a ritual runs, who hosts it, and how a quiz is shown and revealed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from bot.features.rituals.models import Ritual, RitualRun
from bot.org.availability import good_moments, working_hours
from bot.org.teams.models import Team

ROOM_FOR_REVEAL = timedelta(minutes=30)


def quiz_answers(ritual: Ritual, run: RitualRun) -> Sequence[str]:
    """Return the answers of a quiz question, the correct one first; empty if the run's prompt is not a quiz."""
    prompts = ritual.template.prompts if ritual.template else ()
    return next((each.answers for each in prompts if each.ask == run.prompt), ())


def shuffled_answers(ritual: Ritual, run: RitualRun) -> list[str]:
    """Return the answers of a quiz question in a shuffled order that is the same on every call."""
    return sorted(quiz_answers(ritual, run), key=lambda each: sha256(f"{run.id}:{run.day}:{each}".encode()).hexdigest())


def reveal_time(team: Team, asked_at: datetime) -> datetime:
    """Return when to reveal the answer to a quiz question.

    That is three hours after the question, or earlier if the team's day ends before that. If the question comes shortly
    before the end of the day, it is the next morning.
    """
    routine = working_hours.team_hours(team)
    later = (asked_at + timedelta(minutes=minutes) for minutes in range(180, 25, -5))
    return next(
        (at for at in later if good_moments.fits_in_shift(routine, at, ROOM_FOR_REVEAL)),
        good_moments.next_morning(routine, asked_at),
    )


def local_day(team: Team, at: datetime) -> date:
    return at.astimezone(ZoneInfo(team.zone)).date()


def run_time(team: Team, ritual: Ritual, at: datetime, then: datetime | None) -> datetime | None:
    """Return when a ritual due at `at` runs, or None if it is skipped; `then` is when it is due next.

    An occurrence on a day off moves to the same time on the next working day of that week, and is skipped if there is
    no such day before the next occurrence.
    """
    routine, day = working_hours.team_hours(team), local_day(team, at)
    if good_moments.is_on_working_day(routine, at):
        return at
    zone = ZoneInfo(team.zone)
    for later in (day + timedelta(days=days) for days in range(1, 7 - day.weekday())):
        moved = datetime.combine(later, ritual.at, zone).astimezone(UTC)
        if then and later >= local_day(team, then):
            return None
        if good_moments.is_on_working_day(routine, moved):
            return moved
    return None


def pick_host(free: Sequence[str], hosted: Mapping[str, int], lead: Collection[str], members: int) -> str | None:
    """Return the first available candidate to host a ritual, skipping leaders who have hosted their fair share."""
    share = -(-(sum(hosted.values()) + 1) // members)
    return next((id for id in free if id not in lead or hosted.get(id, 0) < share), None)
