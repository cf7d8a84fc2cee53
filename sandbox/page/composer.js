// The composer: Enter sends, Shift+Enter adds a line, `/` lists commands, `@` `#` `:` complete, ↑ edits the last one.

import { act, Refused } from "./api.js";
import { completions } from "./completions.js";
import { button, el, signButton } from "./dom.js";
import { editIn } from "./edit.js";
import { icon } from "./icons.js";
import { pickEmoji } from "./picker.js";
import { notice, why } from "./say.js";
import { offerShortcuts } from "./shortcuts.js";
import { asSent, Uploads } from "./uploads.js";
import { world } from "./world.js";

let made = 0;

export class Composer {
  constructor(list, { label }) {
    this.list = list;
    list.composer = this;
    this.id = `composer-${made++}`;
    this.draft = `draft:${world.me.id}:${list.channel}:${list.thread ?? ""}`;
    this.text = el("textarea", {
      rows: "1",
      "aria-label": label,
      placeholder: label,
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": `${this.id}-list`,
      oninput: () => this.typed(),
      onkeydown: (event) => this.pressed(event),
      onblur: () => this.offer([]),
      onclick: () => this.complete(),
    });
    this.choices = el("div", {
      class: "choices",
      role: "listbox",
      id: `${this.id}-list`,
      "aria-label": "Suggestions",
      hidden: true,
    });
    this.send = signButton(icon("send"), "Send now", () => this.submit(), { class: "sign send", disabled: true });
    const lightning = signButton(icon("lightning"), "Shortcuts", (event) => offerShortcuts(event.currentTarget), {
      "aria-haspopup": "menu",
    });
    const smile = signButton(
      icon("smile"),
      "Emoji",
      (event) => pickEmoji(event.currentTarget, (name) => this.insert(`:${name}: `)),
      { "aria-haspopup": "dialog" },
    );
    const at = signButton(icon("at"), "Mention someone", () => this.insert("@"));
    this.uploads = new Uploads(() => this.grow());
    this.box = el(
      "div",
      { class: "composer" },
      this.choices,
      this.text,
      this.uploads.box,
      el(
        "div",
        { class: "composer-tools" },
        this.uploads.pick,
        lightning,
        smile,
        at,
        el("span", { class: "space" }),
        this.send,
      ),
    );
    this.text.value = sessionStorage.getItem(this.draft) ?? "";
    this.grow();
  }

  focus() {
    this.text.focus();
  }

  typed() {
    sessionStorage.setItem(this.draft, this.text.value);
    this.grow();
    this.complete();
  }

  grow() {
    this.send.disabled = !this.text.value.trim() && !this.uploads.files.length;
    this.text.style.height = "auto";
    if (this.text.scrollHeight) this.text.style.height = `${Math.min(this.text.scrollHeight, 240)}px`;
  }

  complete() {
    const { value, selectionStart } = this.text;
    const { from, choices } = completions(value.slice(0, selectionStart), { commands: !this.list.thread });
    this.from = from;
    this.offer(choices);
  }

  offer(choices) {
    this.offered = choices;
    this.choices.replaceChildren(...choices.map((choice, number) => this.choice(choice, number)));
    this.choices.hidden = !choices.length;
    this.text.setAttribute("aria-expanded", String(choices.length > 0));
    this.mark(0);
  }

  choice({ sign, label, usage, hint }, number) {
    const onpointerdown = (event) => (event.preventDefault(), this.take(number));
    return el(
      "div",
      { role: "option", id: `${this.id}-${number}`, class: "choice", onpointerdown },
      el("span", { class: "choice-sign", "aria-hidden": "true" }, sign),
      el("b", {}, label),
      usage && el("span", { class: "usage" }, usage),
      hint && el("span", { class: "menu-hint" }, hint),
    );
  }

  mark(number) {
    this.marked = number;
    [...this.choices.children].forEach((each, at) => each.setAttribute("aria-selected", String(at === number)));
    this.choices.children[number]?.scrollIntoView({ block: "nearest" });
    if (this.offered.length) this.text.setAttribute("aria-activedescendant", `${this.id}-${number}`);
    else this.text.removeAttribute("aria-activedescendant");
  }

  take(number) {
    const { value, selectionStart } = this.text;
    const { put } = this.offered[number];
    this.text.setRangeText(put, this.from, selectionStart, "end");
    if (value[selectionStart] === " ")
      this.text.setRangeText("", this.text.selectionStart, this.text.selectionStart + 1, "end");
    this.offer([]);
    this.typed();
  }

  insert(text) {
    this.text.setRangeText(text, this.text.selectionStart, this.text.selectionEnd, "end");
    this.focus();
    this.typed();
  }

  pressed(event) {
    if (event.isComposing) return;
    const deed = this.offered?.length ? this.choosing(event) : this.writing(event);
    if (!deed) return;
    event.preventDefault();
    event.stopPropagation();
    deed();
  }

  choosing({ key, shiftKey }) {
    const many = this.offered.length;
    const isWhole = this.offered[this.marked].put.trim() === this.text.value.slice(this.from).trim();
    if (key === "Enter" && isWhole && !shiftKey) return () => (this.offer([]), this.submit());
    if ((key === "Enter" || key === "Tab") && !shiftKey) return () => this.take(this.marked);
    if (key === "Escape") return () => this.offer([]);
    if (key === "ArrowDown") return () => this.mark((this.marked + 1) % many);
    return key === "ArrowUp" ? () => this.mark((this.marked + many - 1) % many) : null;
  }

  writing({ key, shiftKey }) {
    if (key === "Enter" && !shiftKey) return () => this.submit();
    return key === "ArrowUp" && !this.text.value ? () => this.editLast() : null;
  }

  editLast() {
    const last = this.list.newestOwn();
    if (last) editIn(this.list.nodes.get(last.ts), this.list.channel, last);
  }

  async submit() {
    const text = this.text.value.trim();
    const { files } = this.uploads;
    if (!text && !files.length) return;
    this.empty("");
    this.uploads.take([]);
    this.box.setAttribute("aria-busy", "true");
    try {
      await this.say(text, files);
    } catch (error) {
      if (!(error instanceof Refused)) notice("The sandbox is not running. Your message is still here; send it again later.");
      else if (error.error !== "operation_timeout")
        notice(error.error === "invalid_command" ? `${text.split(/\s/)[0]} is not a valid command.` : why(error));
      if (error.error !== "operation_timeout" && !this.text.value) this.empty(text);
      if (files.length) this.uploads.take(files);
    }
    this.box.removeAttribute("aria-busy");
  }

  empty(text) {
    this.text.value = text;
    this.typed();
    this.offer([]);
  }

  async say(text, files) {
    const { channel, thread } = this.list;
    const where = { user: world.me.id, channel };
    const [, command, rest] = text.match(/^(\/[a-z0-9]\S*)\s*([\s\S]*)$/i) ?? [];
    if (files.length)
      return act("messages", { ...where, text, files: await asSent(files), thread_ts: thread ?? undefined });
    if (command && !thread) return act("commands", { ...where, command, text: rest });
    if (command) throw new Refused({ error: `${command} is not supported in threads. Sorry!` });
    return act("messages", { ...where, text, thread_ts: thread ?? undefined });
  }
}
