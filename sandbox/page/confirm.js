// Confirmation dialog before an action that cannot be undone.

import { button, el } from "./dom.js";

export function ask(title, words, yes) {
  return new Promise((answer) => {
    const done = (isSure) => () => (box.remove(), answer(isSure));
    const box = el(
      "dialog",
      { class: "confirm", "aria-labelledby": "confirm-title", oncancel: done(false) },
      el("h2", { id: "confirm-title" }, title),
      el("p", {}, words),
      el("div", { class: "ends" }, button("Cancel", done(false)), button(yes, done(true), { class: "danger-button" })),
    );
    document.body.append(box);
    box.showModal();
  });
}
