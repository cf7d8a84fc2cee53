"""The steps in docs/rituals.md that add a ritual with one data file, run on a copy of the project."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.features.rituals import models, queries
from bot.features.rituals.catalog import load_templates
from tests.harness import Slack

HERE = Path(__file__).parents[4]
PAGE = (HERE / "docs" / "rituals.md").read_text()
STEPS = PAGE.partition("## Add a ritual by one data file")[2].partition("What the fields mean")[0]


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", STEPS, re.DOTALL)
    return "".join(f"{line.removeprefix('   ')}\n" for line in found.rstrip().splitlines())


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the project with the ritual file from the first step of the docs."""
    for part in ("bot", "handlers", "schedules"):
        shutil.copytree(HERE / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HERE / "app.yaml", tmp_path)
    (name,) = re.findall(r"`(bot/features/rituals/recipes/\w+\.yaml)`", STEPS)
    (tmp_path / name).write_text(block("yaml"))
    return tmp_path


def run(copy: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=copy, capture_output=True, text=True, check=False)


def test_ritual_file_in_the_docs_is_listed_by_the_command_in_the_docs(copy: Path) -> None:
    program, *words = block("sh").split()
    assert program == ".venv/bin/steward"

    listed = run(copy, "-m", "bot", *words)

    assert listed.returncode == 0, listed.stderr
    assert block("text") in listed.stdout


async def test_ritual_file_in_the_docs_appears_in_slack(
    copy: Path, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = load_templates(copy / "bot/features/rituals/recipes")
    for module in (models, queries):
        monkeypatch.setattr(module, "load_catalog", lambda: found)

    shown = await slack.command("maya", "rituals", word="/funtank")

    (name,) = re.findall(r"shows \*(.*?)\* among those", STEPS)
    _, _, others = str(shown.ack["blocks"]).partition("More rituals")
    assert f"*{name}*" in others
    assert others.count("rituals:on") == sum(not each.default for each in found.values())


@pytest.mark.long
def test_mistake_in_a_ritual_file_is_reported_by_the_command_in_the_docs(copy: Path) -> None:
    (file,) = (copy / "bot/features/rituals/recipes").glob("desk_tour.yaml")
    file.write_text(file.read_text().replace("2TU", "2 Tuesdays"))

    listed = run(copy, "-m", "bot", "rituals")

    assert listed.returncode == 2
    assert listed.stderr.startswith("desk_tour.yaml, line 4, when: I can't read this rule")
