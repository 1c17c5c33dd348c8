// Text with Telegram's entities as elements. Offsets are UTF-16 units, which is how JavaScript counts.

import { h } from "./dom.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

function wrap(entity, inner, text, actions) {
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

/** Nodes and strings for a text; `actions.command(text)` and `actions.link(url)` are called on clicks. */
export function rich(text, entities, actions) {
  return build(text, 0, text.length, entities ?? [], actions);
}
