// Buttons. A press sends an action; link buttons also open the URL; workflow buttons only say what they would do.

import { safe } from "../mrkdwn/angles.js";
import { h, svg } from "./dom.js";
import { said } from "./text.js";

const LOOKS = { primary: "bk-primary", danger: "bk-danger" };
const TRASH = "M3 5h14M8 5V3h4v2M5 5l1 12h8l1-12M8.5 8.5v5M11.5 8.5v5";
const THUMB = "M3 9h3v8H3zM6 9l4-6c2 0 2 2 1.5 4.5H16c1 0 1.5 1 1 2l-1.5 6c-.2 1-1 1.5-2 1.5H6z";

function button(use) {
  const { element, names } = use;
  const href = element.url && safe(element.url);
  const attributes = {
    class: look(element),
    "aria-label": element.accessibility_label,
    onclick: (event) => press(event, use, element.value, href),
  };
  const words = said(element.text, names);
  if (!href) return h("button", { ...attributes, type: "button" }, words);
  return h("a", { ...attributes, href, target: "_blank", rel: "noopener noreferrer" }, words);
}

const look = ({ style }) => ["bk-button", LOOKS[style]].filter(Boolean).join(" ");

/** Ignores further presses while one is handled, and asks for confirmation if the element requires it. */
async function press(event, use, value, href) {
  const node = event.currentTarget;
  if (node.hasAttribute("aria-busy")) return event.preventDefault();
  if (use.element.confirm) {
    event.preventDefault();
    if (!(await use.isAgreed())) return undefined;
    if (href) window.open(href, "_blank", "noopener,noreferrer");
  }
  return use.act(value, node);
}

function workflow({ element, names }) {
  const note = h("span", { class: "bk-quiet", role: "status" });
  const show = () => note.replaceChildren("Workflows run in Slack itself, not here.");
  const words = said(element.text, names);
  const label = element.accessibility_label;
  return h(
    "span",
    { class: "bk-with-note" },
    h("button", { type: "button", class: look(element), "aria-label": label, onclick: show }, words),
    note,
  );
}

function icon(use) {
  const { element, names } = use;
  const seen = element.visible_to_user_ids;
  if (seen && !seen.includes(names.me)) return null;
  return iconButton(TRASH, element.accessibility_label ?? said(element.text, names), {
    onclick: (event) => press(event, use, element.value),
  });
}

function feedback(use) {
  const { positive_button: good, negative_button: bad } = use.element;
  const rate = (event, { value }) => {
    const node = event.currentTarget;
    for (const each of node.parentNode.children) each.setAttribute("aria-pressed", String(each === node));
    return press(event, use, value);
  };
  const one = (given, className) =>
    iconButton(THUMB, given.accessibility_label ?? said(given.text, use.names), {
      "aria-pressed": "false",
      class: className,
      onclick: (event) => rate(event, given),
    });
  return h("span", { class: "bk-feedback" }, one(good, "bk-icon"), one(bad, "bk-icon bk-down"));
}

function iconButton(path, label, attributes) {
  const drawing = svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: path }));
  return h("button", { class: "bk-icon", ...attributes, type: "button", "aria-label": label, title: label }, drawing);
}

export const BUTTONS = { button, workflow_button: workflow, icon_button: icon, feedback_buttons: feedback };
