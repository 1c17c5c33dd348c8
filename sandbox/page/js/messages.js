// The list of messages of the open chat.

import { bubble, serviceLine } from "./bubble.js";
import { fill, h, icon } from "./dom.js";
import { dayOf } from "./format.js";
import { t } from "./i18n.js";
import { loadEarlier, store, watch } from "./store.js";

const NEAR_END = 120;
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

/** The list: `root` to put into the page, `show()` to draw it anew. */
export function buildMessages() {
  const list = h("div", { class: "messages", role: "log", "aria-live": "polite", tabindex: "0", dataset: { test: "messages" } });
  const toEnd = h("button", { type: "button", class: "to-end", "aria-label": t("new_messages"), hidden: true, onclick: () => scrollDown("smooth") }, icon("down"));
  const root = h("div", { class: "messages-box" }, list, toEnd);
  const drawn = new Map();

  const atEnd = () => list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END;
  const scrollDown = (behavior = "instant") => list.scrollTo({ top: list.scrollHeight, behavior });
  list.addEventListener("scroll", () => {
    toEnd.hidden = atEnd();
  });

  function draw(messages) {
    drawn.clear();
    const parts = [];
    if (store.more.get(store.open)) parts.push(earlierButton());
    let before = null;
    for (const message of messages) {
      if (!before || dayOf(before.date) !== dayOf(message.date)) {
        parts.push(h("div", { class: "day" }, h("span", {}, dayOf(message.date))));
        before = null;
      }
      parts.push(element(message, before));
      before = message;
    }
    if (messages.length === 0) parts.push(h("p", { class: "no-messages" }, t("empty")));
    fill(list, h("div", { class: "spacer" }), parts);
  }

  function element(message, before) {
    const together = belongTogether(before, message);
    const made = message.service ? serviceLine(message) : bubble(message, together);
    drawn.set(message.message_id, { element: made, together });
    return made;
  }

  function earlierButton() {
    const more = async () => {
      const height = list.scrollHeight;
      await loadEarlier(store.open);
      show({ keep: true });
      list.scrollTop = list.scrollHeight - height;
    };
    return h("button", { type: "button", class: "earlier", onclick: more }, t("earlier"));
  }

  function visible() {
    return [...(store.messages.get(store.open)?.values() ?? [])].filter(shown);
  }

  function show({ keep = false } = {}) {
    draw(visible());
    if (!keep) scrollDown();
    toEnd.hidden = true;
  }

  function one({ kind, message }) {
    const follow = atEnd();
    const old = drawn.get(message.message_id);
    if (kind === "message" && shown(message)) {
      const all = visible();
      const before = all.at(-2);
      const newDay = !before || dayOf(before.date) !== dayOf(message.date);
      if (all.length === 1 || newDay) draw(all);
      else list.append(element(message, before));
      drawn.get(message.message_id)?.element.classList.add("fresh");
    } else if (old && message.deleted) {
      old.element.classList.add("gone");
      old.element.addEventListener("animationend", () => old.element.remove(), { once: true });
      drawn.delete(message.message_id);
    } else if (old) {
      const made = bubble(message, old.together);
      made.classList.add("changed");
      old.element.replaceWith(made);
      drawn.set(message.message_id, { element: made, together: old.together });
    }
    if (follow || message.sender_id === store.speaker) scrollDown("smooth");
    else toEnd.hidden = atEnd();
  }

  watch("messages", one);
  watch("clock", () => draw(visible()));
  watch("jump", (id) => {
    const found = drawn.get(id)?.element;
    if (!found) return;
    found.scrollIntoView({ block: "center", behavior: "smooth" });
    found.classList.remove("pointed");
    requestAnimationFrame(() => found.classList.add("pointed"));
  });
  return { root, show };
}
