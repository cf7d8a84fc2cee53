"""Results of the year with the bot and the year with the plain reminder, side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.simulate import measures
from benchmarks.simulate.measures import Series
from benchmarks.simulate.personas import MOODS
from benchmarks.simulate.weekly import Weekly
from benchmarks.simulate.year import Year

Figures = dict[str, Any]
NONE = "–"


def of_meetings(series: Sequence[Series]) -> Figures:
    """Return the figures about one-on-ones, with each share as a pair of the number kept and the total."""
    waits = [wait for each in series for wait in each.days_between()]
    median, p90, longest = measures.spread(waits)
    found: Figures = {"one-on-ones held": sum(len(each.held) for each in series)}
    for name, is_strict in (("within its week", False), ("within 14 days, strictly", True)):
        windows = [window for each in series for window in each.windows(is_strict=is_strict)]
        found[name] = {mood or "all": list(measures.share(windows, mood)) for mood in ("", *MOODS)}
    found["days waited: median, p90, longest"] = [median, p90, longest]
    found["one-on-ones spread over agents (Gini)"] = measures.gini([len(each.held) for each in series])
    return found


def of_year(year: Year) -> Figures:
    """Return all figures of the year with the bot."""
    judge, ledger = year.judge, year.ledger
    beside = [year.drivers.shadowing.times[agent_id] for agent_id in year.series]
    leaders = [human for human in year.people.values() if human.mood]
    working, names = year.working_days(leaders), {human.name for human in leaders}
    led = sum(many for (name, _), many in judge.days.items() if name in names)
    sponsored = sum(many for (name, _), many in judge.days.items() if name == year.sponsor.name)
    return {
        **of_meetings(list(year.series.values())),
        "the fun tank, 0 to 100": year.fun_tank.figures(),
        "rituals, birthdays and anniversaries": year.celebrations.figures(),
        "follow-ups": year.followups.figures(),
        "hand-ups and breaks": year.hand_ups.figures(),
        "notices and heads-ups": year.announcements.figures(),
        "quotes for the sponsor": year.voice.figures(),
        "shadowing sessions": sum(beside),
        "shadowing spread over agents (Gini)": measures.gini(beside),
        "nudges to leaders": led,
        "nudges to agents": sum(judge.days.values()) - led - sponsored,
        "nudges per leader and working day: mean": round(led / max(working, 1), 3),
        "nudges per person and day: maximum": max(judge.days.values(), default=0),
        "days over the budget of 2": judge.over_budget,
        "days over it with the questions on the afternoon of a promise": judge.over_budget_with_last_calls,
        "nudges out of hours": len(judge.wrong["nudges"]),
        "other messages started by the bot, out of hours": sum(
            len(each) for what, each in judge.wrong.items() if what != "nudges"
        ),
        "to someone ill or away without the bot knowing": judge.unaware,
        "messages started by the bot, by kind": dict(sorted(judge.said.items())),
        "nudges answered, snoozed, declined, ignored": {
            mood or "all": _answers(ledger.counts(mood=mood)) for mood in ("", *MOODS)
        },
        "kinds muted": ledger.muted,
        "days until an ignored kind came again, by how many ignored in a row": {
            kind: ledger.gaps(kind) for kind in ("one-on-ones due", "coverage", "whom to shadow")
        },
        "messages to people": judge.posts,
        "messages in the channel": year.channel_posts,
        "out of hours": sorted(each for found in judge.wrong.values() for each in found),
        "refused": dict(sorted(ledger.refused.items())),
    }


def of_weekly(weekly: Weekly, working: int) -> Figures:
    return {
        **of_meetings(weekly.series),
        "nudges to leaders": weekly.said,
        "nudges per leader and working day: mean": round(weekly.said / max(working, 1), 3),
        "nudges per person and day: maximum": 1,
        "days over the budget of 2": 0,
        "nudges out of hours": len(weekly.wrong),
        "messages to people": weekly.said,
        "messages in the channel": 0,
    }


def _answers(counts: Mapping[str, int]) -> list[int]:
    return [counts.get(each, 0) for each in ("answered", "snoozed", "declined", "ignored")]


def rows(bot: Figures, weekly: Figures) -> list[tuple[str, str, str]]:
    """Return the table's rows: one row per figure, or one per value if a figure has several values."""
    found: list[tuple[str, str, str]] = [("", "Steward", "a weekly reminder")]
    for name, value in bot.items():
        if name in ("out of hours", "refused"):
            continue
        other = weekly.get(name)
        if isinstance(value, dict):
            others = other if isinstance(other, dict) else {}
            found.append((name, "", ""))
            found += [(f"  {each}", _told(one), _told(others.get(each))) for each, one in value.items()]
        else:
            found.append((name, _told(value), _told(other)))
    return found


def _told(value: Any) -> str:
    match value:
        case None:
            return NONE
        case [int(kept), int(of)] if kept <= of:
            return f"{kept} of {of}" + (f", {100 * kept / of:.0f} %" if of else "")
        case [*several]:
            return ", ".join(_told(each) for each in several)
        case dict():
            return "; ".join(f"{name}: {_told(each)}" for name, each in value.items()) or NONE
        case float():
            return f"{value:.3g}"
    return str(value)


def plain(lines: Sequence[tuple[str, str, str]]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(3)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
                     for line in lines)  # fmt: skip
