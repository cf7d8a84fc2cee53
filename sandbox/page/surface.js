// The context that blocks need from the page on any surface: names, people, and how to send actions to the app.

import { act } from "./api.js";
import { names } from "./names.js";
import { place } from "./places.js";
import { why } from "./say.js";
import { channelsOf, dmOf, people, world } from "./world.js";

// `where` identifies the message or view that contains the blocks; `state` holds the values filled in.
export function surface(name, where, { state = new Map(), errors = {} } = {}) {
  const said = (block, element, value) => ({
    user: world.me.id,
    ...where,
    block_id: block.block_id,
    action_id: element.action_id,
    value,
  });
  return {
    names,
    surface: name,
    state,
    errors,
    act: (block, element, value) => told("actions", said(block, element, value ?? element.value)),
    suggest: async (block, element, typed) => options(await told("suggestions", said(block, element, typed))),
    people,
    channels: () => [...channelsOf(world.me), world.channels.get(dmOf(world.me))].filter(Boolean),
    channel: place.channel,
  };
}

const options = (answer) => answer.options ?? (answer.option_groups ?? []).flatMap((group) => group.options);

async function told(what, said) {
  try {
    return await act(what, said);
  } catch (error) {
    throw new Error(why(error), { cause: error });
  }
}
