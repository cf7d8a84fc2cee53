// The listbox of a combobox: grouped options, one of them active, and a status line.

import { h, newId } from "./dom.js";
import { follow, place } from "./popup.js";

export class Listbox {
  /** `pick(option)` is called when an option is selected. */
  constructor({ label, isSeveral, pick }) {
    this.pick = pick;
    this.options = [];
    this.at = -1;
    this.note = h("p", { class: "bk-list-note", role: "status" });
    this.list = h("div", {
      id: newId(),
      role: "listbox",
      "aria-label": label,
      "aria-multiselectable": isSeveral && "true",
    });
    const keepFocus = (event) => event.preventDefault();
    this.node = h("div", { class: "bk-list", popover: "manual", onmousedown: keepFocus }, this.note, this.list);
  }

  get isOpen() {
    return this.node.matches(":popover-open");
  }

  get active() {
    return this.options[this.at];
  }

  open(anchor) {
    if (this.isOpen || !this.node.isConnected) return;
    this.node.style.minWidth = `${anchor.offsetWidth}px`;
    this.node.showPopover();
    this.anchor = anchor;
    this.stop = follow(this.node, anchor);
  }

  close() {
    if (this.isOpen) this.node.hidePopover();
    this.stop?.();
    this.light(-1);
  }

  /** Shows these options, or only a status line. */
  fill(options, isChosen, words = "") {
    this.options = options.map((option) => ({ ...option, isChosen: isChosen(option) }));
    this.nodes = this.options.map((option) => this.row(option));
    this.list.replaceChildren(...grouped(this.options, this.nodes));
    this.list.hidden = options.length === 0;
    this.say(words);
    this.light(-1);
    if (this.isOpen) place(this.node, this.anchor);
  }

  say(words) {
    this.note.textContent = words;
    this.note.hidden = !words;
  }

  row(option) {
    return h(
      "div",
      {
        id: newId(),
        role: "option",
        class: "bk-option",
        "aria-selected": String(option.isChosen),
        onclick: () => this.pick(option),
      },
      option.label,
      option.note && h("small", {}, option.note),
    );
  }

  step(by) {
    const count = this.options.length;
    if (count) this.light(this.at < 0 && by < 0 ? count - 1 : (this.at + by + count) % count);
  }

  light(at) {
    this.nodes?.[this.at]?.classList.remove("bk-lit");
    this.at = at;
    this.nodes?.[at]?.classList.add("bk-lit");
    this.nodes?.[at]?.scrollIntoView({ block: "nearest" });
    this.onlight?.(this.nodes?.[at]?.id);
  }
}

function grouped(options, nodes) {
  const groups = new Map();
  options.forEach(({ group = "" }, number) => groups.set(group, [...(groups.get(group) ?? []), nodes[number]]));
  return [...groups].flatMap(([label, rows]) => (label ? [group(label, rows)] : rows));
}

function group(label, rows) {
  const id = newId();
  const title = h("div", { class: "bk-group", id, role: "presentation" }, label);
  return h("div", { role: "group", "aria-labelledby": id }, title, ...rows);
}
