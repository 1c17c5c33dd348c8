// The left side: clock, chats, and what to try.

import { openChat, openPrivate } from "./actions.js";
import { chatAvatar } from "./avatar.js";
import { clockPanel } from "./clock.js";
import { fill, h, iconButton } from "./dom.js";
import { shortMoment } from "./format.js";
import { currentLanguage, setLanguage, t } from "./i18n.js";
import { serviceWords } from "./service.js";
import { changed, senderName, store, titleOf, watch } from "./store.js";
import { isDark, toggleTheme } from "./theme.js";
import { toast } from "./toast.js";
import { tourPanel } from "./tour.js";

/** Builds the side once; its parts follow the store. */
export function buildSidebar(root) {
  const groups = h("ul", { class: "chats" });
  const privates = h("ul", { class: "chats" });
  const show = () => {
    fill(
      root,
      heading(show),
      clockPanel(),
      h(
        "nav",
        { class: "lists", "aria-label": t("groups"), dataset: { test: "chat-list" } },
        h("h2", {}, t("groups")),
        groups,
        h("h2", {}, t("private")),
        privates,
      ),
      tourPanel(),
    );
    list();
  };
  const list = () => {
    const all = [...store.chats.values()].filter((chat) => !chat.migrated_to);
    fill(groups, all.filter((chat) => chat.type !== "private").map((chat) => item(chat)));
    fill(privates, privateChats(all).map((chat) => item(chat)));
  };
  watch("chats", list);
  watch("clock", list);
  watch("language", show);
  show();
}

function heading(show) {
  const dark = isDark();
  return h(
    "header",
    { class: "brand" },
    h("span", { class: "logo", "aria-hidden": "true" }),
    h("div", { class: "brand-words" }, h("h1", {}, t("title")), h("p", {}, t("subtitle"))),
    h(
      "button",
      {
        type: "button",
        class: "text-button",
        lang: currentLanguage() === "zh" ? "en" : "zh",
        dataset: { test: "language" },
        onclick: () => {
          setLanguage(currentLanguage() === "zh" ? "en" : "zh");
          changed("language");
          toast(t("bot_language"), "language", 6000);
        },
      },
      t("language"),
    ),
    iconButton(dark ? "sun" : "moon", t(dark ? "light" : "dark"), () => {
      toggleTheme();
      show();
    }, { dataset: { test: "theme" } }),
  );
}

function privateChats(all) {
  const chats = all.filter((chat) => chat.type === "private" && (chat.last || chat.id === store.open));
  const mine = store.people.get(store.speaker);
  if (mine && !chats.some((chat) => chat.id === mine.id)) {
    chats.push({ id: mine.id, type: "private", title: mine.name, last: null });
  }
  return chats.sort((one, other) => (other.last?.date ?? Infinity) - (one.last?.date ?? Infinity));
}

function previewOf(message) {
  if (!message) return t("empty");
  if (message.service) return serviceWords(message);
  const text = (message.text ?? message.caption ?? "").replace(/\s+/g, " ").slice(0, 90);
  const kind = message.photo ? `[${t("photo")}] ` : message.document ? `[${t("file")}] ` : "";
  const who = message.from_bot ? store.bot.name : senderName(message);
  return [h("span", { class: "who" }, `${who}: `), kind + (text || message.document?.file_name || "")];
}

function item(chat) {
  const unread = store.unread.get(chat.id) ?? 0;
  const open = chat.type === "private" ? () => openPrivate(chat.id) : () => openChat(chat.id);
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: "chat-item",
        "aria-current": chat.id === store.open ? "true" : null,
        onclick: open,
        dataset: { chat: String(chat.id), test: "chat" },
      },
      chatAvatar(chat),
      h(
        "span",
        { class: "chat-words" },
        h("span", { class: "chat-title" }, titleOf(chat)),
        h("span", { class: "chat-time" }, chat.last ? shortMoment(chat.last.date) : ""),
        h("span", { class: "chat-preview" }, previewOf(chat.last)),
        unread ? h("span", { class: "badge", "aria-label": t("unread", { n: unread }) }, unread) : null,
      ),
    ),
  );
}
