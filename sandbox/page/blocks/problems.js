// Client-side form validation, as Slack does it before it submits to the app.

import { initial, keyOf } from "./state.js";

const MAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Returns `{block_id: text}` for the input blocks with invalid values. */
export function problems(blocks, state) {
  const found = {};
  for (const block of blocks) {
    if (block.type !== "input") continue;
    const key = keyOf(block, block.element);
    const value = state.has(key) ? state.get(key) : initial(block.element);
    const problem = isEmpty(value) ? missing(block) : CHECKS[block.element.type]?.(value, block.element);
    if (problem) found[block.block_id] = problem;
  }
  return found;
}

const isEmpty = (value) => value == null || value === "" || (Array.isArray(value) && value.length === 0);
const missing = ({ optional }) => (optional ? undefined : "Please complete this required field.");

function length(value, { min_length: least = 0, max_length: most = Infinity }) {
  const count = [...value].length;
  if (count < least) return `Please enter at least ${least} characters.`;
  return count > most ? `Please enter no more than ${most} characters.` : undefined;
}

function number(value, { is_decimal_allowed: isDecimal, min_value: least, max_value: most }) {
  const wanted = isDecimal ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/;
  if (!wanted.test(value)) return isDecimal ? "Please enter a number." : "Please enter a whole number.";
  if (least != null && Number(value) < Number(least)) return `Please enter a number of at least ${least}.`;
  return most != null && Number(value) > Number(most) ? `Please enter a number of at most ${most}.` : undefined;
}

const CHECKS = {
  plain_text_input: length,
  number_input: number,
  email_text_input: (value) => (MAIL.test(value) ? undefined : "Please enter a valid email address."),
  url_text_input: (value) => (URL.canParse(value) ? undefined : "Please enter a valid URL."),
};
