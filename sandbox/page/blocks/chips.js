// Chips: a row of removable labels for the selected options.

import { h } from "./dom.js";

/** Fills `row` with one chip per label; `remove(number)` is called to remove one. */
export function chips(row, labels, remove) {
  row.hidden = labels.length === 0;
  row.replaceChildren(...labels.map((label, number) => chip(label, () => remove(number))));
}

function chip(label, remove) {
  const take = (event) => {
    event.stopPropagation();
    remove();
  };
  const cross = h("button", { type: "button", "aria-label": `Remove ${label}`, onclick: take }, "×");
  return h("span", { class: "bk-chip", role: "listitem" }, label, cross);
}
