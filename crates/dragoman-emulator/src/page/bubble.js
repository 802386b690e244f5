// One message, drawn.

import { element, icon } from "./dom.js";
import { formatted } from "./formatting.js";
import { canBePressed } from "./presses.js";
import { clockTime } from "./time.js";

export function drawBubble(message) {
  const { id, direction, at: sentAt } = message;
  const date = new Date(sentAt);
  const stamp = element("div", { class: "stamp" },
    element("time", { datetime: sentAt, title: date.toString() }, clockTime.format(date)),
    element("span", { class: "ticks", role: "img", "aria-live": "off", "data-testid": "ticks" }));
  return element("article",
    { class: "message", "data-testid": "message", "data-id": id, "data-direction": direction, "aria-label": direction === "in" ? "Business" : "You" },
    element("div", { class: "bubble" }, ...bubbleParts(message), stamp),
    ...(message.buttons ?? []).map((button) => buttonRow(id, button)));
}

function bubbleParts({ type, text, media, header, footer, quoted }) {
  const parts = [];
  if (quoted) parts.push(element("blockquote", { class: "quoted" }, quoted.text ?? ""));
  if (header) parts.push(headerPart(header));
  if (media) parts.push(mediaTile(media));
  const body = text || media?.caption;
  if (body) parts.push(element("div", { class: "text", dir: "auto", "data-testid": "text" }, formatted(body)));
  if (footer) parts.push(element("p", { class: "footer", dir: "auto" }, footer));
  if (parts.length === 0) parts.push(element("p", { class: "footer" }, `A message of type “${type}”`));
  return parts;
}

function headerPart(header) {
  if (header.type === "text") return element("p", { class: "header", dir: "auto" }, header.text);
  return mediaTile({ kind: header.type, ...header });
}

const MEDIA_ICONS = new Set(["image", "video", "audio", "document", "sticker"]);

/** A tile instead of the file: loading it would tell a stranger's server that somebody looks. */
function mediaTile({ kind, link, id, filename, mime }) {
  const tile = element("div", { class: "media", "data-testid": "media", "data-kind": kind });
  tile.append(
    icon(MEDIA_ICONS.has(kind) ? kind : "document"),
    element("span", { class: "media-name", title: link ?? id ?? "" }, filename || fileName(link) || kind),
    element("span", { class: "media-detail" }, mime || kind));
  return tile;
}

/** The last step of a link's path, where the file's name usually is. */
function fileName(link) {
  return link?.split(/[?#]/)[0].split("/").at(-1);
}

/** A button tells the page that it was pressed by an event `press`, and of which message it is. */
function buttonRow(messageId, button) {
  const { kind, text, url, payload } = button;
  const label = element("span", {}, text);
  const symbol = icon(kind === "quick_reply" ? "reply" : kind);
  if (!canBePressed(button)) {
    const detail = element("small", {}, url ?? payload ?? "");
    return element("div", { class: "row", "data-kind": kind, "data-testid": "button" }, symbol, label, detail);
  }
  const testid = kind === "list" ? "list-row" : "quick-reply";
  const row = element("button", { class: "row", type: "button", "data-kind": kind, "data-testid": testid }, symbol, label);
  row.addEventListener("click", () => {
    row.dispatchEvent(new CustomEvent("press", { bubbles: true, detail: { button, messageId } }));
  });
  return row;
}
