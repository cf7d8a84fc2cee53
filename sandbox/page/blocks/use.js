// The context of an element: its value, its labels, and how to send actions.

import { confirmed } from "./confirm.js";
import { h } from "./dom.js";
import { initial, isRemembered, isSeveral, keyOf } from "./state.js";

/**
 * The context of one element. `labels` has `id`, `labelledBy`, `label`, `describedBy`, `isRequired`, `isInvalid`.
 * `choose(value, node)` confirms, stores and sends a value; it resolves to false if the person cancels.
 */
export function using(block, element, ctx, labels = {}) {
  const key = isRemembered(element) ? keyOf(block, element) : undefined;
  if (key && !ctx.state.has(key)) ctx.state.set(key, first(element, ctx));
  const acts = block.type !== "input" || block.dispatch_action === true;
  const use = {
    block,
    element,
    ctx,
    acts,
    labels,
    names: ctx.names,
    value: () => ctx.state.get(key),
    keep: (value) => ctx.state.set(key, value),
    act: (value, node) => told(use, value, node),
    choose: (value, node) => chosen(use, value, node),
    isAgreed: async () => !element.confirm || !acts || confirmed(element.confirm, ctx.names),
  };
  return use;
}

/** Returns the initial value, or the open conversation if `default_to_current_conversation` is set. */
function first(element, { channel }) {
  const given = initial(element);
  const isGiven = isSeveral(element) ? given.length > 0 : given !== null;
  if (isGiven || !channel || !element.default_to_current_conversation) return given;
  return isSeveral(element) ? [channel] : channel;
}

/** Returns the ARIA attributes that name and describe a control. */
export function named({ labels }) {
  return {
    "data-control": true,
    id: labels.id,
    "aria-label": labels.label,
    "aria-labelledby": labels.labelledBy,
    "aria-describedby": labels.describedBy,
    "aria-required": labels.isRequired && "true",
    "aria-invalid": labels.isInvalid && "true",
  };
}

async function chosen(use, value, node) {
  if (!(await use.isAgreed())) return false;
  use.keep(value);
  if (use.acts) await use.act(value, node);
  return true;
}

async function told({ block, element, ctx }, value, node) {
  const place = node.closest(".bk-block");
  place?.querySelector(".bk-failed")?.remove();
  node.setAttribute("aria-busy", "true");
  try {
    await ctx.act(block, element, value);
  } catch (error) {
    place?.append(h("p", { class: "bk-failed", role: "alert" }, `Something went wrong: ${error?.message ?? error}`));
  } finally {
    node.removeAttribute("aria-busy");
  }
}
