// What went wrong, for a few seconds under the chat.

import { byId } from "./dom.js";

const NOTICE_MS = 6000;
let timer;

/** What the customer did wrong: nobody has to look for its cause. */
export class Mistake extends Error {}

export function showNotice(error) {
  if (!(error instanceof Mistake)) console.error(error); // With its stack, should the fault be ours.
  // A request that never got an answer ends in a TypeError whose text differs by browser.
  byId("notice").textContent = error instanceof TypeError ? "The emulator did not answer." : error.message;
  byId("notice").hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { byId("notice").hidden = true; }, NOTICE_MS);
}

export function hideNotice() {
  byId("notice").hidden = true;
}
