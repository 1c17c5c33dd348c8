// What a person can do on the page, each a small function that the parts share.

import { post } from "./api.js";
import { t } from "./i18n.js";
import { changed, isMember, messagesOf, nameOf, store, titleOf } from "./store.js";
import { alertBox, attempt, toast } from "./toast.js";

const ROLE_ORDER = ["officer", "handler", "liaison", "supervisor", "admin"];

function rank(person, chat) {
  return ROLE_ORDER.indexOf(person.role) + (person.unit === chat.unit ? 0 : ROLE_ORDER.length);
}

/** The members of a group that one can speak as: those of its own unit first, officers before others. */
export function speakersOf(chat) {
  if (chat.type === "private") return [store.people.get(chat.id)].filter(Boolean);
  return [...store.people.values()]
    .filter((person) => !person.is_bot && isMember(chat, person.id))
    .sort((one, other) => rank(one, chat) - rank(other, chat));
}

/** Opens a chat; whoever spoke there last speaks again. */
export async function openChat(chatId, { speaker = null, topic = null, push = true, quiet = false } = {}) {
  const chat = store.chats.get(chatId);
  if (!chat) return;
  if (chat.migrated_to) return openChat(chat.migrated_to, { speaker, push, quiet });
  const before = store.speaker;
  const options = speakersOf(chat);
  const remembered = options.find((one) => one.id === store.speakers.get(chatId));
  const current = options.find((one) => one.id === store.speaker);
  const chosen = options.find((one) => one.id === speaker) ?? current ?? remembered ?? options[0];
  if (chosen) store.speaker = chosen.id;
  store.speakers.set(chatId, store.speaker);
  store.open = chatId;
  store.topic = topic;
  store.unread.delete(chatId);
  document.getElementById("app").dataset.screen = "chat";
  if (push && location.hash !== `#${chatId}`) history.pushState(null, "", `#${chatId}`);
  await attempt(() => messagesOf(chatId));
  changed("chats");
  changed("open", { switched: true });
  if (!quiet && before !== null && before !== store.speaker && chosen) toast(t("speaking", { name: nameOf(chosen) }), "speaker");
}

/** Back to the list, on a narrow screen. */
export function closeChat() {
  store.open = null;
  document.getElementById("app").dataset.screen = "list";
  history.pushState(null, "", location.pathname);
  changed("chats");
  changed("open", { switched: true });
}

/** Speaks as somebody; one who is not in the open chat is followed to a chat of his. */
export async function speakAs(personId) {
  const person = store.people.get(personId);
  const chat = store.chats.get(store.open);
  if (chat && chat.type !== "private" && isMember(chat, personId)) {
    store.speaker = personId;
    store.speakers.set(chat.id, personId);
    changed("open", { speaker: true });
    changed("chats");
    return;
  }
  if (chat?.type === "private") return openPrivate(personId);
  const groups = [...store.chats.values()].filter((one) => one.type !== "private" && isMember(one, personId));
  const home = groups.find((one) => one.unit === person.unit) ?? groups[0];
  if (!home) return openPrivate(personId);
  await openChat(home.id, { speaker: personId, quiet: true });
  toast(t("moved_to", { name: nameOf(person), chat: titleOf(home) }), "speaker");
}

/** Opens a person's private chat with the bot, which need not exist yet. */
export async function openPrivate(personId) {
  if (!store.chats.has(personId)) {
    const person = store.people.get(personId);
    const members = { [personId]: "member", [store.bot.id]: "member" };
    store.chats.set(personId, {
      id: personId, type: "private", title: person.name, title_en: person.name_en, members,
      topics: [], pinned: [], last: null, migrated_to: null, unborn: true,
    });
    store.messages.set(personId, new Map());
  }
  await openChat(personId, { speaker: personId });
}

/** A tap on the bot's link, or on "Start". */
export async function startBot(personId, payload = "") {
  await openPrivate(personId);
  const answer = await attempt(() => post("start", { person: personId, payload }));
  if (answer) store.people.get(personId).started = true;
  changed("open", {});
}

/** Follows a link of a message: to the bot, to another message, or out. */
export async function openLink(url) {
  const link = new URL(url.includes("://") ? url : `https://${url}`, location.href);
  if (!["t.me", "telegram.me"].includes(link.hostname)) {
    window.open(link.href, "_blank", "noopener,noreferrer");
    return;
  }
  const [first, second, third] = link.pathname.split("/").filter(Boolean);
  if (first === store.bot.username) {
    const payload = link.searchParams.get("start");
    return payload === null ? openPrivate(store.speaker) : startBot(store.speaker, payload);
  }
  const chat = first === "c" ? store.chats.get(Number(`-100${second}`)) : null;
  if (!chat) return toast(t("link_unknown"));
  await openChat(chat.id);
  changed("jump", Number(third));
}

/** Puts a text into the clipboard and says so. */
export async function copyText(text) {
  const done = await attempt(async () => {
    await navigator.clipboard.writeText(text);
    return true;
  });
  if (done) toast(t("copied"));
}

/** Presses an inline button and shows the answer. */
export async function press(message, button) {
  if (button.url) return openLink(button.url);
  if (button.copy_text) {
    return copyText(button.copy_text.text);
  }
  const query = button.switch_inline_query_current_chat ?? button.switch_inline_query;
  if (query !== undefined) return changed("compose", `@${store.bot.username} ${query}`);
  store.pressedAt = Date.now();
  const answer = await attempt(() =>
    post("press", {
      person: store.speaker,
      chat: message.chat_id,
      message: message.message_id,
      data: button.callback_data,
    }),
  );
  if (!answer) return undefined;
  if (!answer.answered) return toast(t("no_answer"), "error");
  if (answer.url) return openLink(answer.url);
  if (answer.text) return answer.show_alert ? alertBox(answer.text) : toast(answer.text);
  return undefined;
}

/** Sends a text in the open chat as it stands (a tapped command, a reply keyboard's button). */
export function sendText(text) {
  const body = { person: store.speaker, chat: store.open, text, thread: store.topic || null };
  return attempt(() => post("messages", body));
}
