// The initial values of a form, and the typed values of fields that remain after an update.

import { isRemembered, keyOf, plainOf } from "./blocks/state.js";

const CHOSEN = [
  "selected_date",
  "selected_time",
  "selected_date_time",
  "selected_user",
  "selected_channel",
  "selected_conversation",
  "rich_text_value",
  "selected_users",
  "selected_channels",
  "selected_conversations",
  "files",
  "value",
];

export function begun(view, before) {
  const state = new Map();
  for (const [key, block, element] of fields(view)) {
    const kept = view.state.values[block.block_id]?.[element.action_id];
    const value = kept && plain(element, kept);
    if (kept && !isEmpty(value)) state.set(key, value);
  }
  if (!before) return state;
  const had = new Map(fields(before.view).map(([key, , element]) => [key, element]));
  for (const [key, , element] of fields(view)) {
    const same = had.get(key);
    if (same?.action_id === element.action_id && same.type === element.type && before.state.has(key))
      state.set(key, before.state.get(key));
  }
  return state;
}

const isEmpty = (value) =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);

function fields(view) {
  return view.blocks.flatMap((block) => {
    const elements = [block.element, block.accessory, ...(block.elements ?? [])].filter(isRemembered);
    return elements.map((element) => [keyOf(block, element), block, element]);
  });
}

function plain(element, kept) {
  if ("selected_option" in kept) return kept.selected_option && plainOf(element, kept.selected_option);
  if ("selected_options" in kept) return (kept.selected_options ?? []).map((each) => plainOf(element, each));
  return kept[CHOSEN.find((name) => name in kept)] ?? null;
}
