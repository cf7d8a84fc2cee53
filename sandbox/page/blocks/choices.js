// Checkboxes and radio buttons.

import { h, newId } from "./dom.js";
import { text } from "./text.js";
import { named } from "./use.js";

function checkboxes(use) {
  const group = h("div", { class: "bk-choices", role: "group", ...asGroup(use) });
  group.append(...use.element.options.map((option) => choice(use, option, "checkbox", newId(), group)));
  return group;
}

function radio(use) {
  const group = h("div", { class: "bk-choices", role: "radiogroup", ...asGroup(use, true) });
  const name = newId();
  group.append(...use.element.options.map((option) => choice(use, option, "radio", name, group)));
  return group;
}

/** Returns a group's attributes. ARIA forbids invalid and required on plain groups; the checkboxes carry them. */
function asGroup(use, isRadio = false) {
  const attributes = { ...named(use), "data-control": isRadio };
  return isRadio ? attributes : { ...attributes, "aria-invalid": null, "aria-required": null };
}

function choice(use, option, type, name, group) {
  const words = newId();
  const note = option.description && newId();
  const box = h("input", {
    type,
    name,
    value: option.value,
    checked: isChosen(use, option),
    "data-control": type === "checkbox",
    "aria-labelledby": words,
    "aria-describedby": note,
    "aria-invalid": type === "checkbox" && use.labels.isInvalid && "true",
    onchange: () => change(use, group),
  });
  return h(
    "label",
    { class: "bk-choice" },
    box,
    text(option.text, use.names, { id: words }),
    note && h("small", { id: note }, text(option.description, use.names)),
  );
}

function isChosen(use, { value }) {
  const now = use.value();
  return Array.isArray(now) ? now.includes(value) : now === value;
}

async function change(use, group) {
  const boxes = [...group.querySelectorAll("input")];
  const ticked = boxes.filter((box) => box.checked).map((box) => box.value);
  const value = use.element.type === "checkboxes" ? ticked : (ticked[0] ?? null);
  if (await use.choose(value, group)) return;
  for (const box of boxes) box.checked = isChosen(use, box);
}

export const CHOICES = { checkboxes, radio_buttons: radio };
