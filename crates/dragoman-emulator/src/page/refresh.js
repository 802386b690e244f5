// Hears of changes, fetches what changed, and lays it over what is on screen. Nothing counts as
// done before the emulator says so.

import { clearChat, renderMessages } from "./chat.js";
import { changeDraft } from "./composer.js";
import { announceNews, renderCustomers } from "./customers.js";
import { byId } from "./dom.js";
import { API, customerPath, request } from "./emulator.js";
import { hideNotice, showNotice } from "./notice.js";
import { renderPhone, togglePanel } from "./phone.js";
import { setReply } from "./reply.js";
import { closeSheet } from "./sheet.js";
import { MESSAGES_PER_PAGE, page } from "./state.js";
import { duration, renderClock } from "./time.js";

const RECONNECT_MS = 2000;

/** Makes a loader safe to call at any rate: one run at a time, and one more for all calls meanwhile. */
function refresher(load) {
  let running = false;
  let wanted = false;
  return async function refresh() {
    wanted = true;
    if (running) return;
    running = true;
    while (wanted) {
      wanted = false;
      await load().catch(showNotice);
    }
    running = false;
  };
}

export const refreshCustomers = refresher(async () => {
  const { customers } = await request("GET", "/customers");
  page.customers = customers;
  showPhone();
  renderCustomers();
  announceNews();
});

export const refreshMessages = refresher(async () => {
  const id = page.customerId;
  if (id === null) return;
  const { messages } = await request("GET", `${customerPath(id)}/messages`);
  if (id !== page.customerId) return; // Another phone was picked up meanwhile.
  // Who reads further up keeps the messages being read, however many arrive below.
  if (!page.atEnd) page.shown += Math.max(0, messages.length - page.messages.length);
  page.messages = messages;
  renderMessages();
  reportRead();
});

export const refreshClock = refresher(async () => {
  const { now, offset_s } = await request("GET", "/clock");
  page.ahead = Date.parse(now) - Date.now();
  byId("clock-offset").textContent = offset_s === 0 ? "as on your computer" : `${duration(offset_s)} ahead`;
  renderClock();
  renderCustomers();
  renderMessages(); // What was "Today" may be "Yesterday" now.
});

export function refreshAll() {
  refreshClock();
  refreshCustomers();
  refreshMessages();
}

export function listen() {
  const stream = new EventSource(`${API}/stream`);
  stream.addEventListener("open", () => {
    byId("connection").hidden = true;
    refreshAll(); // Events of the time without a connection are lost.
  });
  stream.addEventListener("change", (event) => {
    refreshCustomers();
    if (JSON.parse(event.data).customer === page.customerId) refreshMessages();
  });
  stream.addEventListener("clock", refreshClock);
  stream.addEventListener("error", () => {
    byId("connection").hidden = false;
    // After an answer that is no stream the browser gives up; we do not.
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, RECONNECT_MS);
  });
}

function customerInAddress() {
  const fragment = location.hash.slice(1);
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment; // Typed by hand with a stray `%`.
  }
}

/** Brings the phone of the address on screen, or the lock screen when there is no such customer. */
export function showPhone() {
  const wanted = customerInAddress();
  const customer = page.customers.find(({ id }) => id === wanted);
  const id = customer?.id ?? null;
  if (id !== page.customerId) pickUp(id);
  renderPhone(customer);
}

function pickUp(id) {
  changeDraft(page.customerId, id);
  page.customerId = id;
  page.messages = [];
  page.shown = MESSAGES_PER_PAGE;
  page.atEnd = true;
  page.reported = null;
  closeSheet();
  setReply(null);
  clearChat();
  togglePanel(false);
  hideNotice();
  refreshMessages();
}

/**
 * Tells the emulator that the chat is being read: once when it comes on screen, then for every
 * delivered message not told yet. With read receipts off a message stays `delivered` for ever, so
 * what was told is remembered here; otherwise our report and its `change` event would go in circles.
 */
function reportRead() {
  if (page.customerId === null || document.hidden) return;
  const delivered = page.messages
    .filter(({ direction, status }) => direction === "in" && status === "delivered")
    .map(({ id }) => id);
  if (page.reported !== null && delivered.every((id) => page.reported.has(id))) return;
  page.reported = new Set(delivered);
  request("POST", `${customerPath(page.customerId)}/read`).catch(() => {
    page.reported = null; // Told again with the next change.
  });
}

/** Looking at the chat again opens it again. */
export function readAgain() {
  if (document.hidden) return;
  page.reported = null;
  reportRead();
}
