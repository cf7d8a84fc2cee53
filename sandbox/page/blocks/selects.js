// Option sources of selects: the block itself, the app, the workspace's people and channels.

import { combobox } from "./combobox.js";
import { isSeveral } from "./state.js";
import { said } from "./text.js";

const PAUSE = 200;
const LEAST_QUERY = 3;
const PROMPTS = {
  static: "Select an option",
  external: "Select an option",
  users: "Select a person",
  channels: "Select a channel",
  conversations: "Select a conversation",
};

/** A source has `find(typed)`, which returns options `{value, label, note?, group?}` or a promise of them. */
const SOURCES = { static: ofBlock, external: ofApp, users: people, channels, conversations };

function select(use) {
  const kind = use.element.type.replace("multi_", "").split("_")[0];
  const { placeholder } = use.element;
  const source = SOURCES[kind](use);
  return combobox(use, {
    isSame: (one, other) => one === other,
    nothing: () => "Nothing found",
    label: (value) => source.all?.().find((option) => option.value === value)?.label ?? String(value),
    find: (typed) => matching(source.all(), typed),
    placeholder: placeholder ? said(placeholder, use.names) : several(use, PROMPTS[kind]),
    ...source,
  });
}

const several = (use, prompt) =>
  isSeveral(use.element) ? prompt.replace(/an? (\w+)/, (_, word) => PLURAL[word]) : prompt;
const PLURAL = { option: "options", person: "people", channel: "channels", conversation: "conversations" };

function matching(options, typed) {
  const wanted = typed.trim().toLowerCase().replace(/^[@#]/, "");
  return options.filter(({ label, note = "" }) => `${label} ${note}`.toLowerCase().includes(wanted));
}

function ofBlock({ element, names }) {
  const own = (options, group) => options.map((option) => optionOf(option, option.value, names, group));
  const groups = (element.option_groups ?? []).flatMap(({ label, options }) => own(options, said(label, names)));
  const options = [...own(element.options ?? []), ...groups];
  return { all: () => options };
}

function optionOf(option, value, names, group) {
  const note = option.description && said(option.description, names);
  return { value, label: said(option.text, names), note, group };
}

/** Options suggested by the app; the whole option is the value, because Slack sends it back. */
function ofApp({ block, element, ctx, names }) {
  const least = element.min_query_length ?? LEAST_QUERY;
  let asked = 0;
  async function find(typed) {
    const mine = ++asked;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    if (mine !== asked) return [];
    const found = (await ctx.suggest(block, element, typed)) ?? [];
    return found.flatMap((each) => offered(each, names));
  }
  return {
    find: (typed) => (typed.length < least ? [] : find(typed)),
    nothing: (typed) => (typed.length < least ? `Type at least ${least} characters` : "Nothing found"),
    label: (option) => (option.text ? said(option.text, names) : String(option)),
    isSame: (one, other) => (one.value ?? one) === (other.value ?? other),
  };
}

function offered(each, names) {
  if (!each.options) return [optionOf(each, each, names)];
  return each.options.map((option) => optionOf(option, option, names, said(each.label, names)));
}

function people({ ctx }) {
  return { all: () => ctx.people().map(personOption) };
}

function personOption({ id, name, real_name: real }) {
  return { value: id, label: real || name, note: real && real !== name ? name : undefined };
}

function channels({ ctx }) {
  const isChannel = ({ is_im: isDm, is_mpim: isGroup }) => !isDm && !isGroup;
  return { all: () => ctx.channels().filter(isChannel).map(channelOption) };
}

const channelOption = ({ id, name }) => ({ value: id, label: `#${name}` });

function conversations({ ctx, element }) {
  const { include, exclude_bot_users: isHuman } = element.filter ?? {};
  const isWanted = (channel) => !include || include.includes(kindOf(channel));
  const personOf = ({ user }) => ctx.people().find(({ id }) => id === user);
  const optionFor = (channel) => {
    const person = channel.is_im && personOf(channel);
    return person ? { ...personOption(person), value: channel.id } : channelOption(channel);
  };
  const isAllowed = (channel) => isWanted(channel) && !(isHuman && channel.is_im && personOf(channel)?.is_bot);
  return { all: () => ctx.channels().filter(isAllowed).map(optionFor) };
}

function kindOf({ is_im: isDm, is_mpim: isGroup, is_private: isPrivate }) {
  if (isDm) return "im";
  if (isGroup) return "mpim";
  return isPrivate ? "private" : "public";
}

const KINDS = Object.keys(SOURCES).map((kind) => `${kind}_select`);
export const SELECTS = Object.fromEntries(
  KINDS.flatMap((kind) => [kind, `multi_${kind}`]).map((kind) => [kind, select]),
);
