// Videos and files, shown by name with a link.

import { h } from "./dom.js";
import { isOurs, outward, picture } from "./picture.js";
import { said } from "./text.js";

function video(block, { names }) {
  const { title, title_url: page, video_url: film, thumbnail_url: still, alt_text: alt } = block;
  const by = [block.author_name, block.provider_name].filter(Boolean).join(" · ");
  const screen = isOurs(still)
    ? picture({ image_url: still, alt_text: alt }, "bk-still")
    : h("span", { class: "bk-placeholder bk-still" }, alt);
  return h(
    "div",
    { class: "bk-video" },
    by && h("div", { class: "bk-quiet" }, by),
    outward(page ?? film, { class: "bk-title" }, said(title, names)),
    block.description && h("div", {}, said(block.description, names)),
    outward(film, { class: "bk-screen" }, screen, h("span", { class: "bk-play", "aria-hidden": "true" }, "▶")),
  );
}

function file({ external_id: id }) {
  return h("p", { class: "bk-note" }, `Remote file ${id}`);
}

export const MEDIA = { video, file };
