"""Tests of CSV files: letters and columns survive, and no cell can start a formula; LibreOffice agrees."""

import csv
import io
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.tables import to_csv, to_zip

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
WORDS = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
COMMA, SEMICOLON = 44, 59
HEADER = ("day", "who", "said")
ROWS = [
    ("2031-03-04", "Žofie Ångström", "danke für die Hilfe 🙌"),
    ("2031-03-05", "ben", "=HYPERLINK(A1)"),
    ("2031-03-06", "+44 20", 'a "quoted"; =SUM(A1), and -1'),
    ("2031-03-07", "@ana", "two\nlines\n=A1"),
]


def read(content: bytes) -> list[list[str]]:
    return [*csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))]


def test_file_begins_with_a_byte_order_mark_and_quotes_every_cell() -> None:
    assert to_csv(("a", "b"), [(None, 1.5)]) == b'\xef\xbb\xbf"a","b"\r\n"","1.5"\r\n'


@given(st.text(), st.sampled_from(";,|\t\r\n"), st.text(" ", max_size=3), st.sampled_from("=+@-"))
def test_no_sign_of_a_formula_follows_the_start_of_a_cell_or_a_separator(
    before: str, separator: str, spaces: str, sign: str
) -> None:
    (cell,) = read(to_csv(("said",), [(f"{before}{separator}{spaces}{sign}1",)]))[1]
    assert f"{separator}{spaces}{sign}" not in cell
    assert cell.replace("'", "") == f"{before}{separator}{spaces}{sign}1".replace("'", "")


def test_archive_holds_the_files_with_the_given_time() -> None:
    made = to_zip({"a.csv": b"1", "b.csv": b"2"}, datetime(2031, 3, 4, 10, 30, tzinfo=UTC))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {each.filename: archive.read(each) for each in archive.infolist()} == {"a.csv": b"1", "b.csv": b"2"}
        assert {each.date_time for each in archive.infolist()} == {(2031, 3, 4, 10, 30, 0)}


@pytest.mark.long
@pytest.mark.parametrize("separator", [COMMA, SEMICOLON])
def test_libreoffice_finds_no_formula_whichever_separator_it_splits_at(tmp_path: Path, separator: int) -> None:
    sheet = open_in_office(tmp_path, separator)
    assert [each for each in sheet.iter() if f"{TABLE}formula" in each.attrib] == []


@pytest.mark.long
def test_libreoffice_shows_the_right_letters_in_the_right_columns(tmp_path: Path) -> None:
    rows = [
        ["\n".join("".join(line.itertext()) for line in cell.iter(WORDS)) for cell in row.iter(f"{TABLE}table-cell")]
        for row in open_in_office(tmp_path, COMMA).iter(f"{TABLE}table-row")
    ]
    assert rows[:5] == read(to_csv(HEADER, ROWS))


def open_in_office(folder: Path, separator: int) -> ElementTree.Element:
    """Open the table in LibreOffice, which is told to evaluate formulas, and return the sheet as it stores it."""
    if OFFICE is None:
        pytest.skip("LibreOffice Calc is missing: Debian's libreoffice-calc-nogui")
    (folder / "table.csv").write_bytes(to_csv(HEADER, ROWS))
    options = f"CSV:{separator},34,UTF8,1,,0,false,false,false,false,false,-1,true"
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [OFFICE, profile, "--headless", f"--infilter={options}", "--convert-to", "fods", "table.csv"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert (folder / "table.fods").exists(), done.stderr
    return ElementTree.parse(folder / "table.fods").getroot()
