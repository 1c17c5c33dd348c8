// The list of messages of the open chat.

import { bubble, serviceLine } from "./bubble.js";
import { fill, h, icon } from "./dom.js";
import { dayOf } from "./format.js";
import { t } from "./i18n.js";
import { loadEarlier, store, watch } from "./store.js";

const NEAR_END = 120;
const DAY_SHOWN_MS = 900;
const TOGETHER_SECONDS = 300;

function shown(message) {
  if (message.deleted) return false;
  const chat = store.chats.get(store.open);
  if (!chat?.is_forum || store.topic === null) return true;
  const topic = message.is_topic_message ? message.message_thread_id : 0;
  return topic === store.topic;
}

function belongTogether(before, message) {
  return (
    before &&
    !before.service &&
    before.sender_id === message.sender_id &&
    before.sender_name === message.sender_name &&
    message.date - before.date < TOGETHER_SECONDS
  );
}

function pill(words) {
  return h("div", { class: "day" }, h("span", {}, words));
}

/** The list: `root` to put into the page, `show()` to draw it anew. */
export function buildMessages() {
  const list = h("div", { class: "messages", role: "log", "aria-live": "polite", tabindex: "0", dataset: { test: "messages" } });
  const toEnd = h("button", { type: "button", class: "to-end", "aria-label": t("new_messages"), hidden: true, onclick: () => scrollDown("smooth") }, icon("down"));
  const root = h("div", { class: "messages-box" }, list, toEnd);
  const drawn = new Map();
  let pinned = true;
  let lastTop = 0;

  const atEnd = () => list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END;

  function scrollDown(behavior = "instant") {
    pinned = true;
    toEnd.hidden = true;
    list.scrollTo({ top: list.scrollHeight, behavior });
  }

  // Only a movement upwards lets go of the end: a smooth scroll on its way down has not arrived yet.
  let resting = 0;
  list.addEventListener("scroll", () => {
    list.classList.add("scrolling");
    clearTimeout(resting);
    resting = setTimeout(() => list.classList.remove("scrolling"), DAY_SHOWN_MS);
    if (atEnd()) pinned = true;
    else if (list.scrollTop < lastTop - 2) pinned = false;
    lastTop = list.scrollTop;
    toEnd.hidden = pinned;
  });
  new ResizeObserver(() => pinned && scrollDown()).observe(list);
  list.addEventListener("load", () => pinned && scrollDown(), true);
  list.addEventListener("click", (event) => {
    const row = event.target.closest(".bubble")?.parentElement;
    for (const other of list.querySelectorAll(".row.tapped")) if (other !== row) other.classList.remove("tapped");
    row?.classList.toggle("tapped");
  });

  function element(message, before) {
    const together = belongTogether(before, message);
    const made = message.service ? serviceLine(message) : bubble(message, together);
    drawn.set(message.message_id, { element: made, together });
    return made;
  }

  function draw() {
    const messages = visible();
    drawn.clear();
    fill(list, h("div", { class: "spacer" }), store.more.get(store.open) ? earlierButton() : null);
    let before = null;
    for (const message of messages) {
      add(message, before);
      before = message;
    }
    if (messages.length === 0) list.append(h("p", { class: "no-messages" }, t("empty")));
  }

  function add(message, before) {
    const newDay = !before || dayOf(before.date) !== dayOf(message.date);
    if (newDay) list.append(h("section", { class: "day-group" }, pill(dayOf(message.date))));
    list.querySelector(".no-messages")?.remove();
    list.lastElementChild.append(element(message, newDay ? null : before));
  }

  function earlierButton() {
    const more = async () => {
      const height = list.scrollHeight;
      await loadEarlier(store.open);
      draw();
      list.scrollTop = list.scrollHeight - height;
    };
    return h("button", { type: "button", class: "earlier", onclick: more }, t("earlier"));
  }

  function visible() {
    return [...(store.messages.get(store.open)?.values() ?? [])].filter(shown);
  }

  function show() {
    draw();
    scrollDown();
  }

  function one({ kind, message }) {
    const old = drawn.get(message.message_id);
    if (kind === "message" && shown(message)) {
      add(message, visible().at(-2));
      drawn.get(message.message_id).element.classList.add("fresh");
      if (pinned || message.sender_id === store.speaker) scrollDown("smooth");
      return;
    }
    if (old && message.deleted) {
      old.element.classList.add("gone");
      old.element.addEventListener("animationend", () => old.element.remove(), { once: true });
      drawn.delete(message.message_id);
    } else if (old) {
      const made = bubble(message, old.together);
      made.classList.add("changed");
      old.element.replaceWith(made);
      drawn.set(message.message_id, { element: made, together: old.together });
    }
    if (pinned) scrollDown("smooth");
  }

  watch("messages", one);
  watch("clock", () => {
    const top = list.scrollTop;
    draw();
    list.scrollTop = top;
  });
  watch("jump", (id) => {
    const found = drawn.get(id)?.element;
    if (!found) return;
    found.scrollIntoView({ block: "center", behavior: "smooth" });
    found.classList.remove("pointed");
    requestAnimationFrame(() => found.classList.add("pointed"));
  });
  return { root, show };
}
