// What to try, one step at a time: a card at the foot of the list, and on a narrow screen a strip in the chat.

import { openChat, openPrivate } from "./actions.js";
import { advance } from "./clock.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { currentLanguage, t } from "./i18n.js";
import { changed, store, watch } from "./store.js";

const KEY = "crossbeat.tour";
const state = { step: 0, folded: false, gone: false };

/** Takes up the tour where it was left; called once, when the steps are known. */
export function resumeTour() {
  const [step, folded, gone] = (localStorage.getItem(KEY) ?? "0,,").split(",");
  state.step = Math.max(0, Math.min(Number(step) || 0, store.tour.length - 1));
  state.folded = folded === "folded";
  state.gone = gone === "gone";
}

function set(change) {
  Object.assign(state, change);
  localStorage.setItem(KEY, `${state.step},${state.folded ? "folded" : ""},${state.gone ? "gone" : ""}`);
  changed("tour");
}

async function go() {
  const step = store.tour[state.step];
  set({ gone: true });
  const person = [...store.people.values()].find((one) => one.name === step.person);
  if (step.private && person) await openPrivate(person.id);
  const chat = [...store.chats.values()].find((one) => one.title === step.chat && one.type !== "private");
  if (chat) await openChat(chat.id, { speaker: person?.id, quiet: true });
  if (step.fill) changed("compose", store.examples[step.fill][currentLanguage()]);
  if (step.advance) await advance(step.advance);
}

const isLast = () => state.step === store.tour.length - 1;
const move = (by) => () => set({ step: state.step + by, gone: false });
const words = () => store.tour[state.step][currentLanguage()];

/** The card at the foot of the list. */
export function tourPanel() {
  const root = h("section", { class: "tour", "aria-label": t("tour"), dataset: { test: "tour" } });
  if (store.tour.length === 0) return root;
  const show = () => {
    fill(
      root,
      h(
        "div",
        { class: "tour-head" },
        icon("compass"),
        h("h2", {}, t("tour")),
        h("span", { class: "tour-count" }, t("tour_step", { n: state.step + 1, all: store.tour.length })),
        iconButton("down", t(state.folded ? "tour" : "tour_close"), () => set({ folded: !state.folded }), {
          class: `icon-button fold ${state.folded ? "folded" : ""}`,
          "aria-expanded": String(!state.folded),
        }),
      ),
      state.folded ? null : [h("p", { "aria-live": "polite" }, words()), buttons()],
    );
  };
  watch("tour", () => root.isConnected && show());
  show();
  return root;
}

function buttons() {
  const { gone, step } = state;
  const next = gone && !isLast() ? "primary" : "text-button";
  return h(
    "div",
    { class: "tour-buttons" },
    h("button", { type: "button", class: gone ? "text-button" : "primary", onclick: go, dataset: { test: "tour-go" } }, t("tour_go")),
    h("span", { class: "grow" }),
    h("button", { type: "button", class: "text-button", disabled: step === 0, onclick: move(-1) }, t("tour_back")),
    h("button", { type: "button", class: next, disabled: isLast(), onclick: move(1), dataset: { test: "tour-next" } }, t("tour_next")),
  );
}

/** The strip under the head of a chat: on a narrow screen the card is out of sight there. */
export function tourStrip() {
  const root = h("section", { class: "tour-strip", "aria-label": t("tour"), dataset: { test: "tour-strip" } });
  const show = () => {
    root.hidden = store.tour.length === 0 || state.folded || (state.gone && isLast());
    if (root.hidden) return;
    fill(
      root,
      h("p", { "aria-live": "polite" }, h("b", {}, `${state.step + 1}/${store.tour.length} `), words()),
      state.gone
        ? h("button", { type: "button", class: "text-button", onclick: move(1), dataset: { test: "strip-next" } }, t("tour_next"))
        : h("button", { type: "button", class: "primary", onclick: go, dataset: { test: "strip-go" } }, t("tour_go")),
      iconButton("close", t("tour_close"), () => set({ folded: true })),
    );
  };
  watch("tour", show);
  watch("language", show);
  show();
  return root;
}
