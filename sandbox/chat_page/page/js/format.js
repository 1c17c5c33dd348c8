// Dates, sizes, colours.

import { currentLanguage, t } from "./i18n.js";
import { now, store } from "./store.js";

function locale() {
  return currentLanguage() === "zh" ? "zh-CN" : "en-GB";
}

/** Options with the desk's time zone: the page tells the same time as the bot, wherever the browser is. */
function there(options) {
  return { ...options, timeZone: store.timezone ?? undefined };
}

/** "09:05" */
export function timeOf(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString(locale(), there({ hour: "2-digit", minute: "2-digit" }));
}

function dayNumber(date) {
  const day = date.toLocaleDateString("en-CA", there({ year: "numeric", month: "2-digit", day: "2-digit" }));
  return Date.parse(day) / 86400000;
}

/** "Today", "Yesterday" or the date, as seen from the sandbox's now. */
export function dayOf(seconds) {
  const date = new Date(seconds * 1000);
  const ago = dayNumber(now()) - dayNumber(date);
  if (ago === 0) return t("today");
  if (ago === 1) return t("yesterday");
  return date.toLocaleDateString(locale(), there({ month: "long", day: "numeric", weekday: "short" }));
}

/** The time today, else the day; for the chat list. */
export function shortMoment(seconds) {
  const date = new Date(seconds * 1000);
  if (dayNumber(now()) === dayNumber(date)) return timeOf(seconds);
  return date.toLocaleDateString(locale(), there({ month: "numeric", day: "numeric" }));
}

/** The clock's two lines. */
export function clockLines(date) {
  return [
    date.toLocaleTimeString(locale(), there({ hour: "2-digit", minute: "2-digit", second: "2-digit" })),
    date.toLocaleDateString(locale(), there({ month: "long", day: "numeric", weekday: "long" })),
  ];
}

/** "3.1 KB" */
export function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** One of seven colours, the same for the same id. */
export function colourOf(id) {
  return Math.abs(Math.imul(id, 2654435761) >> 8) % 7;
}

/** One or two letters that stand for a name. */
export function initials(name) {
  const latin = name.match(/\b[A-Za-z]/g);
  if (latin && !/[\u4e00-\u9fff]/.test(name)) return latin.slice(0, 2).join("").toUpperCase();
  return name.replace(/[^\u4e00-\u9fffA-Za-z0-9]/g, "").slice(0, 1) || "?";
}
