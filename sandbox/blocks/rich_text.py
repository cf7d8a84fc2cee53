"""Validation rules for rich text: sections, lists, quotes, code, and inline elements."""

from sandbox.blocks.elements import DISPATCH
from sandbox.blocks.validators import FLAG, ID, Rule, by_type, items, number, plain, record, string, word

STYLE = record(
    **dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), FLAG)
)
INLINE: dict[str, Rule] = {
    "text": record({"text": string()}, style=STYLE),
    "link": record({"url": string(3000)}, text=string(), unsafe=FLAG, style=STYLE),
    "emoji": record({"name": string()}, unicode=string(), skin_tone=number(1, 6), style=STYLE, display_url=string()),
    "user": record({"user_id": string()}, style=STYLE),
    "usergroup": record({"usergroup_id": string()}, style=STYLE),
    "channel": record({"channel_id": string()}, style=STYLE),
    "team": record({"team_id": string()}, style=STYLE),
    "broadcast": record({"range": word("here", "channel", "everyone")}, style=STYLE),
    "color": record({"value": string()}, style=STYLE),
    "date": record({"timestamp": number(0), "format": string()}, url=string(), fallback=string(), style=STYLE),
}
PIECES = items(by_type(INLINE), 0)
BORDER = number(0, 1)
SECTION = record({"elements": PIECES})
PARTS: dict[str, Rule] = {
    "rich_text_section": SECTION,
    "rich_text_list": record(
        {"style": word("bullet", "ordered"), "elements": items(by_type({"rich_text_section": SECTION}), 0)},
        indent=number(0, 8),
        offset=number(0),
        border=BORDER,
    ),
    "rich_text_quote": record({"elements": PIECES}, border=BORDER),
    "rich_text_preformatted": record({"elements": PIECES}, border=BORDER, language=string()),
}
RICH_TEXT = record({"elements": items(by_type(PARTS), 0)}, block_id=ID)
RICH_TEXT_INPUT = record(
    action_id=ID,
    initial_value=by_type({"rich_text": RICH_TEXT}),
    placeholder=plain(150),
    focus_on_load=FLAG,
    dispatch_action_config=DISPATCH,
    min_lines=number(1, 100),
    max_lines=number(1, 100),
)
