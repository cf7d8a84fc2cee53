// The page's state: workspace, current person, and subscriptions to changes.

import { look } from "./api.js";

export const world = {
  team: {},
  workspaces: [],
  enterprises: [],
  app: {},
  users: new Map(),
  bots: new Map(),
  channels: new Map(),
  groups: new Map(),
  me: null,
};

const hearers = new Map();

export function on(what, tell) {
  hearers.set(what, [...(hearers.get(what) ?? []), tell]);
}

export function emit(what, detail) {
  for (const tell of hearers.get(what) ?? []) tell(detail);
}

const byId = (all) => new Map(all.map((each) => [each.id, each]));

export async function learn() {
  const state = await look("state");
  world.team = state.team;
  world.workspaces = state.workspaces;
  world.enterprises = state.enterprises;
  world.app = state.app;
  world.users = byId(state.users);
  world.bots = byId(state.bots);
  world.channels = byId(state.channels);
  world.groups = byId(state.usergroups);
  if (world.me) world.me = world.users.get(world.me.id);
  return state;
}

export const people = () => [...world.users.values()].filter((user) => !user.is_bot && !user.deleted);

export const person = (name) => people().find((user) => user.name === name || user.id === name);

export const dmOf = (user) => user.dm_id;

// The channels visible to a person: public ones, and private ones they are a member of.
export function channelsOf(user) {
  const open = [...world.channels.values()].filter((channel) => !channel.is_im && !channel.is_archived);
  const seen = open.filter((channel) => !channel.is_private || channel.members.includes(user.id));
  return seen.sort((one, other) => one.name.localeCompare(other.name));
}

export const botName = () => world.users.get(world.app.bot_user_id)?.real_name ?? world.app.name;
