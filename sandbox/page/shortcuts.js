// The lightning menu: the app's global shortcuts and commands.

import { act } from "./api.js";
import { avatar } from "./avatars.js";
import { menu } from "./menu.js";
import { notice, tried } from "./say.js";
import { emit, botName, world } from "./world.js";

export function offerShortcuts(anchor) {
  const sign = () => avatar(botName(), { size: 24, isApp: true });
  const global = (world.app.shortcuts ?? []).filter((each) => each.type === "global");
  const uses = global.map((each) => ({ label: each.name, hint: each.description, sign: sign(), do: () => use(each) }));
  const commands = (world.app.commands ?? []).map((each) => ({
    label: each.command,
    hint: each.description,
    sign: sign(),
    do: () => emit("type", `${each.command} `),
  }));
  const items = [...(uses.length ? ["Shortcuts", ...uses] : []), ...(commands.length ? ["Commands", ...commands] : [])];
  if (items.length) menu(anchor, "Shortcuts", items);
  else notice("This app has no shortcuts.");
}

const use = (shortcut) => tried(() => act("shortcuts", { user: world.me.id, callback_id: shortcut.callback_id }));
