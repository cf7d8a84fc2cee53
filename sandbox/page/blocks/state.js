// Form state: plain values by block, in the format for submitting a form.

const INITIAL = {
  plain_text_input: "initial_value",
  email_text_input: "initial_value",
  url_text_input: "initial_value",
  number_input: "initial_value",
  rich_text_input: "initial_value",
  datepicker: "initial_date",
  timepicker: "initial_time",
  datetimepicker: "initial_date_time",
  users_select: "initial_user",
  channels_select: "initial_channel",
  conversations_select: "initial_conversation",
  multi_users_select: "initial_users",
  multi_channels_select: "initial_channels",
  multi_conversations_select: "initial_conversations",
  file_input: "initial_files",
  static_select: "initial_option",
  external_select: "initial_option",
  radio_buttons: "initial_option",
  multi_static_select: "initial_options",
  multi_external_select: "initial_options",
  checkboxes: "initial_options",
};
const SEVERAL = new Set(["checkboxes", "file_input"]);

export const isExternal = ({ type }) => type.endsWith("external_select");
export const isSeveral = ({ type }) => type.startsWith("multi_") || SEVERAL.has(type);
export const isRemembered = (element) => Object.hasOwn(INITIAL, element?.type ?? "");

/** Returns the state key of an element: the block id, or the action id if the block has several elements. */
export function keyOf(block, element) {
  return remembered(block).length > 1 ? element.action_id : block.block_id;
}

/** Returns an element's initial plain value. */
export function initial(element) {
  const value = element[INITIAL[element.type]] ?? (isSeveral(element) ? [] : null);
  if (!INITIAL[element.type].startsWith("initial_option")) return value;
  return Array.isArray(value) ? value.map((option) => plainOf(element, option)) : value && plainOf(element, value);
}

/** Returns an option's plain value. One suggested by the app stays a whole object, because only it has the label. */
export function plainOf(element, option) {
  return isExternal(element) ? option : option.value;
}

/** Returns the values of these blocks only, in the format of `/sandbox/views/submit`. */
export function values(blocks, state) {
  const found = {};
  for (const block of blocks) {
    for (const element of remembered(block)) {
      const key = keyOf(block, element);
      found[key] = state.has(key) ? state.get(key) : initial(element);
    }
  }
  return found;
}

function remembered(block) {
  return [block.element, block.accessory, ...(block.elements ?? [])].filter(isRemembered);
}
