// The sheet that comes up over the chat: a list, a form, or what can be done with a message.

import { byId } from "./dom.js";

const sheet = byId("sheet");
/** What can be used only while no sheet is up. */
const behind = [...byId("chat").children].filter((node) => node !== sheet && node.id !== "notice");
let openedFrom = null;

export const sheetIsOpen = () => !sheet.hidden;

/** Brings up a sheet; the focus goes into it, and back when it is closed. */
export function openSheet(title, ...content) {
  openedFrom = document.activeElement;
  byId("sheet-title").textContent = title;
  byId("sheet-content").replaceChildren(...content);
  sheet.hidden = false;
  for (const node of behind) node.inert = true;
  const first = sheet.querySelector("#sheet-content :is(button, input, textarea)");
  (first ?? byId("sheet-close")).focus();
}

export function closeSheet() {
  if (sheet.hidden) return;
  sheet.hidden = true;
  for (const node of behind) node.inert = false;
  byId("sheet-content").replaceChildren();
  openedFrom?.focus({ preventScroll: true });
  openedFrom = null;
}
