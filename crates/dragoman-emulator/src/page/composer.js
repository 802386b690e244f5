// The message being written.

import { byId } from "./dom.js";
import { page } from "./state.js";

const composer = byId("composer");
/** Unsent text by customer: a draft must never end up on somebody else's phone. */
const drafts = new Map();

/** Puts away what was being written on one phone, and brings back what was on the other. */
export function changeDraft(from, to) {
  if (from !== null) drafts.set(from, composer.value);
  setDraft(drafts.get(to) ?? "");
}

/** Takes out what is to be sent. */
export function takeDraft() {
  const text = composer.value.trim();
  if (text !== "") setDraft("");
  return text;
}

/** Gives back what was not sent, unless a new text has been begun or another phone is on screen. */
export function returnDraft(id, text) {
  if (id !== page.customerId) drafts.set(id, text);
  else if (composer.value === "") setDraft(text);
}

/** Browsers without `field-sizing` (see `phone.css`) at least grow by the line. */
export function fitComposer() {
  composer.rows = Math.min(6, composer.value.split("\n").length);
}

function setDraft(text) {
  composer.value = text;
  fitComposer();
}
