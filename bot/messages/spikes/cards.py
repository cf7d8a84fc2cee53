"""The card of a spike in the team's channel, and the posts in its thread."""

from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from slackblocks import Block, SectionBlock

from bot.features.rituals.settings import Lean
from bot.features.spikes.models import PERSON, Ended, Kind, Spike, State, Stint
from bot.features.spikes.rules import QUIET_TIMEOUT
from bot.features.tickets.queries import Load
from bot.features.tickets.rules import MIN_WEEKS
from bot.features.webhooks import Sender
from bot.messages.rituals.cards import lean_line
from bot.messages.webhooks import NAMES
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import comma_joined, count_noun, escape, link, mention, shortened
from bot.slack.post import Post, context
from bot.text.formats import clock, number, weekday

LENGTHS = (15, 30, 60)
JOIN = {minutes: f"spikes:join_{minutes}" for minutes in LENGTHS}
SHADOW = "spikes:shadow"
CLEAR = "spikes:clear"
CANNOT = "spikes:cannot"

LONGER = {minutes: f"spikes:longer_{minutes}" for minutes in (15, 30)}
DONE = "spikes:done"

COME = "spikes:come"
IS_CALM = "spikes:is_calm"
CSV = "spikes:csv"

DOING = {
    Kind.QUEUE: "is in the queue until {}",
    Kind.SHADOW: "is sitting with one of you until {}",
    Kind.BLOCKER: "is clearing a roadblock for you",
}
DID = {Kind.QUEUE: "in the queue", Kind.SHADOW: "shadowing", Kind.BLOCKER: "clearing a roadblock"}
NAMELESS = (Sender.EVENTS, Sender.GENERIC)
TOOLS: dict[str, str] = {sender: name for sender, name in NAMES.items() if sender not in NAMELESS}
"""Senders with a product name to show."""
UNNAMED = "A leader"
HOURS_FROM = 90
"""From how many minutes on a duration is told in hours."""
ALONE = "Nobody is helping yet."
LEFT = "Nobody is helping right now."


def card_name(spike: Spike) -> str:
    """Return the name of a spike's card."""
    return f"spike:{spike.id}"


def card(team: Team, spike: Spike, stints: Sequence[Stint], reporter: Person | None = None, part_of: str = "") -> Post:
    """Build the card of a spike: the queue and who helps, or a summary once the spike is over.

    `reporter` is who reported it, if anybody; `part_of` is the line about the heads-ups that hold for its queue.
    """
    head, status = (
        (_sum(spike), _thanks(spike, stints)) if spike.is_over else (_head(spike), _status(team, spike, stints))
    )
    blocks: list[Block] = [SectionBlock(head, block_id="spike")]
    if status:
        blocks.append(SectionBlock(status, block_id="status"))
    if part_of and not spike.is_over:
        blocks.append(context(part_of, "heads_ups"))
    way = Lean.of(team).at(spike.opened_at)
    if way and not spike.is_over:
        blocks.append(context(lean_line(way), "lean"))
    if about := _about(spike, reporter):
        blocks.append(context(about, "about"))
    return Post(f"{head} {status}".strip(), blocks, card=card_name(spike))


def digest(post: Post) -> str:
    """Return a hash of a card's content."""
    return sha256(str(post.payload()).encode()).hexdigest()[:32]


def queue_of(spike: Spike) -> str:
    return f"*{escape(spike.queue)}*"


def _head(spike: Spike) -> str:
    limit = number(spike.threshold) if spike.threshold is not None else ""
    if spike.value is None:
        return f":rotating_light: {queue_of(spike)} is over its limit{limit and f' of {limit}'}."
    is_past = spike.peak is not None and spike.peak > spike.value
    peak = f", peak {number(spike.peak)}" if is_past and spike.peak is not None else ""
    return f":rotating_light: {queue_of(spike)} is {how_busy(spike.value, limit, peak)}."


def how_busy(value: float, limit: str, peak: str = "", locale: str = "") -> str:
    """Return a queue's size and limit as the end of a sentence: `at *42* (limit 30)` or `at *42*, over its limit`."""
    if limit:
        return f"at *{number(value, locale)}* (limit {limit}{peak})"
    most = f" ({peak.removeprefix(', ')})" if peak else ""
    return f"at *{number(value, locale)}*, over its limit{most}"


def _status(team: Team, spike: Spike, stints: Sequence[Stint]) -> str:
    there = [each for each in stints if each.ended_at is None]
    if there:
        return " ".join(f"{_who(each)} {_doing(team, each)}." for each in there)
    if spike.state == State.ASKING:
        return "I'm asking a leader to help."
    if spike.given_up_at:
        return LEFT if stints else ALONE
    return "I'm looking for a leader to help."


def describe_queue(team: Team, spike: Spike, stints: Sequence[Stint], now: datetime) -> str:
    """Describe the current state of a queue in a line or two, for somebody who asks."""
    zone = ZoneInfo(team.zone)
    opened, today = spike.opened_at.astimezone(zone), now.astimezone(zone).date()
    since = f"at {clock(opened)}" if opened.date() == today else f"on {weekday(opened)} at {clock(opened)}"
    return f"{_head(spike)} Started {since}. {_status(team, spike, stints)}"


def helper_without_spike(team: Team, stint: Stint) -> str:
    """Say that a leader is helping in a queue although there is no spike."""
    return f"{_who(stint)} {_doing(team, stint)}."


def _doing(team: Team, stint: Stint) -> str:
    return DOING[Kind(stint.kind)].format(_clock(team, stint.until))


def _sum(spike: Spike) -> str:
    if spike.ended_how == Ended.QUIET:
        return f":white_check_mark: {how_spike_ended(spike)}"
    ended = spike.resolved_at or spike.heard_at
    minutes = max(1, round((ended - spike.opened_at).total_seconds() / 60))
    peak = f" (peak {number(spike.peak)})" if spike.peak is not None else ""
    return f":white_check_mark: {queue_of(spike)} calmed down after {duration(minutes)}{peak}."


def how_spike_ended(spike: Spike) -> str:
    """Say in a sentence how a spike has ended; silence does not prove that the queue is calm."""
    if spike.ended_how == Ended.QUIET:
        quiet = duration(round(QUIET_TIMEOUT.total_seconds() / 60))
        return f"{queue_of(spike)}: no news for {quiet}, so I've closed this."
    return f"{queue_of(spike)} is calm again."


def _thanks(spike: Spike, stints: Sequence[Stint]) -> str:
    """Thank each helper of a spike once, with their total minutes; empty if nobody joined."""
    sums: dict[tuple[str, str], int] = {}
    for each in stints:
        what = _who(each), DID[Kind(each.kind)]
        sums[what] = sums.get(what, 0) + each.minutes
    if not sums:
        return ""
    told = comma_joined(
        f"{who[0].lower()}{who[1:]} ({doing}, {duration(max(1, minutes))})" for (who, doing), minutes in sums.items()
    )
    return f"Thanks to {told}."


def _about(spike: Spike, reporter: Person | None) -> str:
    """Name the source of a spike, repeat what it says, and link to its details."""
    by, words = TOOLS.get(spike.source, ""), shortened(escape(spike.title), 300)
    if spike.source == PERSON:
        by = f"Reported by {reporter.shown}" if reporter else "Reported"
        words = words and f"“{words}”"
    said = ": ".join(each for each in (by, words) if each)
    details = link(spike.url, "See details") if spike.url else ""
    return " · ".join(each for each in (said, details) if each)


def _who(stint: Stint) -> str:
    return mention(stint.person_id) if stint.is_named else UNNAMED


def _clock(team: Team, at: datetime) -> str:
    return clock(at.astimezone(ZoneInfo(team.zone)))


def duration(minutes: int) -> str:
    """Return `45 minutes`, and from 90 minutes on `1 h 30 min` or `2 hours`."""
    if minutes < HOURS_FROM:
        return count_noun(minutes, "minute")
    return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else count_noun(minutes // 60, "hour")


def joined_reply(stint: Stint, minutes: int) -> Post:
    """Tell the team that someone has joined a queue to help."""
    who, kind = _who(stint), Kind(stint.kind)
    if kind is Kind.BLOCKER:
        return Post(f"{who} is clearing a roadblock for you. Reply here with what's slowing you down most.")
    where = "is in the queue" if kind is Kind.QUEUE else "is sitting with one of you"
    return Post(f"{who} {where} for {minutes} min.")


def no_leader_available(
    team: Team,
    spikes: Sequence[Spike],
    at_work_from: datetime | None,
    now: datetime,
    *,
    in_cooldown: Collection[int] = (),
) -> Post:
    """Say in one sentence for all these spikes why no leader is asked: none can help, or none is at work.

    Spikes whose ids are in `in_cooldown` get a separate sentence: a leader could help, but was just asked about another
    queue.
    """
    if at_work_from is None:
        said = [(spikes, "no leader is at work.")]
    elif at_work_from > now:
        said = [(spikes, f"no leader is at work until {_day_and_clock(at_work_from, team, now)}.")]
    else:
        none_can = [each for each in spikes if each.id not in in_cooldown]
        soon = [each for each in spikes if each.id in in_cooldown]
        grows = "the queue grows" if len(none_can) == 1 else "one of these queues grows"
        these = "this one" if len(soon) == 1 else "these"
        said = [
            (none_can, f"no leader can help right now. I'll ask again if {grows}."),
            (soon, f"I've just asked the leaders about another queue. I'll ask about {these} within half an hour."),
        ]
    lines = [f"{shortened(', '.join(map(queue_of, found)), 1000)}: {why}" for found, why in said if found]
    return Post("\n".join(lines), card=f"nobody:{spikes[0].id}")


def _day_and_clock(at: datetime, team: Team, now: datetime) -> str:
    """Return `08:00`, or `Tuesday at 08:00` if that is not today in the team's zone."""
    local, today = (each.astimezone(ZoneInfo(team.zone)) for each in (at, now))
    return clock(local) if local.date() == today.date() else f"{weekday(local)} at {clock(local)}"


def growth_reply(spike: Spike) -> Post:
    limit = f" (limit {number(spike.threshold)})" if spike.threshold is not None else ""
    return Post(f"{queue_of(spike)} is now at {number(spike.peak or 0)}{limit}.")


def added_words_reply(by: Person, words: str) -> Post:
    """Build the post that adds a person's words to a spike that already has a card."""
    return Post(f"{by.shown}: “{shortened(escape(words), 300)}”")


def reopened_reply() -> Post:
    return Post("The queue is over its limit again.")


def calm_reply(spike: Spike) -> Post:
    return Post(how_spike_ended(spike))


def ticket_title(load: Load) -> str:
    """Return a title for a spike in tickets, such as `34 tickets in 15 minutes (usually about 9), 57 open`."""
    usual = f" (usually about {load.usual.mean:.0f})" if load.usual.weeks >= MIN_WEEKS else ""
    return f"{count_noun(load.came, 'ticket')} in 15 minutes{usual}, {load.open} open"
