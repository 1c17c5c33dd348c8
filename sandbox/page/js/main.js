// Wires the page together.

import { closeChat, openChat } from "./actions.js";
import { follow } from "./api.js";
import { startClock } from "./clock.js";
import { setLanguage, t } from "./i18n.js";
import { buildPane } from "./pane.js";
import { buildSidebar } from "./sidebar.js";
import { apply, changed, load, messagesOf, store } from "./store.js";
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

async function begin() {
  applyTheme();
  const seq = await load();
  setLanguage(localStorage.getItem("crossbeat.language") ?? store.defaultLanguage ?? "zh");
  const first = [...store.people.values()].find((person) => !person.is_bot);
  store.speaker = first?.id ?? null;
  buildSidebar(document.getElementById("sidebar"));
  buildPane(document.getElementById("pane"));
  startClock();
  follow(seq, (event) => (event.kind === "reload" ? reload() : apply(event)), connection);
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
