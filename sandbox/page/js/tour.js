// The card that says what to try, one step at a time.

import { openChat, openPrivate } from "./actions.js";
import { advance } from "./clock.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { currentLanguage, t } from "./i18n.js";
import { changed, store } from "./store.js";

const KEY = "crossbeat.tour";

function saved() {
  const [step, folded] = (localStorage.getItem(KEY) ?? "0,").split(",");
  return { step: Math.min(Number(step) || 0, store.tour.length - 1), folded: folded === "folded" };
}

function save(step, folded) {
  localStorage.setItem(KEY, `${step},${folded ? "folded" : ""}`);
}

async function go(step) {
  const person = [...store.people.values()].find((one) => one.name === step.person);
  if (step.private && person) await openPrivate(person.id);
  const chat = [...store.chats.values()].find((one) => one.title === step.chat && one.type !== "private");
  if (chat) await openChat(chat.id, { speaker: person?.id });
  if (step.fill) changed("compose", store.examples[step.fill][currentLanguage()]);
  if (step.advance) await advance(step.advance);
}

/** The card, at the foot of the list. */
export function tourPanel() {
  const root = h("section", { class: "tour", "aria-label": t("tour"), dataset: { test: "tour" } });
  if (store.tour.length === 0) return root;
  let { step, folded } = saved();
  let gone = false;
  const show = () => {
    save(step, folded);
    const now = store.tour[step];
    const move = (by) => () => {
      step += by;
      gone = false;
      show();
    };
    const take = async () => {
      gone = true;
      show();
      await go(now);
    };
    fill(
      root,
      h(
        "div",
        { class: "tour-head" },
        icon("compass"),
        h("h2", {}, t("tour")),
        h("span", { class: "tour-count" }, t("tour_step", { n: step + 1, all: store.tour.length })),
        iconButton("down", t(folded ? "tour" : "tour_close"), () => {
          folded = !folded;
          show();
        }, { class: `icon-button fold ${folded ? "folded" : ""}`, "aria-expanded": String(!folded) }),
      ),
      folded
        ? null
        : [
            h("p", { "aria-live": "polite" }, now[currentLanguage()]),
            h(
              "div",
              { class: "tour-buttons" },
              h("button", { type: "button", class: gone ? "text-button" : "primary", onclick: take, dataset: { test: "tour-go" } }, t("tour_go")),
              h("span", { class: "grow" }),
              h("button", { type: "button", class: "text-button", disabled: step === 0, onclick: move(-1) }, t("tour_back")),
              h("button", { type: "button", class: gone && step < store.tour.length - 1 ? "primary" : "text-button", disabled: step === store.tour.length - 1, onclick: move(1), dataset: { test: "tour-next" } }, t("tour_next")),
            ),
          ],
    );
  };
  show();
  return root;
}
