"""The tables of the comparison: the spread of each figure over the teams, and whether its aim is reached."""

from collections.abc import Mapping, Sequence
from statistics import fmean, median

from benchmarks.simulate.comparison.figures import FOLLOWUPS, SECTIONS, Figure, Value
from benchmarks.simulate.comparison.meetings import Share
from benchmarks.simulate.comparison.run import ALONE, REMINDED, REMINDERS_OFF, STEWARD, WORLDS, Results

NONE = "–"
YES, NO = "yes", "NO"
Row = tuple[str, ...]


def tables(results: Results) -> str:
    """Return one table for each model, in plain text."""
    return "\n\n".join(_plain([(model, *WORLDS, "aim"), *rows(results, model)]) for model in results)


def rows(results: Results, model: str) -> list[Row]:
    """Return a model's rows: each figure in every world as its median with minimum and maximum, and its aim."""
    worlds, found = results[model], list[Row]()
    for section, listed in SECTIONS.items():
        found.append((section, *[""] * len(WORLDS), ""))
        for figure in listed:
            cells = [_cell(figure, _values(worlds[world], figure), world) for world in WORLDS]
            found.append((f"  {figure.name}", *cells, aim(figure, results, model)))
    return found


def aim(figure: Figure, results: Results, model: str) -> str:
    """Return what a figure must reach, and whether it does; empty for a figure without an aim."""
    worlds = results[model]
    ours = _values(worlds[STEWARD], figure)
    if figure.better:
        controls = (REMINDED,) if figure.may_equal else (REMINDED, ALONE)
        others = (REMINDERS_OFF,) if figure.name in FOLLOWUPS else controls
        return _verdict(figure, ours, [_values(worlds[other], figure) for other in others])
    bar = figure.at_least if figure.at_least is not None else figure.at_most
    if bar is None or not ours:
        return NONE
    sign = "≥" if figure.at_least is not None else "≤"
    judged = [median(ours)] if figure.is_of_median else ours
    reached = sum(each >= bar if sign == "≥" else each <= bar for each in judged)
    count = "median" if figure.is_of_median else f"{reached} of {len(judged)}"
    return f"{YES if reached == len(judged) else NO}: {sign} {_told(figure, bar)}, {count}"


def _verdict(figure: Figure, ours: Sequence[float], others: Sequence[Sequence[float]]) -> str:
    if not ours or not all(others):
        return NONE
    mean, means = fmean(ours), [fmean(each) for each in others]
    ahead = [(mean - each) * figure.better for each in means]
    beats = all(each >= 0 if figure.may_equal else each > 0 for each in ahead)
    return f"{YES if beats else NO}: mean {_told(figure, mean)}, {', '.join(_told(figure, each) for each in means)}"


def _values(teams: Sequence[Mapping[str, Value]], figure: Figure) -> list[float]:
    return [value for each in teams if (value := each.get(figure.name)) is not None]


def _cell(figure: Figure, values: Sequence[float], world: str) -> str:
    if not values or (figure.is_bots and world != STEWARD):
        return NONE
    told = [_told(figure, each) for each in (median(values), min(values), max(values))]
    return told[0] if len(set(told)) == 1 else f"{told[0]} ({told[1]} to {told[2]})"


def _told(figure: Figure, value: float) -> str:
    return f"{100 * value:.0f} %" if figure.is_share else f"{value:.3g}"


def _plain(lines: Sequence[Row]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def kinds(found: Mapping[str, Mapping[str, Share]]) -> str:
    """Return the table of how many nudges of each kind were acted on, most frequent first, with a column a model."""
    models = list(dict.fromkeys(model for shares in found.values() for model in shares))
    ordered = sorted(found, key=lambda kind: -sum(of for _, of in found[kind].values()))
    lines = [(kind, *(_share(found[kind].get(model, (0, 0))) for model in models)) for kind in ordered]
    return _plain([("nudges acted on, all teams", *models), *lines])


def _share(share: Share) -> str:
    acted, of = share
    return f"{acted} of {of}, {100 * acted / of:.0f} %" if of else NONE


def unreached(results: Results) -> list[str]:
    """Return every aim that is not reached, one line each."""
    return [
        f"{model}: {figure.name}: {told.removeprefix(f'{NO}: ')}"
        for model in results for listed in SECTIONS.values() for figure in listed
        if (told := aim(figure, results, model)).startswith(NO)
    ]  # fmt: skip
