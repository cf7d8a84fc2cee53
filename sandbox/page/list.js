// The message list of a channel or thread: paginated, updated live, with arrow-key navigation.

import { look } from "./api.js";
import { isMine } from "./authors.js";
import { button, el } from "./dom.js";
import { draw, heard, settle } from "./message.js";
import { rove } from "./menu.js";
import { aloud } from "./say.js";
import { offerTools } from "./tools.js";
import { world } from "./world.js";

const PAGE = 100;
const NEAR = 600;
const MANY = 20;
const BUTTON = ".bk-button";

export class MessageList {
  constructor(channel, { thread = null, label, top = null }) {
    Object.assign(this, {
      channel,
      thread,
      messages: [],
      nodes: new Map(),
      isWhole: Boolean(thread),
      wanted: new Set(),
      isLoading: false,
      turn: Promise.resolve(),
    });
    this.items = el("ol", { class: "messages", "aria-label": label, onkeydown: (event) => this.walk(event) });
    this.top = el("div", { class: "beginning" }, top);
    this.newer = button("New messages ↓", () => this.toEnd(), { class: "newer", hidden: true });
    this.scroller = el(
      "div",
      { class: "scroller", onscroll: () => this.scrolled() },
      el("div", {}, this.top, this.items),
    );
    this.box = el("div", { class: "list" }, this.scroller, this.newer);
    this.top.hidden = true;
    offerTools(this);
  }

  ask(query) {
    return look("messages", { channel: this.channel, as: world.me.id, ...query });
  }

  // Loads one after another, so that changes during a load are read after it.
  load() {
    this.turn = this.turn.catch(() => null).then(() => this.fill());
    return this.turn;
  }

  async fill() {
    const { messages } = await this.ask(this.thread ? { thread_ts: this.thread } : { limit: PAGE });
    this.messages = messages;
    this.isWhole = Boolean(this.thread) || messages.length < PAGE;
    this.redate();
    this.top.hidden = !this.isWhole;
  }

  // Redraws all messages when a new day begins, because "today" becomes "yesterday".
  redate() {
    this.nodes.clear();
    this.items.replaceChildren(
      ...this.messages.map((message, number) => this.node(message, this.messages[number - 1])),
    );
    this.reachable();
  }

  node(message, before) {
    const made = draw(this.channel, message, { inThread: Boolean(this.thread) });
    settle(made, message, before);
    this.nodes.set(message.ts, made);
    return made;
  }

  async older() {
    if (this.isWhole || this.isLoading || !this.messages.length) return;
    this.isLoading = true;
    const { messages } = await this.ask({ before: this.messages[0].ts, limit: PAGE }).catch(() => ({ messages: [] }));
    this.isWhole = messages.length < PAGE;
    const first = this.messages[0];
    this.messages = [...messages, ...this.messages];
    this.items.prepend(...messages.map((message, number) => this.node(message, messages[number - 1])));
    if (first && messages.length) settle(this.nodes.get(first.ts), first, messages.at(-1));
    this.top.hidden = !this.isWhole;
    this.isLoading = false;
  }

  scrolled() {
    if (this.isAtEnd()) this.newer.hidden = true;
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    if (scrollHeight - clientHeight + scrollTop < NEAR) this.older();
  }

  // The scroller is reversed: position 0 is the newest message.
  isAtEnd() {
    return this.scroller.scrollTop > -60;
  }

  toEnd() {
    this.scroller.scrollTop = 0;
    this.newer.hidden = true;
  }

  // Reads each batch of changes once, in order. A batch lost with the connection is read on reconnect.
  changed(changes) {
    const mine = changes.filter((each) => each.channel === this.channel && this.concerns(each));
    if (!mine.length) return;
    if (!this.wanted.size) this.turn = this.turn.then(() => this.refresh()).catch(() => null);
    for (const { ts } of mine) this.wanted.add(ts);
  }

  concerns({ ts, thread }) {
    if (this.thread) return ts === this.thread || thread === this.thread || this.nodes.has(ts);
    return true;
  }

  async refresh() {
    const wanted = [...this.wanted];
    this.wanted.clear();
    if (wanted.length > MANY || this.thread)
      return this.merge(await this.ask(this.thread ? { thread_ts: this.thread } : { limit: PAGE }), wanted);
    for (const ts of wanted) await this.one(ts);
  }

  async one(ts) {
    const { messages } = await this.ask({ ts });
    if (messages[0]) this.put(messages[0]);
    else this.drop(ts);
  }

  merge({ messages }, wanted) {
    const there = new Set(messages.map((each) => each.ts));
    for (const ts of wanted) if (!there.has(ts)) this.drop(ts);
    for (const message of messages) this.put(message);
  }

  put(message) {
    const isReply = message.thread_ts && message.thread_ts !== message.ts && message.subtype !== "thread_broadcast";
    if (!this.thread && isReply) return;
    const at = this.messages.findIndex((each) => each.ts >= message.ts);
    const known = at >= 0 && this.messages[at].ts === message.ts;
    if (known && JSON.stringify(this.messages[at]) === JSON.stringify(message)) return;
    if (!known && at === 0 && !this.isWhole) return;
    if (known) this.swap(at, message);
    else this.insert(at < 0 ? this.messages.length : at, message);
  }

  swap(at, message) {
    const old = this.nodes.get(message.ts);
    const focused = old.contains(document.activeElement) && document.activeElement;
    this.messages[at] = message;
    const made = this.node(message, this.messages[at - 1]);
    made.tabIndex = old.tabIndex;
    old.replaceWith(made);
    if (focused) this.refocus(made, focused.matches(BUTTON));
  }

  // After the press of a message's last button there is nothing left to do in it: the person writes on.
  refocus(made, wasPressed) {
    const writesOn = wasPressed && !made.querySelector(BUTTON) && matchMedia("(hover: hover)").matches;
    if (writesOn && this.composer) this.composer.focus();
    else made.focus();
  }

  insert(at, message) {
    const wasAtEnd = this.isAtEnd();
    const isLast = at === this.messages.length;
    this.messages.splice(at, 0, message);
    const made = this.node(message, this.messages[at - 1]);
    this.items.insertBefore(made, this.items.children[at] ?? null);
    this.settleAfter(at);
    this.reachable();
    if (!isLast) return;
    if (wasAtEnd || isMine(message)) this.toEnd();
    else this.newer.hidden = false;
    if (!isMine(message)) aloud(heard(message));
  }

  settleAfter(at) {
    const after = this.messages[at + 1];
    if (after) settle(this.nodes.get(after.ts), after, this.messages[at]);
  }

  drop(ts) {
    const at = this.messages.findIndex((each) => each.ts === ts);
    if (at < 0) return;
    const node = this.nodes.get(ts);
    const heir = node.contains(document.activeElement) && (node.previousElementSibling ?? node.nextElementSibling);
    node.remove();
    this.nodes.delete(ts);
    this.messages.splice(at, 1);
    this.settleAfter(at - 1);
    this.reachable();
    if (heir) heir.focus();
  }

  // Roving tabindex: one message can be reached with Tab, by default the newest.
  reachable() {
    const last = this.items.lastElementChild;
    if (last && !this.items.querySelector(':scope > [tabindex="0"]')) last.tabIndex = 0;
  }

  walk(event) {
    if (!event.target.matches("li.message")) {
      if (event.key === "Escape" && !event.target.matches("textarea, input, select"))
        event.target.closest("li.message")?.focus();
      return;
    }
    rove(event, [...this.items.children]);
    const now = document.activeElement;
    if (now !== event.target && now.matches("li.message")) {
      event.target.tabIndex = -1;
      now.tabIndex = 0;
      now.scrollIntoView({ block: "nearest" });
    }
  }

  // Shows a linked message, loading older pages until it is found.
  async show(ts) {
    while (!this.nodes.has(ts) && !this.isWhole) await this.older();
    const node = this.nodes.get(ts);
    node?.scrollIntoView({ block: "center" });
    node?.classList.add("shown");
    node?.focus();
  }

  newestOwn() {
    return this.messages.findLast((each) => isMine(each) && !each.ephemeral_to && !each.subtype);
  }
}
