// The clock that can be moved.

import { post } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { clockLines } from "./format.js";
import { duration, t } from "./i18n.js";
import { changed, now, setClock, store, watch } from "./store.js";
import { attempt, toast } from "./toast.js";

const STEPS = [
  ["plus_hour", 3600, "clock-1h"],
  ["plus_hours", 8 * 3600, "clock-8h"],
  ["plus_day", 86400, "clock-1d"],
];

let face = null;

/** Moves the clock and says so. */
export async function advance(seconds) {
  const clock = await attempt(() => post("clock", { advance: seconds }));
  if (!clock) return;
  setClock(clock);
  changed("clock");
  toast(t("moved", { time: duration(seconds) }));
}

function tick() {
  if (!face?.isConnected) return;
  const [time, day] = clockLines(now());
  const off = Math.abs(store.ahead);
  const ahead = off > 30 ? t(store.ahead > 0 ? "ahead" : "behind", { time: duration(off) }) : t("real_time");
  fill(
    face,
    h("span", { class: "clock-time", dataset: { test: "clock-now" } }, time),
    h("span", { class: "clock-day" }, day),
    h("span", { class: "clock-ahead", dataset: { test: "clock-offset" } }, ahead),
  );
}

/** The panel with the sandbox's time and its three buttons. */
export function clockPanel() {
  face = h("div", { class: "clock-face" });
  const panel = h(
    "section",
    { class: "clock", "aria-label": t("clock"), dataset: { test: "clock" } },
    icon("clock"),
    face,
    h(
      "div",
      { class: "clock-buttons" },
      STEPS.map(([key, seconds, test]) =>
        h("button", { type: "button", class: "chip", onclick: () => advance(seconds), dataset: { test } }, t(key)),
      ),
    ),
  );
  queueMicrotask(tick);
  return panel;
}

/** Keeps the face going. */
export function startClock() {
  setInterval(tick, 1000);
  watch("clock", tick);
}
