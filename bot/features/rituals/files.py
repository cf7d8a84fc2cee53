"""A YAML file as its writer reads it: every value is the text that stands there, and every line is known."""

from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, SequenceNode

from bot.errors import OperatorError

Where = tuple[Any, ...]
Lines = dict[Where, int]
"""The line of each value, by the way to it, like `("prompts", 3)`."""


def read(path: Path) -> tuple[Any, Lines]:
    """What a file says. No `yes` becomes true and no `10:00` six hundred: its author meant text."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        lines: Lines = {}
        return _plain(node, (), lines), lines
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise OperatorError(f"{path.name}, line {line}: {error.problem}; words with a colon belong in quotes") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise OperatorError(f"{path.name} is no text that I can read: {error}") from None


def _plain(node: Node | None, where: Where, lines: Lines) -> Any:
    if node is None:
        return {}
    lines[where] = node.start_mark.line + 1
    if isinstance(node, SequenceNode):
        return [_plain(each, (*where, number), lines) for number, each in enumerate(node.value)]
    if isinstance(node, MappingNode):
        return {key.value: _plain(value, (*where, key.value), lines) for key, value in node.value}
    return node.value
