// The current person's own settings: Do Not Disturb, language, and opening or closing the app's direct messages.

import { act } from "./api.js";
import { menu } from "./menu.js";
import { tried } from "./say.js";
import { now, time } from "./times.js";
import { dmOf, world } from "./world.js";

const LANGUAGES = ["en-GB", "en-US", "pt-PT", "es-ES", "fr-FR", "de-DE", "it-IT", "pl-PL", "hi-IN", "ja-JP"];
const inWords = new Intl.DisplayNames("en-GB", { type: "language" });

const change = (said) => tried(() => act("users", { user: world.me.id, ...said }));

export function ofMyself(anchor) {
  return ["Yourself", quiet(), language(anchor), messages()];
}

function quiet() {
  const until = world.me.snoozed_until * 1000;
  if (until <= +now())
    return { label: "Pause notifications for an hour", do: () => change({ dnd: { snooze: "PT1H" } }) };
  const hint = `Do not disturb until ${time(new Date(until))}`;
  return { label: "Resume notifications", hint, do: () => change({ dnd: { snooze: null } }) };
}

function language(anchor) {
  const known = [...new Set([...LANGUAGES, world.me.locale])];
  const choices = known.map((locale) => ({
    label: inWords.of(locale),
    hint: locale,
    isOn: locale === world.me.locale,
    do: () => change({ locale }),
  }));
  return {
    label: "Language…",
    hint: inWords.of(world.me.locale),
    do: () => menu(anchor, "Language", ["Language", ...choices]),
  };
}

function messages() {
  const app = world.app.name;
  const isOpen = world.channels.get(dmOf(world.me))?.is_open ?? true;
  if (!isOpen) return { label: `Open messages with ${app}`, do: () => change({ dm_closed: false }) };
  return {
    label: `Close messages with ${app}`,
    hint: "The app's next message reopens them",
    do: () => change({ dm_closed: true }),
  };
}
