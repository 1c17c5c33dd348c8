// The right side: the open chat with its head, topics, messages and composer.

import { closeChat, speakAs, speakersOf, startBot } from "./actions.js";
import { chatAvatar, personAvatar } from "./avatar.js";
import { buildComposer } from "./composer.js";
import { fill, h, iconButton } from "./dom.js";
import { t } from "./i18n.js";
import { buildMessages } from "./messages.js";
import { changed, isMember, nameOf, placeOf, store, titleOf, watch } from "./store.js";
import { tourStrip } from "./tour.js";

/** Builds the pane once; it follows the store. */
export function buildPane(root) {
  const head = h("header", { class: "chat-head" });
  const topics = h("div", { class: "topics", role: "tablist" });
  const strip = tourStrip();
  const messages = buildMessages();
  const speaker = h("div", { class: "speaker" });
  const composer = buildComposer();
  const foot = h("footer", { class: "foot" });
  const show = (detail = {}) => {
    const chat = store.chats.get(store.open);
    root.classList.toggle("empty", !chat);
    if (!chat) {
      fill(root, h("p", { class: "choose" }, t("choose")));
      return;
    }
    if (detail.switched || !foot.isConnected) fill(root, head, topics, strip, messages.root, foot);
    showHead(head, chat);
    showTopics(topics, chat);
    showSpeaker(speaker, chat);
    const person = store.people.get(store.speaker);
    if (chat.type === "private" && !person?.started) fill(foot, startRow(person));
    else if (!composer.root.isConnected || detail.switched) fill(foot, speaker, composer.root);
    composer.show(detail);
    if (detail.switched || detail.speaker || detail.topic) messages.show();
  };
  watch("open", show);
  watch("language", () => show({ switched: true }));
  watch("typing", () => showHead(head, store.chats.get(store.open)));
  show();
}

function subtitle(chat) {
  if ((store.typing.get(chat.id) ?? 0) > Date.now()) return h("span", { class: "typing" }, t("typing"));
  if (chat.type === "private") return t("bot_chat");
  const count = Object.keys(chat.members).filter((id) => isMember(chat, id)).length;
  return t("members", { n: count });
}

function showHead(head, chat) {
  if (!chat) return;
  fill(
    head,
    iconButton("back", t("back"), closeChat, { class: "icon-button back", dataset: { test: "back" } }),
    chat.type === "private" ? personAvatar(store.bot) : chatAvatar(chat),
    h(
      "div",
      { class: "head-words" },
      h("h2", { dataset: { test: "chat-title" } }, chat.type === "private" ? store.bot.name : titleOf(chat)),
      h("p", {}, subtitle(chat)),
    ),
  );
}

function showTopics(bar, chat) {
  bar.hidden = !chat.is_forum;
  if (bar.hidden) return;
  const choices = [[null, t("all_topics")], [0, t("general")], ...chat.topics.map((one) => [one.id, one.name])];
  const choose = (id) => {
    store.topic = id;
    changed("open", { topic: true });
  };
  // A list of tabs is one stop of the tab key; the arrows move within it.
  const onkeydown = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = choices.findIndex(([id]) => id === store.topic);
    choose(choices[(at + step + choices.length) % choices.length][0]);
    bar.querySelector("[aria-selected='true']").focus();
  };
  fill(
    bar,
    choices.map(([id, name]) =>
      h(
        "button",
        {
          type: "button",
          role: "tab",
          "aria-selected": String(store.topic === id),
          dataset: { test: "topic", topic: String(id ?? "all") },
          tabindex: store.topic === id ? "0" : "-1",
          onclick: () => choose(id),
          onkeydown,
        },
        name,
      ),
    ),
  );
}

function option(person) {
  const place = placeOf(person);
  const label = place ? `${nameOf(person)} · ${place}` : nameOf(person);
  return h("option", { value: String(person.id), selected: person.id === store.speaker }, label);
}

function showSpeaker(row, chat) {
  const here = speakersOf(chat);
  const others = [...store.people.values()].filter((one) => !one.is_bot && !here.includes(one));
  const person = store.people.get(store.speaker);
  const select = h(
    "select",
    {
      id: "speak-as",
      dataset: { test: "speak-as" },
      "aria-label": t("speak_as"),
      onchange: (event) => speakAs(Number(event.target.value)),
    },
    h("optgroup", { label: t("here") }, here.map(option)),
    others.length ? h("optgroup", { label: t("elsewhere") }, others.map(option)) : null,
  );
  fill(
    row,
    h("label", { for: "speak-as" }, t("speak_as")),
    person ? personAvatar(person) : null,
    select,
  );
}

function startRow(person) {
  if (!person) return null;
  return h(
    "div",
    { class: "start-row" },
    h("p", {}, t("start_hint", { name: nameOf(person) })),
    h(
      "button",
      { type: "button", class: "primary wide", onclick: () => startBot(person.id), dataset: { test: "start" } },
      t("start"),
    ),
  );
}
