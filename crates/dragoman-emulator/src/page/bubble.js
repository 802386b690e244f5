// One message, drawn.

import { element, icon } from "./dom.js";
import { formatted } from "./formatting.js";
import { mediaPart, productsPart } from "./media.js";
import { asksForMore, canBePressed } from "./presses.js";
import { clockTime } from "./time.js";

const ICONS = { quick_reply: "reply", menu: "list" };

export function drawBubble(message) {
  const { id, direction, at: sentAt } = message;
  const date = new Date(sentAt);
  const stamp = element("div", { class: "stamp" },
    element("time", { datetime: sentAt, title: date.toString() }, clockTime.format(date)),
    element("span", { class: "ticks", role: "img", "aria-live": "off", "data-testid": "ticks" }));
  return element("article",
    { class: "message", "data-testid": "message", "data-id": id, "data-direction": direction, "aria-label": direction === "in" ? "Business" : "You" },
    element("div", { class: "bubble" }, ...bubbleParts(message), stamp, ...reactionsPart(message)),
    moreButton(message),
    ...rowsOf(message).map((button) => buttonRow(message, button)));
}

/** The rows of a list are behind the one that opens it. */
function rowsOf({ menu, buttons = [] }) {
  return menu === undefined ? buttons : [{ kind: "menu", text: menu }];
}

function reactionsPart({ reactions = {} }) {
  const emojis = [reactions.in, reactions.out].filter(Boolean).join("");
  return emojis === "" ? [] : [element("span", { class: "reactions", "data-testid": "reactions" }, emojis)];
}

/** Tells the page by an event `more` what else can be done with the message; so do a long press and a right click. */
function moreButton(message) {
  const button = element("button", { class: "more", type: "button", "aria-label": "Reply or react" });
  button.append(icon("more"));
  button.addEventListener("click", () => {
    button.dispatchEvent(new CustomEvent("more", { bubbles: true, detail: message }));
  });
  return button;
}

function bubbleParts({ type, text, media, products, header, footer, quoted }) {
  const parts = [];
  if (quoted) parts.push(element("blockquote", { class: "quoted" }, quoted.text ?? ""));
  if (header) parts.push(headerPart(header));
  if (media) parts.push(mediaPart(media));
  if (products) parts.push(productsPart(products));
  const body = text || media?.caption;
  if (body) parts.push(element("div", { class: "text", dir: "auto", "data-testid": "text" }, formatted(body)));
  if (footer) parts.push(element("p", { class: "footer", dir: "auto" }, footer));
  if (parts.length === 0) parts.push(element("p", { class: "footer" }, `A message of type “${type}”`));
  return parts;
}

function headerPart(header) {
  if (header.type === "text") return element("p", { class: "header", dir: "auto" }, header.text);
  return mediaPart({ kind: header.type, ...header });
}

/** A button tells the page by an event that it was pressed: `press` answers, `choose` asks for more first. */
function buttonRow(message, button) {
  const { kind, text, url, payload } = button;
  const label = element("span", {}, text);
  const symbol = icon(ICONS[kind] ?? kind);
  if (asksForMore(button)) {
    const row = element("button", { class: "row", type: "button", "data-kind": kind, "data-testid": "choose", "aria-haspopup": "dialog" }, symbol, label);
    row.addEventListener("click", () => {
      row.dispatchEvent(new CustomEvent("choose", { bubbles: true, detail: { button, message } }));
    });
    return row;
  }
  if (!canBePressed(button)) {
    const detail = element("small", {}, url ?? payload ?? "");
    return element("div", { class: "row", "data-kind": kind, "data-testid": "button" }, symbol, label, detail);
  }
  const row = element("button", { class: "row", type: "button", "data-kind": kind, "data-testid": "quick-reply" }, symbol, label);
  row.addEventListener("click", () => {
    row.dispatchEvent(new CustomEvent("press", { bubbles: true, detail: { button, messageId: message.id } }));
  });
  return row;
}
