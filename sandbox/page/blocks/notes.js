// Placeholders for content that cannot be shown.

import { h } from "./dom.js";

export function unknown(type) {
  return h("p", { class: "bk-note" }, `The sandbox does not show “${type ?? "nothing"}”.`);
}

export function broken(type) {
  return h("p", { class: "bk-note bk-broken" }, `This “${type ?? "nothing"}” could not be shown.`);
}
