"""Tests of CONTRIBUTING.md: its recipes are applied, word for word, to a copy of the project."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text()
BLOCK = re.compile(r"^(?:`([\w/.]+)`[^\n]*:\n\n)?```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TOPS = ("bot", "handlers", "schedules", "sandbox", "tests")


def steps() -> Iterator[tuple[str, str, str]]:
    """Yield the file, language and text of each code block in CONTRIBUTING.md."""
    file = ""
    for named, language, text in BLOCK.findall(PAGE):
        file = named or file
        yield file, language, text


def changed(before: str, diff: str) -> str:
    """Return a file's text with a diff applied: lines marked `+` go below the lines before them in the diff."""
    there, added = (
        "".join(f"{line[1:]}\n" for line in diff.splitlines() if line.startswith("+") == is_new)
        for is_new in (False, True)
    )
    head, found, tail = before.partition(there)
    assert found, there
    return f"{head}{found}{added}{tail}"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with all recipes of CONTRIBUTING.md applied."""
    folder = tmp_path_factory.mktemp("contributed")
    for top in TOPS:
        shutil.copytree(ROOT / top, folder / top, ignore=shutil.ignore_patterns("__pycache__", "transcripts"))
    for name in ("app.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    for file, language, text in steps():
        path = folder / file
        path.write_text(changed(path.read_text(), text) if language == "diff" else text)
    return folder


def run(copy: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a Python module in the copy of the project, without the environment of this test run."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    apart = {**ours, "PYTEST_DEBUG_TEMPROOT": str(copy.parent)}
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=copy, env=apart, capture_output=True, text=True, check=False, timeout=300
    )


def test_tests_in_contributing_recipes_pass(copy: Path) -> None:
    done = run(copy, "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", "tests/handlers/test_tea.py")

    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("...."), done.stdout


def test_manifest_and_jobs_agree_with_code_after_contributing_recipes(copy: Path) -> None:
    """Check the manifest against the listeners, and the names of jobs against the jobs."""
    done = run(
        copy, "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", "tests/bot/test_agreement.py", "-k", "names or job"
    )

    assert done.returncode == 0, done.stdout


def test_code_in_contributing_recipes_passes_ruff_and_import_contracts(copy: Path) -> None:
    done = run(copy, "ruff", "check", "--ignore", "I001", "bot", "handlers", "schedules", "tests/handlers/test_tea.py")

    assert done.returncode == 0, done.stdout
    lint = subprocess.run([Path(sys.executable).with_name("lint-imports")], cwd=copy, capture_output=True, check=False)
    assert lint.returncode == 0, lint.stdout.decode()
