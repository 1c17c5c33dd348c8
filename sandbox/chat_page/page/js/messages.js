// The list of messages of the open chat.

import { bubble, serviceLine } from "./bubble.js";
import { fill, h, icon } from "./dom.js";
import { dayOf } from "./format.js";
import { currentLanguage, t } from "./i18n.js";
import { changed, loadEarlier, store, watch } from "./store.js";

const NEAR_END = 120;
const DAY_SHOWN_MS = 900;
const TOGETHER_SECONDS = 300;
const ANSWERED_MS = 4000;

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
  const badge = h("span", { class: "badge", "aria-hidden": "true" });
  const toEnd = h("button", { type: "button", class: "to-end", "aria-label": t("new_messages"), hidden: true, onclick: () => scrollDown("smooth") }, badge, icon("down"));
  const root = h("div", { class: "messages-box" }, list, toEnd);
  const drawn = new Map();
  let pinned = true;
  let lastTop = 0;

  const atEnd = () => list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END;

  // How many messages came below what is on the screen.
  let below = 0;
  function showEnd() {
    if (pinned) below = 0;
    toEnd.hidden = pinned;
    badge.textContent = below || "";
  }

  function scrollDown(behavior = "instant") {
    pinned = true;
    showEnd();
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
    showEnd();
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
    if (together && message.media_group_id && message.media_group_id === before.media_group_id) made.classList.add("album");
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
    if (messages.every((message) => message.service)) list.append(emptiness());
  }

  // Where nobody has said anything yet: what this place is for, and where the tour starts, a way to begin.
  function emptiness() {
    const chat = store.chats.get(store.open);
    if (!chat || chat.type === "private") return h("p", { class: "no-messages" }, t("empty"));
    const begins = store.examples.new && store.tour[0]?.chat === chat.title;
    const fillIn = () => changed("compose", store.examples.new[currentLanguage()]);
    return h(
      "div",
      { class: "no-messages welcome", dataset: { test: "welcome" } },
      h("h3", {}, t("empty_title")),
      h("p", {}, t(begins ? "empty_asks" : "empty_asked")),
      begins ? h("button", { type: "button", class: "primary", onclick: fillIn, dataset: { test: "welcome-example" } }, t("empty_example")) : null,
    );
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
      const awaited = message.from_bot && Date.now() - store.pressedAt < ANSWERED_MS;
      if (pinned || awaited || message.sender_id === store.speaker) scrollDown("smooth");
      else below += 1;
      showEnd();
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
