// The confirmation dialog of an element.

import { h, newId } from "./dom.js";
import { said, text } from "./text.js";

/** Resolves to whether the person confirms; Escape cancels. */
export function confirmed(confirm, names) {
  const dialog = dialogOf(confirm, names);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

function dialogOf(confirm, names) {
  const [title, words] = [newId(), newId()];
  const close = (answer) => () => dialog.close(answer);
  const look = confirm.style === "danger" ? "bk-danger" : "bk-primary";
  const dialog = h(
    "dialog",
    { class: "bk-dialog", role: "alertdialog", "aria-labelledby": title, "aria-describedby": words },
    h("h2", { id: title }, said(confirm.title, names)),
    h("div", { id: words }, text(confirm.text, names)),
    h(
      "div",
      { class: "bk-dialog-buttons" },
      h("button", { type: "button", class: "bk-button", onclick: close("no") }, said(confirm.deny, names)),
      h(
        "button",
        { type: "button", class: `bk-button ${look}`, autofocus: true, onclick: close("yes") },
        said(confirm.confirm, names),
      ),
    ),
  );
  return dialog;
}
