// What can be done with a message: answer it, or react to it.

import { write } from "./actions.js";
import { element } from "./dom.js";
import { showNotice } from "./notice.js";
import { setReply } from "./reply.js";
import { closeSheet, openSheet } from "./sheet.js";

const EMOJIS = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

export function openMenu(message) {
  const own = message.reactions?.out;
  const emojis = EMOJIS.map((emoji) => {
    const button = element("button", { class: "emoji", type: "button", "aria-pressed": String(emoji === own), "aria-label": `React with ${emoji}` }, emoji);
    // The one that is there is taken back.
    button.addEventListener("click", () => react(message, emoji === own ? "" : emoji));
    return button;
  });
  const reply = element("button", { class: "choice", type: "button", "data-testid": "reply" }, element("span", {}, "Reply"));
  reply.addEventListener("click", () => {
    closeSheet();
    setReply(message);
  });
  openSheet("This message", element("div", { class: "emojis" }, ...emojis), reply);
}

async function react(message, emoji) {
  closeSheet();
  try {
    await write({ type: "reaction", reaction: { message_id: message.id, emoji } });
  } catch (error) {
    showNotice(error);
  }
}

/** Messages without the reactions among them, each with what either side thinks of it now. */
export function withReactions(messages) {
  const reactions = new Map();
  for (const { type, quoted, direction, text } of messages) {
    if (type !== "reaction" || !quoted) continue;
    const of = reactions.get(quoted.id) ?? {};
    reactions.set(quoted.id, { ...of, [direction]: text });
  }
  return messages
    .filter(({ type, quoted }) => type !== "reaction" || !quoted)
    .map((message) => (reactions.has(message.id) ? { ...message, reactions: reactions.get(message.id) } : message));
}
