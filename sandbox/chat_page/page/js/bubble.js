// One message.

import { post } from "./api.js";
import { copyText, openLink, press, sendText } from "./actions.js";
import { senderAvatar } from "./avatar.js";
import { h, icon, iconButton } from "./dom.js";
import { rich } from "./entities.js";
import { colourOf, sizeOf, timeOf } from "./format.js";
import { t } from "./i18n.js";
import { changed, placeOf, senderName, store } from "./store.js";
import { serviceWords } from "./service.js";
import { attempt } from "./toast.js";

const TEXT_ACTIONS = { command: sendText, link: openLink, copy: copyText, copyLabel: () => t("copy") };

/** A line in the middle that tells of an event. */
export function serviceLine(message) {
  return h("div", { class: "service", dataset: { message: String(message.message_id) } }, h("span", {}, serviceWords(message)));
}

/** A bubble; `together` when it continues the one above. */
export function bubble(message, together) {
  const own = message.sender_id === store.speaker && !message.sender_chat;
  const kind = own ? "own" : message.from_bot ? "from-bot" : "other";
  return h(
    "article",
    {
      class: `row ${kind} ${together ? "together" : ""}`,
      dataset: { message: String(message.message_id), test: message.from_bot ? "bot-message" : "message" },
      "aria-label": senderName(message),
    },
    own ? null : senderAvatar(message),
    h(
      "div",
      { class: "bubble", ondblclick: () => changed("reply", message) },
      own || together ? null : senderLine(message),
      topicTag(message),
      forwardLine(message),
      replyLine(message),
      media(message),
      words(message),
      meta(message),
      tools(message, own),
    ),
    inlineButtons(message),
  );
}

function senderLine(message) {
  const person = store.people.get(message.sender_id);
  const place = message.from_bot ? t("bot") : person && !message.sender_chat ? placeOf(person) : "";
  return h(
    "div",
    { class: `sender ink-${message.from_bot ? "bot" : colourOf(message.sender_id ?? message.chat_id)}` },
    h("span", { class: "sender-name" }, senderName(message)),
    place ? h("span", { class: "sender-place" }, place) : null,
  );
}

function topicTag(message) {
  if (!message.is_topic_message || store.topic !== null) return null;
  const topic = store.chats.get(message.chat_id)?.topics.find((one) => one.id === message.message_thread_id);
  return topic ? h("div", { class: "topic-tag" }, `# ${topic.name}`) : null;
}

function forwardLine(message) {
  const origin = message.forward_origin;
  if (!origin) return null;
  const name = origin.sender_user?.first_name ?? origin.sender_user_name ?? origin.chat?.title ?? "";
  return h("div", { class: "forwarded" }, t("forwarded_from", { name }));
}

function replyLine(message) {
  const reply = message.reply;
  if (!reply) return null;
  return h(
    "button",
    { type: "button", class: "quote", onclick: () => changed("jump", reply.message_id) },
    h("span", { class: "quote-name" }, reply.name),
    h("span", { class: "quote-text" }, reply.text || (reply.photo ? t("photo") : t("file"))),
  );
}

function media(message) {
  if (message.photo) {
    const best = message.photo.at(-1);
    const src = `/api/files/${best.file_id}`;
    const image = h("img", { src, alt: t("photo"), loading: "lazy", width: best.width, height: best.height });
    return h("a", { class: "photo", href: src, target: "_blank", rel: "noopener" }, image);
  }
  if (!message.document) return null;
  const { file_id: id, file_name: name, file_size: size } = message.document;
  return h(
    "a",
    { class: "document", href: `/api/files/${id}`, download: name ?? t("file"), dataset: { test: "document" } },
    h("span", { class: "document-icon" }, icon("file")),
    h("span", { class: "document-words" }, h("span", { class: "document-name" }, name ?? t("file")), h("span", { class: "document-size" }, sizeOf(size))),
  );
}

function words(message) {
  const text = message.text ?? message.caption;
  if (!text) return null;
  return h("div", { class: "text", dataset: { test: "text" } }, rich(text, message.entities ?? message.caption_entities, TEXT_ACTIONS));
}

function meta(message) {
  return h(
    "span",
    { class: "meta" },
    message.reactions.length ? h("span", { class: "reactions", dataset: { test: "reactions" } }, message.reactions.join(" ")) : null,
    message.edit_date ? h("span", {}, t("edited")) : null,
    h("time", {}, timeOf(message.date)),
  );
}

function tools(message, own) {
  const remove = () => attempt(() => post("delete", { chat: message.chat_id, message: message.message_id }));
  const editable = own && (message.text || message.caption);
  return h(
    "span",
    { class: "tools" },
    iconButton("reply", t("reply"), () => changed("reply", message), { dataset: { test: "reply" } }),
    editable ? iconButton("edit", t("edit"), () => changed("edit", message), { dataset: { test: "edit" } }) : null,
    own ? iconButton("trash", t("delete"), remove, { dataset: { test: "delete" } }) : null,
  );
}

function inlineButtons(message) {
  const rows = message.markup?.inline_keyboard;
  if (!rows) return null;
  const run = async (event, button) => {
    const pressed = event.currentTarget;
    pressed.classList.add("busy");
    pressed.disabled = true;
    try {
      await press(message, button);
    } finally {
      pressed.classList.remove("busy");
      pressed.disabled = false;
    }
  };
  return h(
    "div",
    { class: "keyboard", dataset: { test: "keyboard" } },
    rows.map((row) =>
      h(
        "div",
        { class: "keyboard-row" },
        row.map((button) =>
          h(
            "button",
            { type: "button", onclick: (event) => run(event, button), dataset: { test: "inline-button" } },
            h("span", {}, button.text),
            button.url ? icon("link") : null,
          ),
        ),
      ),
    ),
  );
}
