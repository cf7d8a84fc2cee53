"""Validation rules for tables, data tables and charts."""

from typing import Any

from sandbox.blocks.rich_text import RICH_TEXT
from sandbox.blocks.validators import (
    FLAG,
    ID,
    Problem,
    Rule,
    all_of,
    by_type,
    items,
    must,
    number,
    record,
    string,
    word,
)

MOST_CELL_TEXT = 20_000

RAW_TEXT = record({"text": string()}, emoji=FLAG)
RAW_NUMBER = record({"value": number(whole=False), "text": string()})
CELL = by_type({"raw_text": RAW_TEXT, "rich_text": RICH_TEXT})
DATA_CELL = by_type({"raw_text": RAW_TEXT, "raw_number": RAW_NUMBER, "rich_text": RICH_TEXT})
HEADER_CELL = by_type({"raw_text": RAW_TEXT, "raw_number": RAW_NUMBER})
COLUMN = record(align=word("left", "center", "right"), is_wrapped=FLAG)

TABLE = record({"rows": items(items(CELL, 1, 20), 1, 100)}, column_settings=items(COLUMN, 0, 20), block_id=ID)


def _text_of(value: Any) -> int:
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(_text_of(each) for each in value.values())
    return sum(_text_of(each) for each in value) if isinstance(value, list) else 0


def _header_first(rows: Any, at: str, found: list[Problem]) -> None:
    for column, cell in enumerate(rows[0]):
        HEADER_CELL(cell, f"{at}/0/{column}", found)


DATA_ROWS = all_of(
    items(items(DATA_CELL, 1, 20), 2, 201),
    must(lambda rows: len({len(row) for row in rows}) == 1, "all rows must have the same number of cells"),
    _header_first,
    must(lambda rows: _text_of(rows) <= MOST_CELL_TEXT, f"must be less than {MOST_CELL_TEXT + 1} characters"),
)
DATA_TABLE = record(
    {"rows": DATA_ROWS, "caption": string()},
    page_size=number(1, 100),
    row_header_column_index=number(0, 19),
    block_id=ID,
)

LABEL = string(20)
UNIQUE = "must contain unique items"


def _unique(key: str | None = None) -> Rule:
    def holds(values: Any) -> bool:
        names = [value[key] if key else value for value in values]
        return len(set(names)) == len(names)

    return must(holds, UNIQUE)


SEGMENT = record(
    {
        "label": LABEL,
        "value": all_of(number(whole=False), must(lambda value: value > 0, "must be greater than 0")),
    }
)
POINT = record({"label": LABEL, "value": number(whole=False)})
SERIES = record({"name": LABEL, "data": items(POINT, 1, 20)})
AXIS = record({"categories": all_of(items(LABEL, 1, 20), _unique())}, x_label=string(50), y_label=string(50))


def _complete(chart: Any) -> bool:
    categories = sorted(chart["axis_config"]["categories"])
    return all(sorted(point["label"] for point in series["data"]) == categories for series in chart["series"])


AXIS_CHART = all_of(
    record({"series": all_of(items(SERIES, 1, 12), _unique("name")), "axis_config": AXIS}),
    must(_complete, "every series must have one point for each category"),
)
CHARTS: dict[str, Rule] = {
    "pie": record({"segments": items(SEGMENT, 1, 12)}),
    "bar": AXIS_CHART,
    "area": AXIS_CHART,
    "line": AXIS_CHART,
}
CHART = record({"title": string(50), "chart": by_type(CHARTS)}, block_id=ID)
