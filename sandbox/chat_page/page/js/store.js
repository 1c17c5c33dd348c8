// What the page knows. One object, changed by events, watched by the parts of the page.

import { get } from "./api.js";
import { currentLanguage, t } from "./i18n.js";

export const store = {
  bot: null,
  people: new Map(),
  chats: new Map(),
  units: new Map(),
  messages: new Map(),
  more: new Map(),
  unread: new Map(),
  examples: {},
  tour: [],
  offset: 0,
  speaker: null,
  speakers: new Map(),
  open: null,
  topic: null,
  typing: new Map(),
  pressedAt: 0,
};

const watchers = new Map();

// Chats whose messages are on their way, and what has happened in them meanwhile: the answer may be older than that.
const readings = new Map();

/** Calls `action` whenever `topic` ("chats", "messages", "clock", …) changes. */
export function watch(topic, action) {
  if (!watchers.has(topic)) watchers.set(topic, []);
  watchers.get(topic).push(action);
}

/** Tells the watchers of a topic. */
export function changed(topic, detail) {
  for (const action of watchers.get(topic) ?? []) action(detail);
}

/** Reads everything anew; returns the number of the last event it contains. */
export async function load() {
  const state = await get("state");
  store.bot = state.bot;
  store.people = new Map(state.people.map((person) => [person.id, person]));
  store.chats = new Map(state.chats.map((chat) => [chat.id, chat]));
  store.units = new Map((state.units ?? []).map((unit) => [unit.code, unit]));
  store.examples = state.examples ?? {};
  store.tour = state.tour ?? [];
  store.defaultLanguage = state.language;
  store.timezone = state.timezone;
  store.messages.clear();
  readings.clear();
  setClock(state.clock);
  return state.seq;
}

/** Takes the server's clock over. */
export function setClock(clock) {
  store.offset = Date.parse(clock.now) - Date.now();
  store.ahead = clock.offset;
}

/** The sandbox's moment. */
export function now() {
  return new Date(Date.now() + store.offset);
}

/** Applies one event of the stream. */
export function apply(event) {
  if (event.kind === "message" || event.kind === "edit" || event.kind === "reaction" || event.kind === "delete") applyMessage(event);
  else if (event.kind === "chat") {
    store.chats.set(event.chat, event.view);
    changed("chats");
    if (event.chat === store.open) changed("open");
  } else if (event.kind === "person") {
    store.people.set(event.person.id, event.person);
    changed("chats");
  } else if (event.kind === "clock") {
    setClock(event);
    changed("clock");
  } else if (event.kind === "typing") {
    store.typing.set(event.chat, Date.now() + 5000);
    changed("typing", event.chat);
  } else changed(event.kind, event);
}

function applyMessage({ kind, chat: id, message }) {
  const chat = store.chats.get(id);
  const known = store.messages.get(id);
  if (known) take(known, { kind, message });
  readings.get(id)?.events.push({ kind, message });
  if (message.from_bot) store.typing.delete(id);
  if (chat) {
    const isLast = !chat.last || message.message_id >= chat.last.message_id;
    if (kind !== "delete" && isLast) chat.last = message;
    if (kind === "delete" && known && chat.last?.message_id === message.message_id) {
      chat.last = [...known.values()].filter((one) => !one.deleted).at(-1) ?? null;
    }
  }
  if (kind === "message" && (id !== store.open || document.hidden) && !message.service) {
    store.unread.set(id, (store.unread.get(id) ?? 0) + 1);
  }
  changed("chats");
  if (id === store.open) changed("messages", { kind, message });
}

// One that was not read yet, being an earlier one, does not become the last because it is edited.
function take(known, { kind, message }) {
  if (kind === "message" || known.has(message.message_id)) known.set(message.message_id, message);
}

/** The messages of a chat in order, read on first use. */
export async function messagesOf(chatId) {
  if (store.messages.has(chatId)) return store.messages.get(chatId);
  if (!readings.has(chatId)) begin(chatId);
  return readings.get(chatId).done;
}

function begin(chatId, query = {}) {
  const reading = { events: [] };
  readings.set(chatId, reading);
  reading.done = readMessages(chatId, reading, query);
}

async function readMessages(chatId, reading, query) {
  try {
    const answer = await get("messages", { chat: chatId, ...query });
    if (readings.get(chatId) !== reading) return messagesOf(chatId); // all was read anew meanwhile
    const later = store.messages.get(chatId) ?? [];
    const known = new Map([...answer.messages.map((one) => [one.message_id, one]), ...later]);
    for (const event of reading.events) take(known, event);
    store.messages.set(chatId, known);
    store.more.set(chatId, answer.more);
    return known;
  } finally {
    if (readings.get(chatId) === reading) readings.delete(chatId);
  }
}

/** Reads 200 earlier messages of a chat. */
export async function loadEarlier(chatId) {
  if (!readings.has(chatId)) begin(chatId, { before: store.messages.get(chatId).keys().next().value });
  await readings.get(chatId).done;
}

/** Whether a person is in a chat now. */
export function isMember(chat, personId) {
  const status = chat.members[personId];
  return ["creator", "administrator", "member", "restricted"].includes(status);
}

/** A person's name in the page's language. */
export function nameOf(person) {
  return (currentLanguage() === "en" && person.name_en) || person.name;
}

/** A chat's title in the page's language. */
export function titleOf(chat) {
  if (chat.type === "private") {
    const person = store.people.get(chat.id);
    return t("with_bot", { name: person ? nameOf(person) : chat.title });
  }
  return (currentLanguage() === "en" && chat.title_en) || chat.title;
}

/** "无锡 · 民警": the unit's short name and the role. */
export function placeOf(person) {
  const unit = store.units.get(person.unit);
  const short = unit && (currentLanguage() === "en" ? unit.name_en.split(" ")[0] : unit.name.replace(/市公安局$/, ""));
  return [short, person.role && t(person.role)].filter(Boolean).join(" · ");
}

/** Who wrote a message, by name in the page's language. */
export function senderName(message) {
  const person = store.people.get(message.sender_id);
  return person && !message.sender_chat ? nameOf(person) : message.sender_name;
}
