// What several choices look like: a row of small labels that can be taken away.

import { h } from "./dom.js";

/** Fill `row` with a chip for each label; `remove(number)` takes one away. */
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
