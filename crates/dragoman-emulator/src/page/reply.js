// Which message is being answered, shown above what is being written.

import { byId } from "./dom.js";

let answered = null;

export function setReply(message) {
  answered = message;
  byId("reply-bar").hidden = message === null;
  if (message === null) return;
  byId("reply-text").textContent = message.text || message.media?.filename || message.type;
  byId("composer").focus();
}

/** What tells the business which message is answered; nothing when none is. */
export function takeReply() {
  const id = answered?.id;
  setReply(null);
  return id === undefined ? {} : { context: { id } };
}
