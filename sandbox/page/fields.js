// What a form holds: the plain values that its blocks begin with, and what is still missing.

const PLAIN = ["value", "selected_date", "selected_time", "selected_date_time", "selected_user", "selected_channel", "selected_conversation", "rich_text_value", "selected_users", "selected_channels", "selected_conversations", "files"];

export function elementsOf(block) {
  return [block.element, block.accessory, ...(block.elements ?? [])].filter((each) => each?.action_id);
}

function plainValue(state) {
  if ("selected_option" in state) return state.selected_option?.value ?? null;
  if ("selected_options" in state) return (state.selected_options ?? []).map((each) => each.value);
  const name = PLAIN.find((each) => each in state);
  return name ? state[name] : null;
}

// The state of a view as plain values by block; what was typed into blocks that stay is kept.
export function begun(view, before = { view: null, state: new Map() }) {
  const state = new Map();
  for (const block of view.blocks) {
    const found = Object.values(view.state.values[block.block_id] ?? {})[0];
    if (found) state.set(block.block_id, plainValue(found));
    if (before.state.has(block.block_id) && isSame(before.view, block)) state.set(block.block_id, before.state.get(block.block_id));
  }
  return state;
}

function isSame(view, block) {
  const was = view?.blocks.find((each) => each.block_id === block.block_id);
  return was && elementsOf(was)[0]?.action_id === elementsOf(block)[0]?.action_id;
}

const isEmpty = (value) => value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);

// Slack's own words beside each required field that is empty.
export function missing(view, state) {
  const required = view.blocks.filter((block) => block.type === "input" && !block.optional);
  return Object.fromEntries(required.filter((block) => isEmpty(state.get(block.block_id))).map((block) => [block.block_id, "Please complete this required field."]));
}

// The values that can be sent: those of blocks which hold one field.
export function filled(view, state) {
  const holds = view.blocks.filter((block) => elementsOf(block).length === 1 && state.has(block.block_id));
  return Object.fromEntries(holds.map((block) => [block.block_id, state.get(block.block_id)]));
}
