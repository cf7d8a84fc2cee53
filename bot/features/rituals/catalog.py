"""The catalog of ritual templates, one YAML file each in `recipes/`; docs/rituals.md explains the format."""

import re
from collections.abc import Mapping
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from dateutil.rrule import rrulestr
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator
from yaml.nodes import MappingNode, Node, SequenceNode

from bot.errors import OperatorError
from bot.manifest import YAML_LOADER

FOLDER = Path(__file__).parent / "recipes"
NO_RULE = "I can't read this rule; write one like FREQ=WEEKLY;BYDAY=FR"
NO_TIME = "write the time like 09:30"
NO_END = re.compile("COUNT|UNTIL|BYHOUR")
TOO_OFTEN = re.compile("FREQ=(HOUR|MINUTE|SECOND)LY")
CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")
LONGEST_PROMPT, LONGEST_ANSWER, MOST_ANSWERS = 300, 75, 4
SOME_DAY = datetime(2024, 1, 1)  # noqa: DTZ001


class Prompt(BaseModel):
    """A question that a ritual asks; if there are answers, the first one is correct."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    ask: str = Field(min_length=1, max_length=LONGEST_PROMPT)
    answers: tuple[Annotated[str, Field(min_length=1, max_length=LONGEST_ANSWER)], ...] = ()

    @field_validator("answers")
    @classmethod
    def check_answers(cls, answers: tuple[str, ...]) -> tuple[str, ...]:
        if answers and not 2 <= len(answers) <= MOST_ANSWERS:
            raise ValueError(f"write 2 to {MOST_ANSWERS} answers, the right one first")
        if len({each.casefold() for each in answers}) < len(answers):
            raise ValueError("write each answer only once")
        return answers


KeyPath = tuple[Any, ...]
Lines = dict[KeyPath, int]
"""The line number of each value, by its key path, like `("prompts", 3)`."""


def _asked(said: Any) -> Any:
    return {"ask": said} if isinstance(said, str) else said


def _clock(said: Any) -> Any:
    """Validate a time, and pad it: `9:30` becomes `09:30`."""
    if isinstance(said, str) and not CLOCK.fullmatch(said):
        raise ValueError(NO_TIME)
    return said.rjust(5, "0") if isinstance(said, str) else said


class RitualTemplate(BaseModel):
    """A ritual's texts and prompts, and its default time."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=60)
    about: str = Field("", max_length=200)
    """A short description for people who choose a ritual."""
    emoji: str = Field(":sparkles:", pattern=r"^:[a-z0-9_+-]+:$")
    when: str
    """The RRULE, such as `FREQ=WEEKLY;BYDAY=FR`."""
    at: Annotated[time, BeforeValidator(_clock)]
    default: bool = False
    """Whether the ritual is on for a new team."""
    pack: str = Field("", max_length=60)
    """The pack that the ritual belongs to, if any; all rituals of a pack are switched on or off together."""
    words: str = Field(min_length=1, max_length=1500)
    """The text of the post above the prompt."""
    prompts: tuple[Annotated[Prompt, BeforeValidator(_asked)], ...] = ()

    @field_validator("when")
    @classmethod
    def check_rule_recurs(cls, rule: str) -> str:
        try:
            is_again = rrulestr(rule, dtstart=SOME_DAY).after(SOME_DAY) and not NO_END.search(rule)
        except (ValueError, KeyError, TypeError, AttributeError):
            is_again = False
        if not is_again or TOO_OFTEN.match(rule):
            raise ValueError(NO_RULE)
        return rule

    @field_validator("prompts")
    @classmethod
    def check_prompts_differ(cls, prompts: tuple[Prompt, ...]) -> tuple[Prompt, ...]:
        asked = [each.ask.casefold() for each in prompts]
        for each in asked:
            if asked.count(each) > 1:
                raise ValueError(f"“{each}” is listed twice")
        return prompts


@cache
def load_catalog() -> Mapping[str, RitualTemplate]:
    """Return all ritual templates by file name, without the suffix."""
    return load_templates(FOLDER)


def load_templates(folder: Path) -> dict[str, RitualTemplate]:
    """Load the ritual templates of a folder. Raises `OperatorError` with the line number if a file is invalid."""
    return {path.stem: _load_template(path) for path in sorted(folder.glob("*.yaml"))}


def _load_template(path: Path) -> RitualTemplate:
    said, lines = parse_yaml(path)
    try:
        return RitualTemplate.model_validate(said)
    except ValidationError as error:
        raise OperatorError("\n".join(_explain_error(path, lines, each) for each in error.errors())) from None


def _explain_error(path: Path, lines: Lines, error: Any) -> str:
    """Return an error in a ritual file as a message like `wins.yaml, line 7, prompts: write …`."""
    where = tuple(each for each in error["loc"])
    line = next((lines[where[:end]] for end in range(len(where), -1, -1) if where[:end] in lines), 1)
    what = error["msg"].removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        what = "unknown field; put words with a colon in quotes"
    elif error["type"] == "missing":
        what = "this field is missing"
    return f"{path.name}, line {line}, {where[0] if where else 'the file'}: {what}"


def parse_yaml(path: Path) -> tuple[Any, Lines]:
    """Parse a YAML file, reading every value as text: `yes` is not a boolean, `10:00` not the number 600."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=YAML_LOADER)
        lines: Lines = {}
        return _to_plain(node, (), lines), lines
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise OperatorError(f"{path.name}, line {line}: {error.problem}; put words with a colon in quotes") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise OperatorError(f"{path.name} can't be read as text: {error}") from None


def _to_plain(node: Node | None, where: KeyPath, lines: Lines) -> Any:
    if node is None:
        return {}
    lines[where] = node.start_mark.line + 1
    if isinstance(node, SequenceNode):
        return [_to_plain(each, (*where, number), lines) for number, each in enumerate(node.value)]
    if isinstance(node, MappingNode):
        return {key.value: _to_plain(value, (*where, key.value), lines) for key, value in node.value}
    return node.value
