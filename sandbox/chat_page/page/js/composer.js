// Where messages are written: text, files, replies, edits, commands.

import { get, post, postFiles } from "./api.js";
import { sendText } from "./actions.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { sizeOf } from "./format.js";
import { currentLanguage, t } from "./i18n.js";
import { changed, isMember, senderName, store, watch } from "./store.js";
import { attempt } from "./toast.js";

const MAX_HEIGHT = 220;
// A screen keyboard has no Shift+Enter: there Enter is a new line and the button sends, as in Telegram.
const TOUCH = matchMedia("(hover: none) and (pointer: coarse)");
const DRAFTS = "crossbeat.drafts";
const drafts = new Map(JSON.parse(sessionStorage.getItem(DRAFTS) ?? "[]"));

function keepDraft(chat, text) {
  if (text) drafts.set(chat, text);
  else drafts.delete(chat);
  sessionStorage.setItem(DRAFTS, JSON.stringify([...drafts]));
}

/** The composer: `root` for the page, `show(detail)` when chat or speaker change. */
export function buildComposer() {
  const state = { reply: null, edit: null, files: [], commands: [], chosen: 0, shown: null };
  const banner = h("div", { class: "banner" });
  const fileRow = h("div", { class: "files" });
  const suggestions = h("ul", { class: "suggestions", role: "listbox", id: "suggestions", "aria-label": t("commands"), hidden: true, dataset: { test: "suggestions" } });
  const keyboard = h("div", { class: "reply-keyboard" });
  const input = h("textarea", {
    rows: 1, id: "composer", dataset: { test: "composer" }, "aria-controls": "suggestions", autocomplete: "off",
  });
  const picker = h("input", { type: "file", multiple: true, hidden: true, dataset: { test: "file-input" } });
  const options = moreOptions();
  const bar = h("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); send(); } });
  const root = h("div", { class: "composer-box" }, suggestions, keyboard, banner, fileRow, bar);

  function drawBar() {
    fill(
      bar,
      iconButton("attach", t("attach"), () => picker.click(), { dataset: { test: "attach" } }),
      picker,
      input,
      examplesMenu(),
      options.root,
      h("button", { type: "submit", class: "send", "aria-label": t("send"), title: t("send"), dataset: { test: "send" } }, icon("send")),
    );
  }

  function examplesMenu() {
    const entries = Object.entries(store.examples);
    if (entries.length === 0) return null;
    const menu = h("details", { class: "menu", dataset: { test: "examples" } });
    const use = (text) => () => {
      menu.open = false;
      setText(text);
    };
    menu.append(
      h("summary", { class: "icon-button", "aria-label": t("examples"), title: t("examples"), role: "button" }, icon("spark")),
      h(
        "div",
        { class: "menu-items" },
        entries.map(([key, words]) =>
          h("button", { type: "button", onclick: use(words[currentLanguage()]), dataset: { test: `example-${key}` } }, t(`example_${key}`)),
        ),
      ),
    );
    return menu;
  }

  function grow() {
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, MAX_HEIGHT)}px`;
    root.classList.toggle("has-text", input.value.trim() !== "" || state.files.length > 0);
  }

  function setText(text) {
    input.value = text;
    if (!state.edit) keepDraft(store.open, text);
    grow();
    input.focus();
    suggest();
  }

  function clear() {
    state.reply = state.edit = null;
    state.files = [];
    input.value = "";
    keepDraft(store.open, "");
    drawSuggestions([]);
    redraw();
  }

  function redraw() {
    const about = state.edit ?? state.reply;
    fill(
      banner,
      about
        ? h(
            "div",
            { class: "banner-inner", dataset: { test: state.edit ? "editing" : "replying" } },
            icon(state.edit ? "edit" : "reply"),
            h(
              "span",
              { class: "quote" },
              h("span", { class: "quote-name" }, state.edit ? t("editing") : t("replying", { name: senderName(about) })),
              h("span", { class: "quote-text" }, (about.text ?? about.caption ?? "").split("\n")[0] || t("file")),
            ),
            iconButton("close", t("cancel"), () => (state.edit ? clear() : setReply(null)), { dataset: { test: "cancel" } }),
          )
        : null,
    );
    fill(
      fileRow,
      state.files.map((file, index) =>
        h(
          "span",
          { class: "file-chip", dataset: { test: "file-chip" } },
          icon("file"),
          h("span", { class: "file-name" }, file.name),
          h("span", { class: "file-size" }, sizeOf(file.size)),
          iconButton("close", t("remove"), () => { state.files.splice(index, 1); redraw(); }),
        ),
      ),
    );
    const forced = state.reply?.markup?.input_field_placeholder;
    input.placeholder = forced ?? t(state.reply ? "placeholder_reply" : "placeholder");
    input.setAttribute("aria-label", input.placeholder);
    grow();
  }

  function setReply(message) {
    state.reply = message;
    state.edit = null;
    redraw();
    if (message) input.focus();
  }

  // Emptied before the answer comes: the bot may ask for a reply before the server has confirmed ours.
  async function send() {
    const text = input.value.trim();
    if (!text && state.files.length === 0) return;
    const kept = { reply: state.reply, edit: state.edit, files: state.files };
    const values = options.values();
    clear();
    if (await attempt(() => deliver(text, kept, values))) return;
    Object.assign(state, kept);
    input.value = text;
    if (!state.edit) keepDraft(store.open, text);
    redraw();
  }

  function deliver(text, { reply, edit, files }, values) {
    if (edit) {
      return post("edit", { person: store.speaker, chat: edit.chat_id, message: edit.message_id, text });
    }
    const payload = {
      person: store.speaker,
      chat: store.open,
      text,
      reply_to: reply?.message_id ?? null,
      thread: store.topic || null,
      album: files.length > 1,
      ...values,
    };
    return files.length ? postFiles(payload, files) : post("messages", payload);
  }

  async function suggest() {
    const typed = input.value.match(/^\/([a-z0-9_]*)$/);
    if (typed && state.commands.length === 0 && store.speaker !== null) {
      const answer = await attempt(() => get("commands", { chat: store.open, person: store.speaker }));
      state.commands = answer?.commands ?? [];
    }
    if (typed && input.value !== typed[0]) return; // sent or changed while the list was on its way
    const fitting = typed ? state.commands.filter((one) => one.command.startsWith(typed[1])) : [];
    state.chosen = 0;
    drawSuggestions(fitting);
  }

  function drawSuggestions(list) {
    state.shown = list;
    suggestions.hidden = list.length === 0;
    fill(
      suggestions,
      list.map((one, index) =>
        h(
          "li",
          {
            role: "option",
            "aria-selected": String(index === state.chosen),
            onpointerdown: (event) => { event.preventDefault(); takeCommand(one); },
          },
          h("b", {}, `/${one.command}`),
          h("span", {}, one.description),
        ),
      ),
    );
  }

  function takeCommand(one) {
    drawSuggestions([]);
    setText(`/${one.command} `);
  }

  function onkey(event) {
    if (state.shown?.length && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      state.chosen = (state.chosen + step + state.shown.length) % state.shown.length;
      drawSuggestions(state.shown);
      suggestions.children[state.chosen].scrollIntoView({ block: "nearest" });
    } else if (state.shown?.length && event.key === "Tab") {
      event.preventDefault();
      takeCommand(state.shown[state.chosen]);
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !TOUCH.matches) {
      event.preventDefault();
      drawSuggestions([]);
      send();
    } else if (event.key === "Escape") {
      if (state.shown?.length) drawSuggestions([]);
      else if (state.edit) clear();
      else setReply(null);
    } else if (event.key === "ArrowUp" && input.value === "") {
      const mine = [...(store.messages.get(store.open)?.values() ?? [])];
      const last = mine.filter((one) => one.sender_id === store.speaker && !one.deleted && one.text).at(-1);
      if (last) changed("edit", last);
    }
  }

  function addFiles(list) {
    state.files.push(...list);
    redraw();
    input.focus();
  }

  function drawKeyboard() {
    const messages = [...(store.messages.get(store.open)?.values() ?? [])].filter((one) => one.from_bot && !one.deleted);
    const last = messages.filter((one) => one.markup?.keyboard || one.markup?.remove_keyboard).at(-1);
    fill(
      keyboard,
      (last?.markup.keyboard ?? []).map((row) =>
        h("div", { class: "keyboard-row" }, row.map((button) =>
          h("button", { type: "button", onclick: () => sendText(button.text ?? button) }, button.text ?? button))),
      ),
    );
  }

  function forced({ kind, message }) {
    drawKeyboard();
    if (kind === "message" && asksSpeaker(message)) setReply(message);
  }

  function show(detail) {
    drawBar();
    options.show();
    state.commands = [];
    drawKeyboard();
    if (detail.switched) {
      const draft = drafts.get(store.open) ?? "";
      clear();
      input.value = draft;
      keepDraft(store.open, draft);
      const waiting = [...(store.messages.get(store.open)?.values() ?? [])].filter((one) => !one.deleted).at(-1);
      if (waiting && asksSpeaker(waiting)) state.reply = waiting;
    }
    redraw();
  }

  input.addEventListener("input", () => { if (!state.edit) keepDraft(store.open, input.value); grow(); suggest(); });
  input.addEventListener("keydown", onkey);
  input.addEventListener("paste", (event) => { if (event.clipboardData.files.length) addFiles(event.clipboardData.files); });
  picker.addEventListener("change", () => { addFiles(picker.files); picker.value = ""; });
  root.addEventListener("dragover", (event) => event.preventDefault());
  root.addEventListener("drop", (event) => { event.preventDefault(); addFiles(event.dataTransfer.files); });
  watch("reply", setReply);
  watch("edit", (message) => { state.edit = message; state.reply = null; redraw(); setText(message.text ?? message.caption ?? ""); });
  watch("compose", setText);
  watch("messages", forced);
  watch("commands", () => { state.commands = []; });
  return { root, show };
}

/** Whether a message of the bot asks for a reply of the person who speaks: a selective one asks only those
 * whom it mentions, and the author of the message that it replies to. */
function asksSpeaker(message) {
  if (!message.from_bot || !message.markup?.force_reply) return false;
  if (!message.markup.selective) return true;
  const replied = store.messages.get(message.chat_id)?.get(message.reply?.message_id);
  const username = store.people.get(store.speaker)?.username;
  const text = message.text ?? "";
  const mentioned = (message.entities ?? []).some((one) =>
    one.type === "text_mention"
      ? one.user.id === store.speaker
      : one.type === "mention" && text.slice(one.offset + 1, one.offset + one.length) === username,
  );
  return mentioned || replied?.sender_id === store.speaker;
}

function moreOptions() {
  const anonymous = h("input", { type: "checkbox", dataset: { test: "anonymous" } });
  const forwarded = h("input", { type: "checkbox", dataset: { test: "forwarded" } });
  const asFiles = h("input", { type: "checkbox", dataset: { test: "as-files" } });
  const items = h("div", { class: "menu-items" });
  const root = h("details", { class: "menu" });
  return {
    root,
    show() {
      const chat = store.chats.get(store.open);
      const admin = ["administrator", "creator"].includes(chat?.members[store.speaker]) && isMember(chat, store.speaker);
      if (!admin) anonymous.checked = false;
      const line = (box, key) => h("label", { class: "menu-line" }, box, h("span", {}, t(key)));
      fill(items, admin && chat.type !== "private" ? line(anonymous, "anonymous") : null, line(forwarded, "forwarded"), line(asFiles, "as_files"));
      fill(root, h("summary", { class: "icon-button", "aria-label": t("more"), title: t("more"), role: "button" }, icon("more")), items);
    },
    values() {
      const other = [...store.people.values()].find((one) => one.id !== store.speaker && !one.is_bot);
      root.open = false;
      return {
        anonymous: anonymous.checked,
        forwarded_from: forwarded.checked ? String(other?.id ?? "") : null,
        as_documents: asFiles.checked,
      };
    },
  };
}
