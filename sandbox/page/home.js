// The app's Home tab.

import { act, look } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { el } from "./dom.js";
import { begun } from "./fields.js";
import { tried } from "./say.js";
import { suggestions } from "./suggest.js";
import { on, channelsOf, names, people, world } from "./world.js";

let openedFor = null;

on("place", () => (openedFor = null));
on("me", () => (openedFor = null));

// Opening it tells the app, once; what the app then publishes comes as a change.
export async function drawHome() {
  const user = world.me.id;
  const isNew = openedFor !== user;
  openedFor = user;
  const { view } = isNew ? await act("home/open", { user }) : await look("home", { user });
  const body = view ? renderBlocks(view.blocks, context(view)) : el("p", { class: "empty" }, `${world.app.name} has not put anything here yet.`);
  return el("div", { class: "home", tabindex: "0", role: "region", "aria-label": `Home of ${world.app.name}` }, el("div", { class: "home-page" }, body));
}

function context(view) {
  const where = { user: world.me.id, view_id: view.id };
  return {
    names,
    surface: "home",
    state: begun(view),
    errors: {},
    act: (block, element, value) => tried(() => act("actions", { ...where, block_id: block.block_id, action_id: element.action_id, value: value ?? element.value })),
    suggest: (block, element, typed) => suggestions(where, block, element, typed),
    people,
    channels: () => channelsOf(world.me),
  };
}
