// Combobox for selects: typing filters the list, arrow keys move in it, and a multi-select shows its options as chips.

import { chips } from "./chips.js";
import { Choice } from "./choice.js";
import { h } from "./dom.js";
import { Listbox } from "./listbox.js";
import { named } from "./use.js";

/** Returns a combobox for a source of options (selects.js). */
export function combobox(use, source) {
  return new Combobox(use, source).node;
}

class Combobox {
  constructor(use, source) {
    this.source = source;
    this.asked = 0;
    this.choice = new Choice(use, source, () => this.show());
    const { isSeveral } = this.choice;
    this.listbox = new Listbox({ label: source.placeholder, isSeveral, pick: (option) => this.pick(option) });
    this.listbox.onlight = (id) => this.point(id);
    this.input = this.inputFor(use);
    this.chips = isSeveral ? h("span", { class: "bk-chips", role: "list", "aria-label": "Chosen" }) : null;
    this.cross = mayBeEmpty(use) ? this.clearer() : null;
    this.box = this.boxOf(this.chips, this.input, this.cross);
    this.node = h("span", { class: "bk-combo-place" }, this.box, this.listbox.node);
    this.show();
  }

  inputFor(use) {
    const names = named(use);
    return h("input", {
      class: "bk-combo-input",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      autofocus: use.element.focus_on_load,
      ...names,
      placeholder: this.source.placeholder,
      "aria-label": names["aria-label"] ?? (names["aria-labelledby"] ? null : this.source.placeholder),
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.listbox.list.id,
      oninput: () => this.type(),
      onkeydown: (event) => this.key(event),
      onblur: () => this.close(),
    });
  }

  /** Returns the box around the input: a click on it opens the list and keeps the focus in the input. */
  boxOf(...parts) {
    const keepFocus = (event) => event.target !== this.input && event.preventDefault();
    return h("span", { class: "bk-combo", onclick: () => this.open(), onmousedown: keepFocus }, ...parts);
  }

  clearer() {
    const clear = (event) => {
      event.stopPropagation();
      this.choice.only(null, this.input);
    };
    return h("button", { type: "button", class: "bk-clear", "aria-label": "Clear", onclick: clear }, "×");
  }

  /** Shows the selection. */
  show() {
    const { values, labels, isSeveral } = this.choice;
    if (this.cross) this.cross.hidden = values.length === 0;
    if (!isSeveral) this.input.value = labels[0] ?? "";
    else chips(this.chips, labels, (number) => this.drop(values[number]));
    if (isSeveral) this.input.placeholder = values.length ? "" : this.source.placeholder;
  }

  open(typed = "") {
    if (this.listbox.isOpen) return;
    this.input.focus();
    if (typed === "") this.input.select();
    this.listbox.open(this.box);
    this.input.setAttribute("aria-expanded", "true");
    this.find(typed);
  }

  close() {
    const wasOpen = this.listbox.isOpen;
    this.asked += 1;
    this.listbox.close();
    this.input.setAttribute("aria-expanded", "false");
    if (this.choice.isSeveral) this.input.value = "";
    this.show();
    if (wasOpen) this.choice.tell(this.input);
  }

  type() {
    if (this.listbox.isOpen) this.find(this.input.value);
    else this.open(this.input.value);
  }

  /** Fills the list; results that arrive after a newer search are dropped. */
  find(typed) {
    const asked = ++this.asked;
    const found = this.source.find(typed);
    if (!(found instanceof Promise)) return this.offer(found, typed);
    this.fill([], "Looking …");
    return found.then(
      (options) => asked === this.asked && this.offer(options, typed),
      () => asked === this.asked && this.fill([], "The options could not be loaded."),
    );
  }

  offer(options, typed) {
    const most = this.choice.use.element.max_selected_items;
    const full = this.choice.isFull ? `No more than ${most} can be chosen.` : "";
    this.fill(options, options.length ? full : this.source.nothing(typed));
    if (typed && options.length) this.listbox.light(0);
  }

  fill(options, words) {
    this.listbox.fill(options, (option) => this.choice.has(option), words);
  }

  point(id) {
    if (id) this.input.setAttribute("aria-activedescendant", id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const act = event.isComposing ? undefined : this.keys()[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  /** Returns the key handlers for the current state; other keys keep the browser's default. */
  keys() {
    const { isSeveral, values } = this.choice;
    const { isOpen, active } = this.listbox;
    return {
      ArrowDown: () => this.walk(1),
      ArrowUp: () => this.walk(-1),
      Enter: () => (isOpen && active ? this.pick(active) : this.open()),
      Escape: isOpen && (() => this.close()),
      Backspace: isSeveral && !this.input.value && values.length > 0 && (() => this.drop(values.at(-1))),
    };
  }

  walk(by) {
    this.open();
    this.listbox.step(by);
  }

  pick(option) {
    if (!this.choice.isSeveral) {
      this.close();
      this.choice.only(option.value, this.input);
      return;
    }
    this.choice.toggle(option);
    this.input.value = "";
    this.find("");
  }

  drop(value) {
    this.choice.drop(value);
    if (this.listbox.isOpen) this.find(this.input.value);
    else this.choice.tell(this.input);
    this.input.focus();
  }
}

/** Whether the selection may be cleared: only in an optional input with a single select. */
function mayBeEmpty({ block, labels, element }) {
  return block.type === "input" && !labels.isRequired && !element.type.startsWith("multi_");
}
