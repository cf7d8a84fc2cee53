// Text inputs: text, e-mail, URL, number, rich text, and a placeholder for file inputs.

import { h, newId } from "./dom.js";
import { flat, rich } from "./rich_value.js";
import { said } from "./text.js";
import { named } from "./use.js";

const PAUSE = 400;

const single =
  (type, more = () => ({})) =>
  (use) =>
    field(use, "input", { type, ...more(use.element) });

function words(use) {
  return use.element.multiline ? field(use, "textarea", { rows: 4 }) : field(use, "input", { type: "text" });
}

const limits = ({ is_decimal_allowed: isDecimal, min_value: min, max_value: max }) => ({
  step: isDecimal ? "any" : 1,
  inputmode: isDecimal ? "decimal" : "numeric",
  min,
  max,
});

const AS_TYPED = { shown: (value) => value ?? "", read: (typed) => (typed === "" ? null : typed) };

function formatted(use) {
  const rows = Math.max(use.element.min_lines ?? 4, 2);
  return field(use, "textarea", { rows }, { shown: (value) => flat(value, use.names), read: rich });
}

function field(use, tag, attributes, { shown, read } = AS_TYPED) {
  const { element, names } = use;
  const counter = element.max_length || element.min_length ? h("span", { class: "bk-counter", id: newId() }) : null;
  const name = named(use);
  const placeholder = element.placeholder && said(element.placeholder, names);
  const control = h(tag, {
    class: "bk-field",
    autocomplete: "off",
    autofocus: element.focus_on_load,
    ...attributes,
    ...name,
    placeholder,
    "aria-label": name["aria-label"] ?? (name.id ? null : placeholder),
    "aria-describedby": [name["aria-describedby"], counter?.id].filter(Boolean).join(" ") || null,
  });
  control.value = shown(use.value());
  count(counter, element, control.value);
  control.addEventListener("input", () => {
    use.keep(read(control.value));
    count(counter, element, control.value);
  });
  if (use.acts) tell(use, control);
  return counter ? h("span", { class: "bk-counted" }, control, counter) : control;
}

/** Updates the character counter against the minimum and maximum length. */
function count(counter, { min_length: least = 0, max_length: most }, typed) {
  if (!counter) return;
  const length = [...typed].length;
  counter.classList.toggle("bk-over", length > (most ?? Infinity));
  counter.textContent = most ? `${length} / ${most}` : `${length}, at least ${least}`;
}

/** Sends the value to the app on Enter, or on each character, debounced, as `trigger_actions_on` says. */
function tell(use, control) {
  const when = use.element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const act = () => use.act(use.value(), control);
  let timer;
  if (when.includes("on_character_entered")) {
    control.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(act, PAUSE);
    });
  }
  if (when.includes("on_enter_pressed")) control.addEventListener("keydown", (event) => enter(event, act));
}

/** Calls `act` on Enter, or on Ctrl+Enter or Cmd+Enter in a text area. */
function enter(event, act) {
  const isLine = event.target.tagName === "TEXTAREA" && !(event.ctrlKey || event.metaKey);
  if (event.key !== "Enter" || isLine || event.isComposing) return;
  event.preventDefault();
  act();
}

function files(use) {
  const types = use.element.filetypes?.join(", ");
  const note = `Files cannot be chosen in the sandbox${types ? ` (the app takes ${types})` : ""}.`;
  const { "aria-invalid": _, "aria-required": __, ...names } = named(use);
  return h("p", { class: "bk-note", role: "group", ...names }, note);
}

export const FIELDS = {
  plain_text_input: words,
  email_text_input: single("email"),
  url_text_input: single("url"),
  number_input: single("number", limits),
  rich_text_input: formatted,
  file_input: files,
};
