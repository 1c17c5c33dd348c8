// Round pictures made of initials.

import { h } from "./dom.js";
import { colourOf, initials } from "./format.js";
import { nameOf, store, titleOf } from "./store.js";

function circle(id, letters, extra = "") {
  return h("span", { class: `avatar colour-${colourOf(id)} ${extra}`, "aria-hidden": "true" }, letters);
}

/** A person's or the bot's. */
export function personAvatar(person) {
  if (person.id === store.bot.id) return h("span", { class: "avatar bot", "aria-hidden": "true" });
  return circle(person.id, initials(nameOf(person)));
}

/** A chat's: the person's for a private one. */
export function chatAvatar(chat) {
  const person = chat.type === "private" && store.people.get(chat.id);
  return person ? personAvatar(person) : circle(chat.id, initials(titleOf(chat)), "group");
}

/** A message's sender's. */
export function senderAvatar(message) {
  if (message.from_bot) return personAvatar(store.bot);
  const person = store.people.get(message.sender_id);
  if (person && !message.sender_chat) return personAvatar(person);
  return circle(message.sender_chat?.id ?? message.chat_id, initials(message.sender_name || "?"), "group");
}
