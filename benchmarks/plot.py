"""Bar charts as SVG, in the reader's color scheme, light or dark."""

import statistics
from html import escape

from benchmarks.report import Plot

WIDTH, LEFT, LINE = 760, 300, 30
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600 }
.bar { fill: #0969da } .spread { stroke: #1f2328; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .bar { fill: #4493f8 } .spread { stroke: #e6edf3 }
}"""


def svg(plot: Plot) -> str:
    height = LINE * (len(plot.bars) + 1) + 12
    scale = (WIDTH - LEFT - 90) / max(max(values) for values in plot.bars.values())
    lines = [
        _bar(name, list(values), LINE * (number + 1), scale, plot.unit)
        for number, (name, values) in enumerate(plot.bars.items())
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">\n'
        f"<title>{escape(plot.title)}</title>\n<style>{STYLE}\n</style>\n"
        f'<text class="title" x="0" y="18">{escape(plot.title)}, {escape(plot.unit)}</text>\n'
        + "\n".join(lines)
        + "\n</svg>\n"
    )


def _bar(name: str, values: list[float], top: int, scale: float, unit: str) -> str:
    middle, least, most = statistics.median(values), min(values), max(values)
    centre, end = top + LINE / 2, LEFT + most * scale
    return (
        f'<text x="{LEFT - 10}" y="{centre + 4:.0f}" text-anchor="end">{escape(name)}</text>'
        f'<rect class="bar" x="{LEFT}" y="{top + 6}" width="{middle * scale:.1f}" height="{LINE - 12}" rx="3"/>'
        f'<line class="spread" x1="{LEFT + least * scale:.1f}" x2="{end:.1f}" y1="{centre}" y2="{centre}"/>'
        f'<text x="{end + 8:.1f}" y="{centre + 4:.0f}">{_short(middle)}</text>'
    )


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
