"""CSV files that spreadsheets open with the right letters and columns, and in which no cell can start a formula."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

FORMULA = re.compile(r"(?:^|[;,|\t\r\n])(?= *[=+@\uff1d\uff0b\uff0d\uff20\t\r-])")
"""The places in a cell after which a spreadsheet could read a formula, whichever separator it splits at."""


def to_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as CSV with every cell quoted; None becomes an empty cell.

    It has a byte-order mark so that Excel reads UTF-8, and no `sep=` line, because Excel would then ignore the mark.
    """
    file = io.StringIO(newline="")
    table = csv.writer(file, quoting=csv.QUOTE_ALL)
    table.writerow(header)
    table.writerows([_cell(value) for value in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    """Return a cell's text; an apostrophe makes a formula harmless."""
    said = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    return FORMULA.sub(lambda found: f"{found[0]}'", said)


def to_zip(files: Mapping[str, bytes], at: datetime) -> bytes:
    """Return a ZIP archive of files by name, all with the time `at`."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()
