// Text with Telegram's entities as elements. Offsets are UTF-16 units, which is how JavaScript counts.

import { h } from "./dom.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  blockquote: "blockquote",
};

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

/** Code is copied by a tap on it, as in Telegram's own programs. */
function copied(tag, inner, text, actions) {
  const copy = (event) => {
    if (event.type === "keydown" && event.key !== "Enter") return;
    if (event.type === "click" && !getSelection().isCollapsed) return;
    actions.copy(text);
  };
  return h(tag, { tabindex: "0", role: "button", title: actions.copyLabel(), onclick: copy, onkeydown: copy }, inner);
}

const isLong = (text) => text.length > 120 || text.split("\n").length > 3;

/** Three lines of a long quotation; a tap shows the rest. */
function folded(inner) {
  const turn = (event) => {
    if (event.type === "keydown" && event.key !== "Enter") return;
    const open = event.currentTarget.getAttribute("aria-expanded") === "true";
    event.currentTarget.setAttribute("aria-expanded", String(!open));
  };
  return h("blockquote", { class: "folding", tabindex: "0", role: "button", "aria-expanded": "false", onclick: turn, onkeydown: turn }, h("div", {}, inner));
}

function wrap(entity, inner, text, actions) {
  if (entity.type === "code" || entity.type === "pre") return copied(entity.type, inner, text, actions);
  if (entity.type === "expandable_blockquote") return isLong(text) ? folded(inner) : h("blockquote", {}, inner);
  if (entity.type in TAGS) return h(TAGS[entity.type], {}, inner);
  if (entity.type === "spoiler") {
    const reveal = (event) => event.currentTarget.classList.add("shown");
    return h("span", { class: "spoiler", tabindex: "0", role: "button", onclick: reveal, onkeydown: reveal }, inner);
  }
  if (entity.type === "bot_command") {
    return h("button", { type: "button", class: "link", onclick: () => actions.command(text) }, inner);
  }
  if (entity.type === "url" || entity.type === "text_link") {
    const url = entity.url ?? text;
    const open = (event) => {
      event.preventDefault();
      actions.link(url);
    };
    return h("a", { href: /^https?:/.test(url) ? url : "#", onclick: open }, inner);
  }
  if (["hashtag", "mention", "text_mention", "email", "phone_number"].includes(entity.type)) {
    return h("span", { class: "tag" }, inner);
  }
  return inner;
}

function build(text, start, end, entities, actions) {
  const parts = [];
  let at = start;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    let next = index + 1;
    while (next < entities.length && entities[next].offset < to) next += 1;
    if (to > from) {
      if (from > at) parts.push(text.slice(at, from));
      const inside = build(text, from, to, entities.slice(index + 1, next), actions);
      parts.push(wrap(entity, inside, text.slice(from, to), actions));
      // The line break after a block is the block's own end.
      at = BLOCKS.has(entity.type) && text[to] === "\n" && to < end ? to + 1 : to;
    }
    index = next;
  }
  if (at < end) parts.push(text.slice(at, end));
  return parts;
}

/** Nodes and strings for a text; `actions.command(text)`, `actions.link(url)` and `actions.copy(text)` are called
 * on clicks. */
export function rich(text, entities, actions) {
  return build(text, 0, text.length, entities ?? [], actions);
}
