// The message toolbar: react, reply, app shortcuts, edit, delete.

import { act } from "./api.js";
import { isMine } from "./authors.js";
import { ask } from "./confirm.js";
import { button, el, signButton } from "./dom.js";
import { editIn } from "./edit.js";
import { EMOJI } from "./emoji.js";
import { icon } from "./icons.js";
import { pickEmoji } from "./picker.js";
import { menu } from "./menu.js";
import { react } from "./message.js";
import { openThread } from "./places.js";
import { tried } from "./say.js";
import { world } from "./world.js";

// One toolbar for the whole list: it moves into the message that is hovered or focused.
export function offerTools(list) {
  const bar = el("div", { class: "tools", role: "toolbar", "aria-label": "Message actions" });
  const over = (event) => move(list, bar, event.target.closest("li.message"));
  list.items.addEventListener("pointerover", over);
  list.items.addEventListener("focusin", over);
  list.items.addEventListener(
    "pointerleave",
    () => !bar.contains(document.activeElement) && !bar.querySelector("[aria-expanded=true]") && bar.remove(),
  );
}

function move(list, bar, item) {
  const message = item && list.messages.find((each) => each.ts === item.dataset.ts);
  if (!message || bar.closest("li") === item || bar.querySelector("[aria-expanded=true]")) return;
  bar.remove();
  if (message.ephemeral_to || message.subtype === "tombstone") return;
  bar.replaceChildren(...tools(list, message));
  item.querySelector(".row").append(bar);
}

function tools(list, message) {
  const { channel, thread } = list;
  const quick = ["white_check_mark", "eyes", "raised_hands"];
  const toggle = (name) => react(channel, message.ts, name, has(list, message.ts, name));
  return [
    quick.map((name) => signButton(EMOJI[name], `React with ${name.replaceAll("_", " ")}`, () => toggle(name))),
    signButton(icon("smile"), "Add reaction", (event) => pickEmoji(event.currentTarget, toggle), {
      "aria-haspopup": "dialog",
    }),
    !thread && signButton(icon("reply"), "Reply in thread", () => openThread(message.thread_ts ?? message.ts)),
    signButton(icon("more"), "More actions", (event) => more(event.currentTarget, list, message), {
      "aria-haspopup": "menu",
    }),
  ]
    .flat()
    .filter(Boolean);
}

function has(list, ts, name) {
  const now = list.messages.find((each) => each.ts === ts);
  return Boolean(now?.reactions?.find((each) => each.name === name)?.users.includes(world.me.id));
}

function more(anchor, list, message) {
  const { channel, thread } = list;
  const item = list.nodes.get(message.ts);
  const offered = (world.app.shortcuts ?? []).filter((each) => each.type === "message");
  menu(
    anchor,
    "Message",
    [
      !thread && { label: "Reply in thread", do: () => openThread(message.thread_ts ?? message.ts) },
      { label: "Copy text", do: () => navigator.clipboard?.writeText(message.text) },
      ...offered.map((each) => ({
        label: each.name,
        hint: `${world.app.name} · ${each.description ?? ""}`,
        do: () => use(each, channel, message),
      })),
      isMine(message) &&
        !message.subtype && { label: "Edit message", hint: "↑", do: () => editIn(item, channel, message) },
      isMine(message) && { label: "Delete message…", isDanger: true, do: () => remove(channel, message) },
    ].filter(Boolean),
  );
}

const use = (shortcut, channel, message) =>
  tried(() => act("shortcuts", { user: world.me.id, callback_id: shortcut.callback_id, channel, ts: message.ts }));

async function remove(channel, message) {
  const isSure = await ask(
    "Delete message",
    "Are you sure you want to delete this message? This cannot be undone.",
    "Delete",
  );
  if (isSure) await tried(() => act("messages/delete", { user: world.me.id, channel, ts: message.ts }));
}
