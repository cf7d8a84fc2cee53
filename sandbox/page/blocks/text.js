// Text objects: mrkdwn formatted, plain text with its emoji alone.

import { emoji } from "../emoji.js";
import { mrkdwn, plain } from "../mrkdwn.js";
import { decoded } from "../mrkdwn/words.js";
import { h } from "./dom.js";

const NAMES = /:([a-z0-9_+'-]+):/g;

/** The words of a text object, formatted as its type says. */
export function text(object, names, attributes = {}) {
  const isPlain = object.type === "plain_text";
  return h("span", { ...attributes, class: "mrkdwn" }, isPlain ? spelled(object) : mrkdwn(object.text, names));
}

/** The same as one string, for labels. */
export function said(object, names) {
  return object.type === "mrkdwn" ? plain(object.text, names) : spelled(object);
}

function spelled({ text, emoji: isDrawn = true }) {
  const words = decoded(String(text ?? ""));
  return isDrawn ? words.replace(NAMES, (code, name) => emoji(name) ?? code) : words;
}
