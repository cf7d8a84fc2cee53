"""The elements of a chapter in docs/performance.md, and their rendering as Markdown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks import figures


@dataclass(frozen=True)
class Verdict:
    """A target, and whether this run met it."""

    what: str
    bar: str
    found: str
    is_met: bool
    why: str = ""
    """The known reason for missing the target, if any."""

    @property
    def told(self) -> str:
        return "met" if self.is_met else f"missed: {self.why or 'no reason is known'}"


@dataclass(frozen=True)
class Table:
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    text: str = ""


@dataclass(frozen=True)
class Plot:
    """A horizontal bar chart: the median, with a line from minimum to maximum."""

    name: str
    title: str
    unit: str
    bars: Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Chapter:
    title: str
    text: str
    tables: Sequence[Table] = ()
    verdicts: Sequence[Verdict] = ()
    plots: Sequence[Plot] = field(default_factory=tuple)


def table(columns: Sequence[str], found: dict[str, list[float]], first: str, digits: int = 2, text: str = "") -> Table:
    """Build a table of minimum / median / maximum per row, and of each row's ratio to the first row."""
    rows = [
        [name, figures.spread(values, digits), figures.spread(figures.ratios(values, found[first]), 2)]
        for name, values in found.items()
    ]
    return Table(columns, rows, text)


def markdown(chapter: Chapter, folder: str) -> str:
    parts = [f"## {chapter.title}", chapter.text.strip()]
    for each in chapter.tables:
        parts += [each.text.strip()] if each.text else []
        parts.append("\n".join(_row(row) for row in (each.columns, ["---"] * len(each.columns), *each.rows)))
    parts += [f"![{plot.title}]({folder}/{plot.name}.svg)" for plot in chapter.plots]
    return "\n\n".join(parts)


def bars(verdicts: Sequence[Verdict]) -> str:
    rows = [[each.what, each.bar, each.found, each.told] for each in verdicts]
    return "\n".join(_row(row) for row in (["what", "target", "this run", "result"], ["---"] * 4, *rows))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
