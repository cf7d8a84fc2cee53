// The app's Home tab.

import { act, look } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { el } from "./dom.js";
import { begun } from "./fields.js";
import { surface } from "./surface.js";
import { on, world } from "./world.js";

let openedFor = null;

on("place", () => (openedFor = null));
on("me", () => (openedFor = null));

// Opening the tab sends one `app_home_opened` event; the view that the app publishes arrives as a live update.
export async function drawHome() {
  const user = world.me.id;
  const isNew = openedFor !== user;
  openedFor = user;
  const { view } = isNew ? await act("home/open", { user }) : await look("home", { user });
  return el(
    "div",
    { class: "home", tabindex: "0", role: "region", "aria-label": `Home of ${world.app.name}` },
    el("div", { class: "home-page" }, view ? drawn(view) : nothing()),
  );
}

const drawn = (view) => renderBlocks(view.blocks, surface("home", { view_id: view.id }, { state: begun(view) }));
const nothing = () => el("p", { class: "empty" }, `${world.app.name} has not published anything here yet.`);
