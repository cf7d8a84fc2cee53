"""Combinators for validation rules: each rule checks a value, and reports problems in Slack's wording."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class Problem(NamedTuple):
    """A validation error in Slack's wording, and the JSON pointer to the invalid value."""

    message: str
    pointer: str = ""

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]" if self.pointer else self.message


Rule = Callable[[Any, str, list[Problem]], None]
BOTH_TEXTS = ("mrkdwn", "plain_text")


def must(holds: Callable[[Any], bool], message: str) -> Rule:
    """Return a rule that reports `message` unless `holds` is true of the value."""

    def rule(value: Any, at: str, found: list[Problem]) -> None:
        if not holds(value):
            found.append(Problem(message, at))

    return rule


def all_of(*rules: Rule) -> Rule:
    """Return a rule that applies rules in order and stops after the first that reports a problem."""

    def rule(value: Any, at: str, found: list[Problem]) -> None:
        before = len(found)
        for each in rules:
            each(value, at, found)
            if len(found) > before:
                return

    return rule


def string(most: int = 0, least: int = 1) -> Rule:
    rules = [must(lambda value: isinstance(value, str), "must provide a string")]
    if least:
        rules.append(must(lambda value: len(value) >= least, f"must be more than {least - 1} characters"))
    if most:
        rules.append(must(lambda value: len(value) <= most, f"must be less than {most + 1} characters"))
    return all_of(*rules)


def pattern(regex: str, message: str) -> Rule:
    return all_of(string(), must(lambda value: re.fullmatch(regex, value) is not None, message))


def word(*allowed: str) -> Rule:
    return all_of(string(least=0), must(lambda value: value in allowed, "must be a valid enum value"))


FLAG: Rule = must(lambda value: isinstance(value, bool), "must provide a boolean")
URL: Rule = pattern(r"(https?|slack|mailto):\S{1,3000}", "must be a valid URL")
ID = string(255)


def number(least: float | None = None, most: float | None = None, whole: bool = True) -> Rule:
    kinds: tuple[type, ...] = (int,) if whole else (int, float)
    name = "an integer" if whole else "a number"
    rules = [must(lambda value: type(value) in kinds, f"must provide {name}")]
    if least is not None:
        rules.append(must(lambda value: value >= least, f"must be greater than {least - 1}"))
    if most is not None:
        rules.append(must(lambda value: value <= most, f"must be less than {most + 1}"))
    return all_of(*rules)


def items(each: Rule, least: int = 1, most: int | None = None) -> Rule:
    """Return a rule for a list of `least` to `most` items that applies `each` to every item."""

    def rule(value: Any, at: str, found: list[Problem]) -> None:
        if not isinstance(value, list):
            return found.append(Problem("must provide an array", at))
        if len(value) < least:
            found.append(Problem(f"must provide at least {least} items", at))
        if most is not None and len(value) > most:
            return found.append(Problem(f"no more than {most} items allowed", at))
        for number, item in enumerate(value):
            each(item, f"{at}/{number}", found)
        return None

    return rule


def record(needed: Mapping[str, Rule] | None = None, /, **optional: Rule) -> Rule:
    """Return a rule for an object with these required and optional properties, plus `type`, and no others."""
    needed = needed or {}
    known = {**needed, **optional}

    def rule(value: Any, at: str, found: list[Problem]) -> None:
        if not isinstance(value, dict):
            return found.append(Problem("must provide an object", at))
        for name in value.keys() - known.keys() - {"type"}:
            found.append(Problem(f"invalid additional property: {name}", at))
        for name, check in known.items():
            if value.get(name) is not None:
                check(value[name], f"{at}/{name}", found)
            elif name in needed:
                found.append(Problem(f"missing required field: {name}", at))
        return None

    return rule


def by_type(rules: Mapping[str, Rule]) -> Rule:
    """Return a rule for an object whose `type` selects the rule to apply."""

    def rule(value: Any, at: str, found: list[Problem]) -> None:
        if not isinstance(value, dict):
            return found.append(Problem("must provide an object", at))
        kind = value.get("type")
        if kind is None:
            return found.append(Problem("missing required field: type", at))
        if not isinstance(kind, str) or kind not in rules:
            return found.append(Problem(f"unsupported type: {kind}", f"{at}/type"))
        return rules[kind](value, at, found)

    return rule


def text(most: int = 3000, *kinds: str) -> Rule:
    """Return a rule for a text object of the given types, by default `plain_text` or `mrkdwn`."""
    plain = record({"text": string(most)}, emoji=FLAG)
    mrkdwn = record({"text": string(most)}, verbatim=FLAG)
    kinds = kinds or BOTH_TEXTS
    check = by_type({kind: plain if kind == "plain_text" else mrkdwn for kind in kinds})

    def rule(value: Any, at: str, found: list[Problem]) -> None:
        wrong: list[Problem] = []
        check(value, at, wrong)
        if wrong and len(kinds) > 1:
            found.append(Problem("failed to match all allowed schemas", at))
        found += wrong

    return rule


def plain(most: int) -> Rule:
    return text(most, "plain_text")


def one_of(*names: str) -> Rule:
    """Return a rule that requires exactly one of these properties."""
    listed = " or ".join(f"`{name}`" for name in names)
    return all_of(
        must(lambda value: any(value.get(name) is not None for name in names), f"must provide {listed}"),
        must(
            lambda value: sum(value.get(name) is not None for name in names) == 1,
            f"must provide only one of {listed}",
        ),
    )
