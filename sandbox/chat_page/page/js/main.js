// Wires the page together.

import { closeChat, openChat } from "./actions.js";
import { follow } from "./api.js";
import { startClock } from "./clock.js";
import { setLanguage, t } from "./i18n.js";
import { buildPane } from "./pane.js";
import { buildSidebar } from "./sidebar.js";
import { resumeTour } from "./tour.js";
import { apply, changed, load, messagesOf, store, watch } from "./store.js";
import { applyTheme } from "./theme.js";

const WIDE = matchMedia("(min-width: 781px)");

async function reload() {
  const seq = await load();
  if (store.open !== null && store.chats.has(store.open)) await messagesOf(store.open);
  changed("chats");
  changed("clock");
  changed("open", { switched: true });
  return seq;
}

function connection(online) {
  document.body.classList.toggle("offline", !online);
  document.body.dataset.offline = t("offline");
}

function followHash() {
  const wanted = Number(location.hash.slice(1));
  if (store.chats.has(wanted)) return openChat(wanted, { push: false });
  return store.open === null ? undefined : closeChat();
}

// A reload keeps who speaks where; another tab has its own.
function rememberSpeakers() {
  const [speaker, speakers] = JSON.parse(sessionStorage.getItem("crossbeat.speakers") ?? "[null, []]");
  const known = [...store.people.values()].filter((person) => !person.is_bot);
  store.speaker = (known.find((person) => person.id === speaker) ?? known[0])?.id ?? null;
  store.speakers = new Map(speakers);
  watch("open", () => sessionStorage.setItem("crossbeat.speakers", JSON.stringify([store.speaker, [...store.speakers]])));
}

// The tab's title tells of what has come in meanwhile.
function showTitle() {
  const unread = [...store.unread.values()].reduce((sum, n) => sum + n, 0);
  document.title = (unread ? `(${unread}) ` : "") + t("title");
}

// A menu closes when anything else is touched, or by Escape.
function closeMenus(event) {
  if (event.type === "keydown" && event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (event.type === "keydown") menu.querySelector("summary").focus();
    if (event.type === "keydown" || !menu.contains(event.target)) menu.open = false;
  }
}

async function begin() {
  applyTheme();
  const seq = await load();
  setLanguage(localStorage.getItem("crossbeat.language") ?? store.defaultLanguage ?? "zh");
  resumeTour();
  rememberSpeakers();
  buildSidebar(document.getElementById("sidebar"));
  buildPane(document.getElementById("pane"));
  startClock();
  follow(seq, (event) => (event.kind === "reload" ? reload() : apply(event)), connection);
  watch("chats", showTitle);
  watch("language", showTitle);
  showTitle();
  document.addEventListener("pointerdown", closeMenus);
  document.addEventListener("keydown", closeMenus);
  window.addEventListener("popstate", followHash);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && store.open !== null) {
      store.unread.delete(store.open);
      changed("chats");
    }
  });
  const firstGroup = [...store.chats.values()].find((chat) => chat.type !== "private");
  if (location.hash) await followHash();
  else if (WIDE.matches && firstGroup) await openChat(firstGroup.id, { push: false });
  document.body.dataset.ready = "true";
}

begin();
