// Resolves the ids in a text to names, for the current person.

import { now } from "./times.js";
import { world } from "./world.js";

export const names = {
  user: (id) => world.users.get(id),
  channel: (id) => world.channels.get(id),
  group: (id) => world.groups.get(id),
  now,
  get me() {
    return world.me?.id;
  },
  get zone() {
    return world.me?.tz;
  },
};
