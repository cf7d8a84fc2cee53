"""Rendering of messages and forms as plain text for a reviewer, a few lines per block, without ids."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from itertools import groupby
from typing import Any

from slackblocks import Block, Element, ModalView

from bot.nudges.cards import Item
from bot.slack.mrkdwn import DATE
from bot.slack.post import Post, Step

Json = dict[str, Any]
LIMITS = ("max_length", "min_value", "max_value")
LONGEST_SIGN = 20
"""Maximum length, in characters, of an emoji at the start of a text."""


def render(shown: object) -> Iterator[str]:
    """Yield the lines of a message or form that `bot.messages` returns; dates are shown as their fallback text."""
    yield from (DATE.sub(r"\1", line) for line in _lines(shown))


def _lines(shown: object) -> Iterator[str]:
    match shown:
        case None:
            yield "(nothing)"
        case str():
            yield from shown.splitlines() or ["(empty)"]
        case bytes():
            yield from shown.decode("utf-8-sig").replace("\r\n ", "").splitlines()
        case Post():
            yield from message(shown.text, [block._resolve() for block in shown.blocks])
        case ModalView():
            yield from _view(shown.to_dict())
        case {"type": "home", "blocks": blocks}:
            yield from _blocks(blocks)
        case Block():
            yield from _block(shown._resolve())
        case Element():
            yield _element(shown._resolve())
        case Item():
            yield from _item(shown)
        case Step():
            yield f"{shown.becomes} in {shown.to.conversation}"
            yield from _prefixed("  ", "\n".join(render(shown.post)))
        case dict():
            yield from (f"{name}: {value}" for name, value in shown.items())
        case tuple() | list():
            yield from _several(shown)
        case _ if is_dataclass(shown):
            for field in fields(shown):
                yield from _prefixed(f"{field.name}: ", "\n".join(render(getattr(shown, field.name))))
        case _:
            yield str(shown)


def _several(shown: Sequence[object]) -> Iterator[str]:
    """Yield buttons in one row, and anything else one below the other."""
    if not shown:
        yield "(nothing)"
    elif all(isinstance(each, Element) for each in shown):
        yield " ".join(line for each in shown for line in render(each))
    else:
        for each in shown:
            yield from render(each)


def _prefixed(prefix: str, text: str) -> Iterator[str]:
    """Yield the lines of a text, the first with a prefix, the others indented by its length."""
    for number, line in enumerate(text.split("\n")):
        yield f"{prefix if number == 0 else ' ' * len(prefix)}{line}".rstrip()


def _item(item: Item) -> Iterator[str]:
    yield from _prefixed("", item.text)
    if item.buttons:
        yield " ".join(_element(button._resolve()) for button in item.buttons)
    for row in item.rows:
        yield from _prefixed("| ", row.text)
        yield from ["  " + " ".join(_element(button._resolve()) for button in row.buttons)] if row.buttons else []
    yield from _prefixed("why: ", item.why)


def message(text: str, blocks: Sequence[Json]) -> Iterator[str]:
    """Yield a message's notification text, then its blocks, leaving out what the text and a block both say."""
    told = [each["text"]["text"] for each in blocks if each["type"] == "section"]
    is_all = len(told) > 1 and " ".join(told).split() == text.split()
    yield from ["text: (what the sections say)"] if is_all else _prefixed("text: ", text)
    yield from _blocks(blocks, text)


def _view(view: Json) -> Iterator[str]:
    buttons = [f"[{view[name]['text']}]" for name in ("submit", "close") if view.get(name)]
    yield " ".join([f"form: {view['title']['text']}", *buttons])
    yield from _blocks(view["blocks"])


def _blocks(blocks: Sequence[Json], above: str = "") -> Iterator[str]:
    """Yield the lines of each block; of a run of equal blocks only once, with their number."""
    for lines, same in groupby([*_block(block, above)] for block in blocks):
        yield from lines
        if (times := len([*same])) > 1:
            yield f"({times} times)"


def _block(block: Json, above: str = "") -> Iterator[str]:
    match block:
        case {"type": "header", "text": text}:
            yield f"# {text['text']}"
        case {"type": "section"}:
            yield from _section(block, above)
        case {"type": "context", "elements": elements}:
            yield from _prefixed("· ", "  ".join(each.get("text") or each["alt_text"] for each in elements))
        case {"type": "actions", "elements": elements}:
            yield " ".join(map(_element, elements))
        case {"type": "input"}:
            optional = " (optional)" if block.get("optional") else ""
            yield f"{block['label']['text']}{optional}: {_element(block['element'])}"
            if hint := block.get("hint"):
                yield f"  ({hint['text']})"
        case {"type": "divider"}:
            yield "---"
        case {"type": "data_visualization", "title": title, "chart": {"series": series}}:
            yield f"chart: {title}"
            yield from (f"  {each['name']}: {_points(each['data'])}" for each in series)
        case _:
            yield str(block)


def _points(data: Sequence[Json]) -> str:
    return ", ".join(f"{point['label']} {point['value']}" for point in data if point["value"])


def _section(block: Json, above: str) -> Iterator[str]:
    texts = [each["text"] for each in [*([block["text"]] if block.get("text") else []), *block.get("fields", [])]]
    for text in texts:
        yield from (f"| {line}".rstrip() for line in _unrepeated(text, above).split("\n"))
    if accessory := block.get("accessory"):
        yield f"  {_element(accessory)}"


def _unrepeated(text: str, above: str) -> str:
    """Return a text, abbreviated if it only repeats the text above, possibly after an emoji."""
    sign = text.removesuffix(above)
    return f"{sign}(the text above)" if above and sign != text and len(sign) < LONGEST_SIGN else text


def _element(element: Json) -> str:
    match element:
        case {"type": "button"}:
            return f"[{element['text']['text']}{_link(element)}]{_confirm(element)}"
        case {"type": "radio_buttons" | "checkboxes"}:
            return _choices(element)
        case {"type": "overflow", "options": options}:
            return f"[… {_options(options)}]{_confirm(element)}"
    given = [_given(element), *([f"options: {_options(found)}"] if (found := _all_options(element)) else [])]
    return f"<{'; '.join(filter(None, [element['type'].replace('_', ' '), *given]))}>{_confirm(element)}"


def _given(element: Json) -> str:
    """Return the initial value, the placeholder and the limits of an input."""
    names = [name for name in element if name.startswith("initial_")]
    now = [f"now {_value(element[name])}" for name in names if element[name]]
    hints = [f"placeholder “{element['placeholder']['text']}”"] if element.get("placeholder") else []
    limits = [f"{name.replace('_', ' ')} {element[name]}" for name in LIMITS if name in element]
    return "; ".join([*now, *hints, *limits])


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    return str(value["text"]["text"]) if isinstance(value, dict) else f"“{' ⏎ '.join(value.splitlines())}”"


def _choices(element: Json) -> str:
    chosen = element.get("initial_options") or [element.get("initial_option")]
    return " ".join(f"({'x' if option in chosen else ' '}) {_option(option)}" for option in element["options"])


def _all_options(element: Json) -> list[Json]:
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(option for group in groups for option in group["options"])]


def _options(options: Sequence[Json]) -> str:
    return " / ".join(map(_option, options))


def _option(option: Json) -> str:
    return str(option["text"]["text"]) + (f" ({option['description']['text']})" if option.get("description") else "")


def _link(element: Json) -> str:
    return f" → {element['url']}" if element.get("url") else ""


def _confirm(element: Json) -> str:
    if not (asked := element.get("confirm")):
        return ""
    title, text, yes, no = (asked[name]["text"] for name in ("title", "text", "confirm", "deny"))
    return f" asks “{title}: {text}” [{yes}] [{no}]"
