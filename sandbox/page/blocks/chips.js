// What several choices look like: a row of small labels that can be taken away.

import { h } from "./dom.js";

/** Fill `row` with a chip for each value. */
export function chips(row, values, label, remove) {
  row.hidden = values.length === 0;
  row.replaceChildren(...values.map((value) => chip(label(value), () => remove(value))));
}

function chip(label, remove) {
  const take = (event) => {
    event.stopPropagation();
    remove();
  };
  const cross = h("button", { type: "button", "aria-label": `Remove ${label}`, onclick: take }, "×");
  return h("span", { class: "bk-chip", role: "listitem" }, label, cross);
}
