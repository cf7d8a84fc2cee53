// The author of a message: a person, the app, another bot, or Slackbot.

import { world } from "./world.js";

export function author(message) {
  const user = world.users.get(message.user);
  if (message.subtype === "bot_message") {
    return {
      name: message.username ?? world.bots.get(message.bot_id)?.name ?? "bot",
      isApp: true,
      key: message.bot_id,
    };
  }
  if (message.user === "USLACKBOT") return { name: "Slackbot", isApp: false, key: "USLACKBOT" };
  const isApp = Boolean(message.bot_id || user?.is_bot);
  const name = message.username ?? (isApp ? (message.bot_profile?.name ?? user?.name) : user?.real_name);
  return {
    name: name ?? message.user ?? "somebody",
    isApp,
    key: (message.user ?? message.bot_id) + (message.username ?? ""),
  };
}

export const isMine = (message) => message.user === world.me.id && !message.bot_id;
