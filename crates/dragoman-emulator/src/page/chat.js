// The open chat: messages in order, and what of them is in view.

import { drawBubble } from "./bubble.js";
import { byId, element, lay } from "./dom.js";
import { withReactions } from "./menu.js";
import { MESSAGES_PER_PAGE, page } from "./state.js";
import { dayLabel } from "./time.js";

/** So near to the end, in pixels, the reader counts as being at the end. */
const END_MARGIN = 48;

const log = byId("log");
/** What is drawn in the message list, by key: `{ node, content }`. */
const drawn = new Map();

export function renderMessages() {
  const all = withReactions(page.messages);
  const messages = all.slice(-page.shown);
  const nodes = [];
  let day = null;
  for (const message of messages) {
    const label = dayLabel(new Date(message.at));
    if (label !== day) nodes.push(daySeparator(label));
    nodes.push(bubble(message));
    day = label;
  }
  holdingPlace(() => {
    byId("earlier").hidden = messages.length === all.length;
    lay(byId("messages"), nodes);
    byId("no-messages").hidden = nodes.length > 0;
  });
  byId("messages").removeAttribute("aria-busy");
}

/** Makes room for another chat. */
export function clearChat() {
  drawn.clear();
  byId("no-messages").hidden = true;
  byId("earlier").hidden = true;
  byId("messages").replaceChildren();
  byId("messages").setAttribute("aria-busy", "true"); // A chat being opened is not read out whole.
}

export function showEarlier() {
  page.atEnd = false;
  page.shown += MESSAGES_PER_PAGE;
  renderMessages();
}

/** Notes whether the end of the chat is in view. */
export function noteScroll() {
  page.atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < END_MARGIN;
  byId("latest").hidden = page.atEnd;
}

/** The chat has another size: who was at its end stays there. */
export function keepEnd() {
  if (page.atEnd) scrollToEnd();
}

/** Changes the list without moving what is being read: the end, or the first message in view. */
function holdingPlace(change) {
  const top = (node) => node.getBoundingClientRect().top;
  const anchor = [...byId("messages").querySelectorAll(".message")].find((node) => node.getBoundingClientRect().bottom > top(log));
  const before = anchor && top(anchor);
  change();
  if (page.atEnd) scrollToEnd();
  else if (anchor?.isConnected) log.scrollTop += top(anchor) - before;
}

export function scrollToEnd() {
  log.scrollTop = log.scrollHeight;
}

/** The drawn node for `key`, drawn again only when its content is another. */
function redraw(key, content, draw) {
  const known = drawn.get(key);
  if (known?.content === content) return known.node;
  const node = draw();
  drawn.set(key, { node, content });
  return node;
}

function daySeparator(label) {
  return redraw(`day ${label}`, label, () => element("p", { class: "day" }, label));
}

/** The status is written into the drawn bubble: a new tick must not take the focus off a button. */
function bubble(message) {
  const { id, direction, status } = message;
  const content = JSON.stringify({ ...message, status: null });
  const node = redraw(`message ${id}`, content, () => drawBubble(message));
  node.dataset.status = status;
  const [mark, title] = (direction === "in" ? TICKS : OWN_TICKS)[status] ?? ["", status];
  const ticks = node.querySelector(".ticks");
  if (ticks.title !== title) {
    ticks.textContent = mark;
    ticks.title = title;
    ticks.ariaLabel = title;
  }
  return node;
}

const TICKS = {
  accepted: ["…", "Accepted, not sent yet"],
  sent: ["✓", "Sent, not on this phone yet"],
  delivered: ["✓✓", "Delivered"],
  read: ["✓✓", "Read"],
  failed: ["!", "Failed"],
};
const OWN_TICKS = {
  sent: ["✓", "Sent, not heard by the business yet"],
  delivered: ["✓✓", "Delivered to the business"],
  read: ["✓✓", "Read by the business"],
};
