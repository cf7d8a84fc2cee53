// A select that is typed into: the list narrows, arrows walk it, chosen ones stand as chips where several may be.

import { chips } from "./chips.js";
import { h } from "./dom.js";
import { Listbox } from "./listbox.js";
import { isSeveral } from "./state.js";
import { named } from "./use.js";

/** A combobox over a source of options (selects.js). */
export function combobox(use, source) {
  return new Combobox(use, source).node;
}

class Combobox {
  constructor(use, source) {
    this.use = use;
    this.source = source;
    this.isSeveral = isSeveral(use.element);
    this.asked = 0;
    this.told = JSON.stringify(use.value());
    const label = source.placeholder;
    this.listbox = new Listbox({ label, isSeveral: this.isSeveral, pick: (option) => this.pick(option) });
    this.listbox.onlight = (id) => this.point(id);
    this.input = this.inputOf(label);
    this.chips = this.isSeveral ? h("span", { class: "bk-chips", role: "list", "aria-label": "Chosen" }) : null;
    this.box = h("span", { class: "bk-combo", onclick: () => this.open() }, this.chips, this.input, this.clearer());
    this.node = h("span", { class: "bk-combo-place" }, this.box, this.listbox.node);
    this.show();
  }

  inputOf(label) {
    const names = named(this.use);
    return h("input", {
      class: "bk-combo-input",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      autofocus: this.use.element.focus_on_load,
      ...names,
      placeholder: label,
      "aria-label": names["aria-label"] ?? (names.id || names["aria-labelledby"] ? null : label),
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.listbox.list.id,
      oninput: () => this.type(),
      onkeydown: (event) => this.key(event),
      onblur: () => this.close(),
    });
  }

  /** A cross where nothing chosen is an answer too. */
  clearer() {
    if (this.isSeveral || this.use.block.type !== "input" || this.use.labels.isRequired) return null;
    const clear = (event) => {
      event.stopPropagation();
      this.choose(null);
    };
    this.cross = h("button", { type: "button", class: "bk-clear", "aria-label": "Clear", onclick: clear }, "×");
    return this.cross;
  }

  get chosen() {
    const value = this.use.value();
    return this.isSeveral ? (value ?? []) : value == null ? [] : [value];
  }

  isChosen(option) {
    return this.chosen.some((value) => this.source.isSame(value, option.value));
  }

  /** Say what is chosen. */
  show() {
    const [first] = this.chosen;
    if (this.cross) this.cross.hidden = first === undefined;
    if (!this.isSeveral) this.input.value = first === undefined ? "" : this.source.label(first);
    else chips(this.chips, this.chosen, this.source.label, (value) => this.drop(value));
    if (this.isSeveral) this.input.placeholder = this.chosen.length ? "" : this.source.placeholder;
  }

  open(typed = "") {
    if (this.listbox.isOpen) return;
    this.input.focus();
    if (!this.isSeveral && typed === "") this.input.select();
    this.listbox.open(this.box);
    this.input.setAttribute("aria-expanded", "true");
    this.find(typed);
  }

  type() {
    if (this.listbox.isOpen) this.find(this.input.value);
    else this.open(this.input.value);
  }

  /** Fill the list; answers that come after a later question are forgotten. */
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
    this.fill(options, options.length ? "" : this.source.nothing(typed), typed);
  }

  fill(options, words, typed = "") {
    this.listbox.fill(options, (option) => this.isChosen(option), words || this.full());
    if (typed && options.length) this.listbox.light(0);
  }

  full() {
    return this.isFull ? `No more than ${this.use.element.max_selected_items} can be chosen.` : "";
  }

  get isFull() {
    return this.isSeveral && this.chosen.length >= (this.use.element.max_selected_items ?? Infinity);
  }

  point(id) {
    if (id) this.input.setAttribute("aria-activedescendant", id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (event.isComposing) return;
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") this.walk(key === "ArrowDown" ? 1 : -1);
    else if (key === "Enter") this.enter();
    else if (key === "Escape" && this.listbox.isOpen) this.close();
    else if (key === "Backspace" && this.isSeveral && !this.input.value && this.chosen.length) {
      this.drop(this.chosen.at(-1));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  walk(by) {
    if (!this.listbox.isOpen) this.open();
    this.listbox.step(by);
  }

  enter() {
    if (this.listbox.active) this.pick(this.listbox.active);
    else this.open();
  }

  async pick(option) {
    if (!this.isSeveral) {
      this.close();
      return this.choose(option.value);
    }
    if (this.isChosen(option)) this.drop(option.value);
    else if (!this.isFull) this.put([...this.chosen, option.value]);
    this.input.value = "";
    return this.find("");
  }

  drop(value) {
    this.put(this.chosen.filter((each) => !this.source.isSame(each, value)));
    if (!this.listbox.isOpen) this.tell();
    this.input.focus();
  }

  put(values) {
    this.use.keep(values);
    this.show();
  }

  close() {
    const wasOpen = this.listbox.isOpen;
    this.asked += 1;
    this.listbox.close();
    this.input.setAttribute("aria-expanded", "false");
    if (this.isSeveral) this.input.value = "";
    this.show();
    if (wasOpen && this.isSeveral) this.tell();
  }

  async choose(value) {
    await this.use.choose(value, this.input);
    this.show();
  }

  /** Several choices reach the app together, when the list closes. */
  async tell() {
    const now = JSON.stringify(this.chosen);
    if (!this.use.acts || now === this.told) return;
    if (await this.use.choose(this.chosen, this.input)) this.told = now;
    else this.put(JSON.parse(this.told ?? "[]"));
  }
}
