// Short answers at the top, alerts in the middle.

import { fill, h } from "./dom.js";
import { t } from "./i18n.js";

const TOAST_MS = 3500;

/** Shows a line for a few seconds; one about the speaker takes the place of the one before it. */
export function toast(text, kind = "info", stays = TOAST_MS) {
  const line = h("div", { class: `toast ${kind === "speaker" ? "speaker-toast" : kind}`, dataset: { test: "toast" } }, text);
  const holder = document.getElementById("toasts");
  if (kind === "speaker") for (const other of holder.querySelectorAll(".speaker-toast")) other.remove();
  const messages = document.querySelector(".messages-box")?.getBoundingClientRect();
  holder.style.top = messages?.height ? `${messages.top + 8}px` : "";
  holder.append(line);
  while (holder.children.length > 3) holder.firstChild.remove();
  setTimeout(() => line.classList.add("leaving"), stays);
  setTimeout(() => line.remove(), stays + 300);
}

/** Shows a text that must be confirmed. */
export function alertBox(text) {
  const dialog = document.getElementById("alert");
  const close = () => dialog.close();
  fill(
    dialog,
    h("p", { id: "alert-text", dataset: { test: "alert" } }, text),
    h("button", { type: "button", class: "primary", onclick: close, dataset: { test: "alert-ok" } }, t("ok")),
  );
  if (!dialog.open) dialog.showModal();
}

/** Runs an action; what goes wrong is said instead of thrown. */
export async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    const why = error.unreachable ? t("unreachable") : error.message;
    toast(t("failed", { why }), "error");
    return null;
  }
}
