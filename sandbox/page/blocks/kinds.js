// The block renderers, by block type.

import { ALERTS } from "./alert.js";
import { CARDS } from "./cards.js";
import { charts } from "./charts.js";
import { CONTAINERS } from "./container.js";
import { h } from "./dom.js";
import { input } from "./input.js";
import { LAYOUT } from "./layout.js";
import { markdown } from "./markdown.js";
import { MEDIA } from "./media.js";
import { broken, unknown } from "./notes.js";
import { richText } from "./rich.js";
import { section } from "./section.js";
import { TABLES } from "./tables.js";
import { TASKS } from "./tasks.js";

const KINDS = {
  ...ALERTS,
  ...CARDS,
  ...CONTAINERS,
  ...LAYOUT,
  ...MEDIA,
  ...TABLES,
  ...TASKS,
  data_visualization: charts,
  input,
  markdown,
  rich_text: richText,
  section,
};

/** Renders one block, or a note if its type is not supported. */
export function renderBlock(block, ctx) {
  const type = block?.type;
  const place = h("div", { class: `bk-block bk-is-${type}`, "data-block": block?.block_id });
  place.append(...[content(block, ctx)].flat());
  return place;
}

function content(block, ctx) {
  if (!Object.hasOwn(KINDS, block?.type ?? "")) return unknown(block?.type);
  try {
    return KINDS[block.type](block, ctx);
  } catch (error) {
    console.warn(`A ${block.type} block could not be shown`, error);
    return broken(block.type);
  }
}
