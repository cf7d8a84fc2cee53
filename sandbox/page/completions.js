// Completion in the composer: the app's commands, people and groups, channels, emoji.

import { EMOJI } from "./emoji.js";
import { findEmoji } from "./picker.js";
import { avatar } from "./avatars.js";
import { icon } from "./icons.js";
import { botName, channelsOf, people, world } from "./world.js";

const MOST = 20;
const BUILT_IN = [{ command: "/me", usage_hint: "[what you do]", description: "Say what you are doing" }];
const WORD = /(^|\s)([@:#])([\w.+'-]*)$/;

// The choices for the text before the caret, and the position from which a choice replaces it.
export function completions(before, { commands }) {
  if (commands && /^\/\S*$/.test(before)) return { from: 0, choices: ofCommands(before) };
  const found = before.match(WORD);
  if (!found || (found[2] === ":" && found[3].length < 2)) return { from: 0, choices: [] };
  const choices = { "@": ofPeople, "#": ofChannels, ":": ofEmoji }[found[2]](found[3].toLowerCase());
  return { from: before.length - found[3].length - 1, choices: choices.slice(0, MOST) };
}

function ofCommands(part) {
  const offered = [...(world.app.commands ?? []), ...BUILT_IN];
  const fitting = offered.filter((each) => each.command.startsWith(part.toLowerCase()));
  return fitting.map(({ command, usage_hint: usage, description }) => ({
    put: `${command} `,
    sign: command === "/me" ? "💬" : avatar(botName(), { size: 24, isApp: true }),
    label: command,
    usage,
    hint: description,
  }));
}

function ofPeople(part) {
  const fits = (...words) =>
    words.some((word) =>
      word
        .toLowerCase()
        .split(" ")
        .some((each) => each.startsWith(part)),
    );
  const isMe = (user) => user.id === world.me.id;
  const bots = [...world.users.values()].filter((user) => user.is_bot);
  const users = [...people(), ...bots].filter((user) => fits(user.name, user.real_name));
  users.sort((one, other) => isMe(one) - isMe(other));
  const groups = [...world.groups.values()].filter((group) => fits(group.handle, group.name));
  return [
    ...users.map((user) => ({
      put: `@${user.name} `,
      sign: avatar(user.real_name, { size: 24, isApp: user.is_bot }),
      label: user.name,
      hint: isMe(user) ? `${user.real_name} (you)` : user.real_name,
    })),
    ...groups.map((group) => ({
      put: `@${group.handle} `,
      sign: icon("people"),
      label: group.handle,
      hint: `${group.name}, ${group.users.length} people`,
    })),
  ];
}

const ofChannels = (part) =>
  channelsOf(world.me)
    .filter((each) => each.name.startsWith(part))
    .map((each) => ({ put: `#${each.name} `, sign: "#", label: each.name, hint: each.purpose?.value }));

const ofEmoji = (part) =>
  findEmoji(part, MOST).map((name) => ({ put: `:${name}: `, sign: EMOJI[name], label: `:${name}:` }));
