// Input blocks: label, field, hint and error.

import { h, newId } from "./dom.js";
import { renderElement } from "./elements.js";
import { said } from "./text.js";

const GROUPS = new Set(["checkboxes", "radio_buttons", "file_input"]);

export function input(block, ctx) {
  const { element, label, hint, optional } = block;
  const [control, title, help, wrong] = [newId(), newId(), newId(), newId()];
  const problem = ctx.errors?.[block.block_id];
  const isGroup = GROUPS.has(element.type);
  const labels = {
    id: control,
    labelledBy: title,
    describedBy: hint ? `${help} ${wrong}` : wrong,
    isRequired: !optional,
    isInvalid: Boolean(problem),
  };
  return h(
    "div",
    { class: "bk-input", "data-input": block.block_id },
    h(
      isGroup ? "div" : "label",
      { class: "bk-label", id: title, for: isGroup ? null : control },
      said(label, ctx.names),
      optional && h("span", { class: "bk-quiet" }, " (optional)"),
    ),
    renderElement(block, element, ctx, labels),
    h("p", { class: "bk-error", id: wrong, role: "alert" }, problem),
    hint && h("p", { class: "bk-hint", id: help }, said(hint, ctx.names)),
  );
}

/** Shows the errors `{block_id: text}` at the fields in `root`, clears older ones, and focuses the first. */
export function showErrors(root, errors) {
  for (const field of root.querySelectorAll("[data-input]")) showError(field, errors?.[field.dataset.input]);
  root.querySelector("[data-control][aria-invalid]")?.focus();
}

function showError(field, problem = "") {
  field.querySelector(".bk-error").textContent = problem;
  for (const control of field.querySelectorAll("[data-control]")) {
    if (problem) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
}
