"""Build the answer to `/queue history`: eight weeks of spikes as text, charts and CSV, without people's names."""

from calendar import day_abbr, day_name
from collections import Counter
from collections.abc import Mapping, Sequence

from slackblocks import (
    ActionsBlock,
    AxisConfig,
    BarChart,
    Block,
    Button,
    DataPoint,
    DataSeries,
    DataVisualizationBlock,
    SectionBlock,
)

from bot.features.spikes.history import PastSpike, SpikeHistory
from bot.messages.spikes.cards import CSV, duration
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import count_noun, escape, opening_mention, shortened
from bot.slack.post import Post, context
from bot.text.formats import weekday
from bot.text.tables import to_csv

TWO_HOURS = tuple(f"{hour:02}–{hour + 2:02}" for hour in range(0, 24, 2))
"""Labels of two-hour spans, because Slack shows at most 20 labels on an axis."""
MOST = 5
"""How many queues get their own bar; the rest share one."""
OTHERS = "Others"
LONGEST_NAME = 20
NONE = "I haven't seen any spikes in <#{}> in the last 8 weeks."
COUNTS = "They don't name anyone or show who was asked."
COLUMNS = ("started", "weekday", "queue", "minutes", "peak", "minutes until someone joined")
"""Where a spreadsheet may start a formula; it may split cells at its own separator, even inside quotes."""
ON_ITS_WAY = "I'm sending you the CSV file in a DM."
CHARTS = "I'm sending you the charts in a DM."


def history(team: Team, found: SpikeHistory) -> Post:
    """Build the history of a team's spikes for a leader."""
    if not found.total:
        text = NONE.format(team.channel_id)
        return Post(text, [SectionBlock(text, block_id="told")])
    told, when = _counts(team, found), describe_times(found)
    blocks: list[Block] = [
        SectionBlock(told, block_id="told"),
        SectionBlock(when, block_id="when"),
        ActionsBlock([Button("Send me the CSV file", action_id=CSV, value=str(team.id))], block_id="answers"),
        context(f"{CHARTS} {COUNTS}", "counts"),
    ]
    return Post(f"{told}\n{when}\n{CHARTS} {COUNTS}", blocks)


def charts(team: Team, found: SpikeHistory) -> Post:
    """Build charts of a team's spikes; a workspace that cannot show charts gets the text alone."""
    hours = {queue: Counter(hour // 2 for hour in counts.elements()) for queue, counts in found.hours.items()}
    words = f"*The last 8 weeks in <#{team.channel_id}>*\n{describe_times(found)}"
    blocks: list[Block] = [
        SectionBlock(words, block_id="when"),
        chart("Spikes by hour of the day, the last 8 weeks", TWO_HOURS, hours, "hours"),
        chart("Spikes by weekday, the last 8 weeks", list(day_abbr), found.weekdays, "weekdays"),
    ]
    return Post(words, blocks)


def summary_since(count: int, days: int | None, minutes: int, leader: Person, *, is_own: bool) -> str:
    """Say how many spikes the team had, and how long its leader helped, for the card that prepares a one-on-one.

    `days` is how long ago the pair began, or None if they have had a one-on-one since.
    """
    if not count:
        return ""
    who = "You've" if is_own else f"{opening_mention(leader.id)} has"
    there = f" {who} helped for {duration(minutes)}." if minutes else ""
    when = "Since your last one-on-one"
    if days is not None:
        when = "In the last day" if days <= 1 else f"In the last {days} days"
    return f"*{when}*, the team has had {count_noun(count, 'queue spike')}.{there}"


def _counts(team: Team, found: SpikeHistory) -> str:
    """Return the total number of spikes, and the number in each queue on a line of its own."""
    lines = [f"*The last 8 weeks in <#{team.channel_id}>:* {count_noun(found.total, 'spike')}{_half(found.length)}."]
    lines += [
        f"• *{escape(queue)}* {count}{_half(found.lengths.get(queue))}" for queue, count in found.by_queue.items()
    ]
    if found.covered:
        usually = f", usually within {duration(max(1, found.soon))}" if found.soon is not None else ""
        lines.append(f"Someone helped with {found.covered} of {count_noun(found.total, 'spike')}{usually}.")
    return shortened("\n".join(lines), 2900)


def _half(minutes: int | None) -> str:
    return f", usually over within {duration(max(1, minutes))}" if minutes is not None else ""


def describe_times(found: SpikeHistory) -> str:
    """Return how many spikes there were on each weekday and in each hour, as text."""
    days = sum(found.weekdays.values(), Counter[int]())
    hours = sum(found.hours.values(), Counter[int]())
    by_day = ", ".join(f"{day_name[day]} ({days[day]})" for day in sorted(days))
    by_hour = ", ".join(f"{hour:02}:00 ({hours[hour]})" for hour in sorted(hours))
    return f"By weekday: {by_day}. By hour: {by_hour}."


def chart(
    title: str, names: Sequence[str], counts: Mapping[str, Counter[int]], block_id: str
) -> DataVisualizationBlock:
    """Build a chart with a bar for each queue; the queues with the fewest spikes share a bar."""
    shown = [*counts][:MOST]
    bars = {queue: counts[queue] for queue in shown}
    if rest := [counts[queue] for queue in counts if queue not in bars]:
        bars[OTHERS] = sum(rest, bars.get(OTHERS, Counter[int]()))
    series = [
        DataSeries(_named(queue, nth), [DataPoint(name, found[at]) for at, name in enumerate(names)])
        for nth, (queue, found) in enumerate(bars.items(), 1)
    ]
    return DataVisualizationBlock(title, BarChart(series, AxisConfig([*names])), block_id=block_id)


def _named(queue: str, nth: int) -> str:
    """Shorten a queue's long name and number it, because two shortened names may be equal."""
    return queue if len(queue) <= LONGEST_NAME else f"{nth}. {queue[: LONGEST_NAME - 4]}…"


def as_csv(spikes: Sequence[PastSpike]) -> bytes:
    """Return past spikes as CSV, one row per spike."""
    return to_csv(
        COLUMNS,
        [
            (f"{each.opened_at:%Y-%m-%d %H:%M}", weekday(each.opened_at), each.queue, each.minutes, each.peak,
             each.covered_after)
            for each in spikes
        ],
    )  # fmt: skip
