"""Collect what the message says about a team's month, under each feature's rules about what may be shown."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.hand_ups import queries as hand_ups
from bot.features.hand_ups.models import HAND_UP_RETENTION
from bot.features.pulse import queries as pulse
from bot.features.pulse.models import PulseRound
from bot.features.spikes import history
from bot.features.spikes.history import SpikeHistory
from bot.features.visits import themes
from bot.features.voice import queries, rules
from bot.features.voice.models import VoiceMonth
from bot.features.voice.rules import FEWEST_PEOPLE, MONTH, HandUpCounts
from bot.followups.models import Followup, State
from bot.messages.followups.report import Done
from bot.messages.voice.account import (
    HANDED_BACK,
    LEFT_OUT,
    MOST,
    TOO_FEW,
    Account,
    Idea,
    Listed,
    Quote,
    key_of,
)
from bot.org import people
from bot.org.people import draw_lot
from bot.org.teams.models import Team
from bot.workflows.followups import report, steps

MONTHS_BACK = 12
"""How many earlier months decide which themes may be shown."""
DAY = timedelta(days=1)


async def load_account(
    session: AsyncSession, team: Team, month: date, found: VoiceMonth | None = None, *, hand_ups: HandUpCounts | None
) -> Account:
    """Load what is told about a month. Leaders' comment is in `found`, once there is a draft.

    What leaders do about a quote, and what its writer changes, also holds where the same words are listed as an idea or
    as done. What leaders left out of a list, without a quote of the same words, is told apart from the rest. Words that
    are quoted, or listed as done, are not listed as an idea too.
    """
    after = month + MONTH
    since, until = (rules.start_of(day, team.zone) for day in (month, after))
    left_out = found.left_out if found else []
    ideas = await queries.list_ideas(session, team, since, until)
    asked = await queries.list_with_sponsor(session, team)
    round = await find_round(session, team, month)

    quotes = await load_quotes(session, team, month, round, left_out)
    are_quotes = {each.key for each in quotes}

    def words(followup: Followup) -> str | None:
        """Return the words that a list has; None if they are left out, and can't be put back in the list itself."""
        is_left_out = followup.about in left_out and followup.about in are_quotes
        is_with_writer = followup.handed_back_at or left_out_by_writer(followup) in left_out
        return None if is_left_out or is_with_writer else followup.quoted_words

    done, _ = await report.find_closed(session, team, month, after, words=words)
    listed = [Idea(text, votes, _state(each), each.about) for each, votes in ideas if (text := words(each))]
    quotes = [_with_what_became(each, listed, done) for each in quotes]
    told = {each.key for each in quotes if not each.state}
    done = {kind: [each for each in found if each.key not in told] for kind, found in done.items()}
    told.update(each.key for found in done.values() for each in found)
    listed = [each for each in listed if each.key not in told]
    left = {
        "roadblocks": [Listed(key_of(each), each.text) for each in asked if key_of(each) in left_out],
        "ideas": [Listed(each.key, each.text) for each in listed if each.key in left_out],
        **{
            kind: [Listed(each.key, each.text) for each in found if each.key in left_out]
            for kind, found in done.items()
        },
    }
    return Account(
        team, month,
        themes=await _load_themes(session, team, month),
        ideas=[each for each in listed if each.key not in left_out],
        roadblocks=[await steps.load_view(session, team, each) for each in asked if key_of(each) not in left_out],
        quotes=quotes,
        spikes=await _load_spikes(session, team, since, until),
        hand_ups=hand_ups,
        pulse=round if round and round.levels else None,
        done={kind: [each for each in found if each.key not in left_out] for kind, found in done.items()},
        left_out={part: found for part, found in left.items() if found},
        comment=found.comment if found else "",
        comment_by=await _find_name(session, team, found.comment_by if found else None),
    )  # fmt: skip


def _with_what_became(quote: Quote, ideas: Sequence[Idea], done: Mapping[str, Sequence[Done]]) -> Quote:
    idea = next((each for each in ideas if each.key == quote.key), None)
    closed = next((each for found in done.values() for each in found if each.key == quote.key), None)
    return quote._replace(idea=idea, done=closed)


def _state(idea: Followup) -> str:
    if idea.state == State.CLOSED:
        return "done" if idea.reason == "done" else "not now"
    return "new" if idea.state == State.OPEN else "doing" if idea.started_at else "considering"


async def _load_themes(session: AsyncSession, team: Team, month: date) -> list[tuple[str, int]]:
    firsts = [month + relativedelta(months=nth) for nth in range(1 - MONTHS_BACK, 2)]
    return await themes.find_shown_themes(session, team, [rules.start_of(each, team.zone) for each in firsts])


async def find_round(session: AsyncSession, team: Team, month: date) -> PulseRound | None:
    """Return the latest round of the pulse that closed in a month."""
    since, until = (rules.start_of(day, team.zone) for day in (month, month + MONTH))
    rounds = await pulse.list_rounds(session, team)
    return next((each for each in rounds if each.closed_at and since <= each.closed_at < until), None)


async def load_quotes(
    session: AsyncSession, team: Team, month: date, round: PulseRound | None, left_out: Collection[str]
) -> list[Quote]:
    """Return the quotes of a month, in random order, with those that leaders left out or handed back."""
    before, since, until = (rules.start_of(day, team.zone) for day in (month - MONTH, month, month + MONTH))
    this = await queries.list_quotable(session, team, since, until)
    earlier = await queries.list_quotable(session, team, before, since)
    named = [each for each in this if each.is_quoted_with_name]
    unnamed = rules.select_unnamed(
        _shuffled(month, [each for each in this if not each.is_quoted_with_name]),
        _shuffled(month, [each for each in earlier if not each.is_quoted_with_name]),
    )[:MOST]
    sent = {each.author_id for each in unnamed if not _find_state(each, left_out)}
    is_too_few = len(sent) < FEWEST_PEOPLE
    names = await people.fetch_people(session, team.workspace_id, [each.author_id for each in named])
    said = await pulse.list_comments(session, round) if round else []
    found = [
        *(Quote(each.about, each.quoted_words, names[each.author_id].name, _find_state(each, left_out), has_writer=True,
                kind=each.kind)
          for each in _shuffled(month, named)[:MOST]),
        *(Quote(each.about, each.quoted_words, "", _find_state(each, left_out) or (TOO_FEW if is_too_few else ""),
                has_writer=True, kind=each.kind) for each in unnamed),
        *(Quote(each.id, each.words, "", LEFT_OUT if each.id in left_out else "")
          for each in [each for each in said if each.may_be_quoted][:MOST]),
    ]  # fmt: skip
    return sorted(found, key=lambda each: draw_lot(each.key, month))


def _shuffled(month: date, found: Sequence[Followup]) -> list[Followup]:
    return sorted(found, key=lambda each: draw_lot(each.about, month))


def left_out_by_writer(followup: Followup) -> str:
    """Return the key of words that their writer took back after a leader had handed them back: nobody lists them."""
    return f"writer:{followup.id}"


def _find_state(followup: Followup, left_out: Collection[str]) -> str:
    if followup.about in left_out:
        return LEFT_OUT
    return HANDED_BACK if followup.handed_back_at else ""


async def _load_spikes(session: AsyncSession, team: Team, since: datetime, until: datetime) -> SpikeHistory | None:
    past = await history.list_past_spikes(session, team, now=until, period=until - since + DAY)
    found = [each for each in past if since <= each.opened_at < until]
    return history.summarize(found) if found else None


async def count_hand_ups(session: AsyncSession, team: Team, month: date, *, now: datetime) -> HandUpCounts | None:
    """Count a month's hand-ups as far back as they are kept. Return None if fewer than three agents raised one."""
    oldest = rules.start_of((now - HAND_UP_RETENTION).date() + DAY, team.zone)
    since, until = (rules.start_of(day, team.zone) for day in (month, month + MONTH))
    found = await hand_ups.week_summary(session, team, since=max(since, oldest), until=until)
    if found.agents < FEWEST_PEOPLE:
        return None
    counted_from = month if since >= oldest else (now - HAND_UP_RETENTION).date() + DAY
    return HandUpCounts(
        since=counted_from, raised=found.raised, answered=found.answered,
        minutes=found.minutes if found.answered >= hand_ups.FEWEST_ANSWERED else None,
        themes=dict(found.themes),
    )  # fmt: skip


async def _find_name(session: AsyncSession, team: Team, person_id: str | None) -> str:
    known = await people.fetch_people(session, team.workspace_id, [person_id] if person_id else [])
    return next((each.name for each in known.values()), "")
