// Editing one's own message in place.

import { act } from "./api.js";
import { button, el } from "./dom.js";
import { tried } from "./say.js";
import { asTyped } from "./typed.js";
import { world } from "./world.js";

export function editIn(item, channel, message) {
  const content = item.querySelector(".content");
  const text = el("textarea", { "aria-label": "Edit message", rows: "2" });
  text.value = asTyped(message.text);
  const end = () => (form.replaceWith(content), item.focus());
  const save = async () => {
    const said = { user: world.me.id, channel, ts: message.ts, text: text.value.trim() };
    if (said.text && (await tried(() => act("messages/edit", said)))) end();
  };
  const onkeydown = (event) => {
    if (event.key === "Escape") end();
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const ends = el("div", { class: "ends" }, button("Cancel", end), button("Save", save, { class: "primary" }));
  const form = el("div", { class: "editing", onkeydown }, text, ends);
  content.replaceWith(form);
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
}
