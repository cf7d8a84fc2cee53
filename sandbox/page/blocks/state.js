// What somebody filled in: plain values by block, as a form is submitted with them.

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

/** Where the value of an element stands: under its block, or its own id where a block holds several. */
export function keyOf(block, element) {
  return remembered(block).length > 1 ? element.action_id : block.block_id;
}

/** The plain value before anybody touched it. */
export function initial(element) {
  const value = element[INITIAL[element.type]] ?? (isSeveral(element) ? [] : null);
  if (!INITIAL[element.type].startsWith("initial_option")) return value;
  return Array.isArray(value) ? value.map((option) => plainOf(element, option)) : value && plainOf(element, value);
}

/** An option as a plain value; one that the app suggested stays whole, for nobody else knows its words. */
export function plainOf(element, option) {
  return isExternal(element) ? option : option.value;
}

/** The values of these blocks alone, ready for `/sandbox/views/submit`. */
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
