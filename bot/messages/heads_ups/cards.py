"""Messages about heads-ups: the card in the team's channel, lines on other cards, and DMs to leaders."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slackblocks import ActionsBlock, Block, Button, Element, OverflowMenu, SectionBlock

from bot.features.heads_ups import rules
from bot.features.heads_ups.models import HeadsUp
from bot.features.heads_ups.queries import Rota
from bot.messages.spikes.cards import duration
from bot.nudges.cards import Item
from bot.org.teams.models import Team
from bot.slack.mrkdwn import (
    comma_joined,
    count_noun,
    escape,
    link,
    mention,
    mentions,
    one_line,
    opening_mention,
    shortened,
)
from bot.slack.post import Post, context, option
from bot.text.formats import clock, short, wall, weekday

COVER = "heads_ups:cover"
MORE = "heads_ups:more"
CHANGE, CANCEL = "change", "cancel"
"""The options of the card's menu, each followed by the id: `change:12`."""
REVIEW = "heads_ups:review"
MOST_HOURS, MOST_NAMED = 15, 4
"""How many hours are listed on the card, and in a sentence."""
TIGHTER = f"During this time, I report a spike earlier: at {rules.TIGHTER_PERCENT}% of the usual limit."
LONGEST_BLOCK = 2900
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Review:
    """What the look back tells about a heads-up."""

    spikes: int
    longest: int
    """The length of the longest spike in minutes; 0 if that of any is not known."""
    covered: int
    """The number of hours that somebody had booked."""
    hours: int


@dataclass(frozen=True)
class Bookings:
    """What a change means for the hours that somebody had booked."""

    kept: Sequence[datetime] = field(default_factory=list)
    freed: Sequence[datetime] = field(default_factory=list)


def card_name(found: HeadsUp) -> str:
    return f"heads_up:{found.id}"


def card(found: HeadsUp, team: Team, rota: Rota, *, counts_tickets: bool) -> Post:
    """Build the card in the channel. It shows who covers which hour, but not which hours nobody covers.

    `counts_tickets` is whether the team's tickets are counted, to which tighter limits apply.
    """
    head = f":mega: *{escape(found.title)}*\n{_span(found, team)} · {_queues(found)}"
    blocks: list[Block] = [SectionBlock(head, block_id="heads_up")]
    if about := "\n".join(each for each in (_quoted(found.words), _read_about(found)) if each):
        blocks.append(SectionBlock(about, block_id="about"))
    if rota:
        blocks.append(SectionBlock(f"*Who covers when*\n{_rota_lines(rota, team)}", block_id="rota"))
    tighter = f" {TIGHTER}" if counts_tickets else ""
    blocks += [context(f"Announced by {mention(found.leader_id)}.{tighter}", "by"), _buttons(found, rota)]
    words = f". {shortened(one_line(escape(found.words)), 50)}" if found.words else ""
    text = f"{escape(found.title)}: {_span(found, team)} · {_queues(found, 50)}{words}"
    return Post(text, blocks, card=card_name(found))


def _buttons(found: HeadsUp, rota: Rota) -> ActionsBlock:
    """Return the buttons. Hours can be given back even when no more cover is wanted."""
    id = str(found.id)
    menu = OverflowMenu(MORE, [option("Change", f"{CHANGE}:{id}"), option("Call it off", f"{CANCEL}:{id}")])
    buttons: list[Element] = [Button("Cover an hour", action_id=COVER, value=id)] if found.cover or rota else []
    return ActionsBlock([*buttons, menu], block_id="acts")


def ended(found: HeadsUp, team: Team) -> Post:
    """Build the one line that is left of the card after the end."""
    return _line(found, f":mega: *{escape(found.title)}* is over. It lasted until {_token(found.ends_at, team)}.")


def called_off(found: HeadsUp) -> Post:
    return _line(found, f":mega: The heads-up about *{escape(found.title)}* has been called off.")


def _line(found: HeadsUp, text: str) -> Post:
    return Post(text, [SectionBlock(text, block_id="heads_up")], card=card_name(found))


def _span(found: HeadsUp, team: Team) -> str:
    return f"From {_start_and_end(found, team)}"


def _start_and_end(found: HeadsUp, team: Team) -> str:
    """Return both instants; within one day of the team's zone, the end is only a time."""
    zone = ZoneInfo(team.zone)
    is_one_day = found.starts_at.astimezone(zone).date() == found.ends_at.astimezone(zone).date()
    until = _time(found.ends_at, team) if is_one_day else _token(found.ends_at, team)
    return f"{_token(found.starts_at, team)} until {until}"


def _token(at: datetime, team: Team) -> str:
    """Return mrkdwn for an instant; the fallback is in the team's zone, because everybody reads the same message."""
    local = at.astimezone(ZoneInfo(team.zone))
    return f"<!date^{at.timestamp():.0f}^{{date_long_pretty}} at {{time}}|{wall(local)}>"


def _hour(at: datetime, team: Team) -> str:
    local = at.astimezone(ZoneInfo(team.zone))
    return f"<!date^{at.timestamp():.0f}^{{date_short_pretty}} {{time}}|{short(local)} {clock(local)}>"


def _time(at: datetime, team: Team) -> str:
    return f"<!date^{at.timestamp():.0f}^{{time}}|{clock(at.astimezone(ZoneInfo(team.zone)))}>"


def _by_day(hours: Sequence[datetime], hidden: int, team: Team) -> str:
    """Return `Wed 10 Sept: 09:00, 10:00 and 2 more hours`, with each day of the team's zone once."""
    zone, days = ZoneInfo(team.zone), dict[date, list[datetime]]()
    for hour in hours:
        days.setdefault(hour.astimezone(zone).date(), []).append(hour)
    told = []
    for nth, (day, on_day) in enumerate(days.items(), start=1):
        more = [count_noun(hidden, "more hour")] if hidden and nth == len(days) else []
        times = comma_joined([*(_time(hour, team) for hour in on_day), *more])
        told.append(f"<!date^{on_day[0].timestamp():.0f}^{{date_short_pretty}}|{short(day)}>: {times}")
    return "; ".join(told)


def _queues(found: HeadsUp, length: int = 500) -> str:
    return shortened(escape(", ".join(found.queues)), length) if found.queues else "all queues"


def _quoted(words: str) -> str:
    return shortened("\n".join(f">{line}" for line in escape(words).splitlines()), LONGEST_BLOCK - 700)


def _read_about(found: HeadsUp) -> str:
    return link(found.link, "Read about it") if found.link else ""


def _rota_lines(rota: Rota, team: Team) -> str:
    lines = [f"{_hour(hour, team)}: {mentions(rota[hour])}" for hour in sorted(rota)[:MOST_HOURS]]
    hidden = len(rota) - MOST_HOURS
    return "\n".join([*lines, *([f"and {count_noun(hidden, 'more hour')}"] if hidden > 0 else [])])


def spike_line(found: Collection[HeadsUp]) -> str:
    """Return the line on the card of a spike in one of the queues; empty if there are no heads-ups."""
    named = [" ".join(each for each in (f"*{escape(one.title)}*", _bracketed(one)) if each) for one in found]
    return f":mega: This may be linked to {comma_joined(named)}." if named else ""


def _bracketed(found: HeadsUp) -> str:
    return f"({_read_about(found)})" if found.link else ""


def week_blocks(found: Collection[HeadsUp], team: Team, first: date) -> list[Block]:
    """Build what the kick-off of the week that starts on the day `first` says about heads-ups."""
    lines = [f"*{escape(each.title)}*, {_days(each, team, first)}. {_read_about(each)}".strip() for each in found]
    text = shortened("\n".join(f":mega: This week: {line}" for line in lines), LONGEST_BLOCK)
    return [SectionBlock(text, block_id="heads_ups")] if lines else []


def _days(found: HeadsUp, team: Team, first: date) -> str:
    """Return `Wednesday to Friday`, as far as the days are in the week that starts on the day `first`."""
    since, until = max(rules.first_day(found, team.zone), first), min(rules.last_day(found, team.zone), first + 6 * DAY)
    return weekday(since) if since == until else f"{weekday(since)} to {weekday(until)}"


def cover_item(nudge_id: int, facts: Mapping[str, Any], team: Team) -> Item:
    """Ask a leader, on the working day before, to cover an hour."""
    starts = _token(datetime.fromtimestamp(facts["starts"], UTC), team)
    hours = [datetime.fromtimestamp(each, UTC) for each in facts["first"]]
    named = _by_day(hours, facts["empty"] - len(hours), team)
    empty = "This hour has no leader yet" if facts["empty"] == 1 else "These hours have no leader yet"
    text = (
        f"*{escape(facts['title'])}* in <#{team.channel_id}> runs from {starts}. {empty}: {named}. "
        f"Can you cover {'it' if facts['empty'] == 1 else 'one of them'}? Booking takes a minute."
    )
    return Item(
        text,
        f"You lead <#{team.channel_id}>. If hours have no leader yet, I ask the team's leaders once, on the working "
        "day before.",
        [Button("Cover an hour", action_id=COVER, value=f"{nudge_id}:{facts['heads_up']}", style="primary")],
        became=cover_standing(facts, team),
    )


def cover_standing(facts: Mapping[str, Any], team: Team) -> str:
    """Say how the hours of a heads-up stand; empty if it is deleted."""
    what = f"*{escape(facts['title'])}* in <#{team.channel_id}>"
    if "is_own" not in facts:
        return ""
    if facts["is_cancelled"]:
        return f"{what} was called off."
    if facts["starts_now"] != facts["starts"]:
        return f"{what} was moved. It starts {_token(datetime.fromtimestamp(facts['starts_now'], UTC), team)}."
    if facts["is_own"]:
        return f":white_check_mark: You're covering {what}."
    return f":white_check_mark: Others cover {what}." if facts["is_covered"] else f"{what} is over."


def changed_note(found: HeadsUp, team: Team, by_id: str, theirs: Bookings) -> Post:
    """Tell somebody who had booked that the times have changed, and which of their hours remain."""
    what = f"the times of *{escape(found.title)}* in <#{team.channel_id}>"
    told = f":mega: {opening_mention(by_id)} changed {what}. It now runs from {_start_and_end(found, team)}."
    kept = f" You're still covering {_hours(theirs.kept, team)}." if theirs.kept else ""
    freed = f" You no longer need to cover {_hours(theirs.freed, team)}." if theirs.freed else ""
    return Post(f"{told}{kept}{freed}")


def called_off_note(found: HeadsUp, team: Team, by_id: str, theirs: Bookings) -> Post:
    """Tell somebody who had booked that it is called off."""
    what = f"the heads-up about *{escape(found.title)}* in <#{team.channel_id}>"
    told = f":mega: {opening_mention(by_id)} called off {what}."
    return Post(f"{told} You no longer need to cover {_hours(theirs.freed, team)}.")


def _hours(hours: Sequence[datetime], team: Team) -> str:
    return _by_day(hours[:MOST_NAMED], max(len(hours) - MOST_NAMED, 0), team)


def review_card_name(found: HeadsUp, reader_id: str) -> str:
    return f"heads_up:{found.id}:review:{reader_id}"


def review(found: HeadsUp, team: Team, facts: Review, reader_id: str, answered_by: str = "") -> Post:
    """Build the look back for the leader who announced it, or for another if that one has left, with one question.

    `answered_by` is the id of the leader who has answered it, if anybody has.
    """
    booked = f" Leaders booked {facts.covered} of its {count_noun(facts.hours, 'hour')}."
    cover = booked if found.cover and facts.hours else ""
    told = f":mega: *{escape(found.title)}* in <#{team.channel_id}> is over. {_spikes(facts)}{cover}"
    card = review_card_name(found, reader_id)
    if answered_by:
        thanks = (
            "Thanks, I've posted your answer."
            if answered_by == reader_id
            else f"{opening_mention(answered_by)} has said what to do differently next time."
        )
        text = f"{told} {thanks}"
        return Post(text, [SectionBlock(text, block_id="review")], card=card)
    why = "" if reader_id == found.leader_id else "Whoever announced it no longer leads the team. "
    ask = "What would you do differently next time? I'll post your answer in its thread, with your name. (2 min)"
    text = f"{told}\n{why}{ask}"
    answer = Button("Answer", action_id=REVIEW, value=str(found.id), style="primary")
    return Post(text, [SectionBlock(text, block_id="review"), ActionsBlock([answer], block_id="acts")], card=card)


def _spikes(facts: Review) -> str:
    """Return `Its queues had 3 spikes, the longest lasting 45 minutes.`"""
    many = count_noun(facts.spikes, "spike") if facts.spikes else "no spikes"
    length = (
        f", {'' if facts.spikes == 1 else 'the longest '}lasting {duration(facts.longest)}" if facts.longest else ""
    )
    return f"Its queues had {many}{length}."


def lesson(by_id: str, words: str) -> Post:
    """Build the leader's answer in the thread of the card."""
    text = f"{opening_mention(by_id)} on what to do differently next time:\n{_quoted(words)}"
    return Post(text)
