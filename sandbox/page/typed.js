// Converts a message's text back to typed text: `<@U…>` becomes `@ana`, `&amp;` becomes `&`.

import { world } from "./world.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

export function asTyped(text) {
  const named = text.replace(/<([^<>]+)>/g, (whole, inside) => typed(inside) ?? whole);
  return named.replace(/&(lt|gt|amp);/g, (entity) => ENTITIES[entity]);
}

function typed(inside) {
  const [target, label] = inside.split("|");
  if (target.startsWith("@")) return `@${world.users.get(target.slice(1))?.name ?? label ?? target.slice(1)}`;
  if (target.startsWith("#")) return `#${world.channels.get(target.slice(1))?.name ?? label ?? target.slice(1)}`;
  if (target.startsWith("!subteam^")) return `@${world.groups.get(target.slice(9))?.handle ?? "group"}`;
  return target.startsWith("!") ? `@${target.slice(1)}` : target;
}
