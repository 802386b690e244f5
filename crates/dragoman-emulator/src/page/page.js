// The phones: what the emulator's customers see, and what they do.
//
// The emulator holds the truth. Every change arrives as an event, is fetched again and laid over
// what is on screen; nothing counts as done before the emulator says so. Content comes from
// strangers, so it only ever becomes text nodes.

const API = "/emulator/v1";
const MESSAGES_PER_PAGE = 200;
const RECONNECT_MS = 2000;
const NOTICE_MS = 6000;
/** So near to the end, in pixels, the reader counts as being at the end. */
const END_MARGIN = 48;

const page = {
  customers: [],
  /** Whose phone is on screen; null shows the lock screen. */
  customerId: null,
  messages: [],
  /** How many of the latest messages are drawn. */
  shown: MESSAGES_PER_PAGE,
  atEnd: true,
  /** Ids reported as read since the chat came on screen; null: not even that it was opened. */
  reported: null,
  /** Milliseconds by which the emulator's clock is ahead of the browser's. */
  ahead: 0,
};

/** Unsent text by customer: a draft must never end up on somebody else's phone. */
const drafts = new Map();
/** What is drawn in the message list, by key: `{ node, content }`. */
const drawn = new Map();

const byId = (id) => document.getElementById(id);
const log = byId("log");
const composer = byId("composer");
const switches = [...document.querySelectorAll("[data-setting]")];

// --- The emulator ---------------------------------------------------------------------------

async function request(method, path, body) {
  const response = await fetch(API + path, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(refusal(text) ?? `The emulator answered ${response.status}.`);
  return text === "" ? null : JSON.parse(text);
}

/** The reason in an error's body, when it is one of ours and not, say, a proxy's page. */
function refusal(text) {
  try {
    const { error } = JSON.parse(text);
    return typeof error === "string" ? error : error?.message;
  } catch {
    return undefined;
  }
}

const customerPath = (id) => `/customers/${encodeURIComponent(id)}`;

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

const refreshCustomers = refresher(async () => {
  const { customers } = await request("GET", "/customers");
  page.customers = customers;
  showPhone();
  renderCustomers();
});

const refreshMessages = refresher(async () => {
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

const refreshClock = refresher(async () => {
  const { now, offset_s } = await request("GET", "/clock");
  page.ahead = Date.parse(now) - Date.now();
  byId("clock-offset").textContent = offset_s === 0 ? "as on your computer" : `${duration(offset_s)} ahead`;
  renderClock();
  renderCustomers();
  renderMessages(); // What was "Today" may be "Yesterday" now.
});

function refreshAll() {
  refreshClock();
  refreshCustomers();
  refreshMessages();
}

function listen() {
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

// --- What the customer does -----------------------------------------------------------------

async function write(message) {
  const id = page.customerId;
  page.atEnd = true;
  await request("POST", `${customerPath(id)}/messages`, message);
  refreshMessages();
}

async function sendDraft() {
  const id = page.customerId;
  const text = composer.value.trim();
  if (text === "") return;
  setDraft("");
  try {
    await write({ text });
  } catch (error) {
    // Given back, unless a new text has been begun or another phone is on screen.
    if (id !== page.customerId) drafts.set(id, text);
    else if (composer.value === "") setDraft(text);
    showNotice(error);
  }
}

function setDraft(text) {
  composer.value = text;
  fitComposer();
}

/** Browsers without `field-sizing` (see page.css) at least grow by the line. */
function fitComposer() {
  composer.rows = Math.min(6, composer.value.split("\n").length);
}

/** What pressing a button of each kind sends; other kinds are only shown. */
const PRESSES = {
  quick_reply: ({ text, payload }) => ({ type: "button", button: { text, payload: payload ?? text } }),
  reply: ({ id, text }) => interactive("button_reply", id, text),
  list: ({ id, text }) => interactive("list_reply", id, text),
};

function interactive(type, id, title) {
  return { type: "interactive", interactive: { type, [type]: { id, title } } };
}

async function press(messageId, button, row) {
  if (row.ariaDisabled === "true") return; // The first press is still under way.
  row.ariaDisabled = "true"; // `disabled` would take the focus away.
  try {
    await write({ ...PRESSES[button.kind](button), context: { id: messageId } });
  } catch (error) {
    showNotice(error);
  }
  row.ariaDisabled = "false";
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

async function changeSetting(setting, value) {
  try {
    await request("PUT", customerPath(page.customerId), { [setting]: value });
  } catch (error) {
    showNotice(error);
  }
  refreshCustomers(); // Also puts a refused switch back.
}

async function advanceClock(seconds) {
  try {
    await request("POST", "/clock", { advance_s: seconds });
  } catch (error) {
    showNotice(error);
  }
  refreshClock();
}

// --- Which phone is on screen ---------------------------------------------------------------

function customerInAddress() {
  const fragment = location.hash.slice(1);
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment; // Typed by hand with a stray `%`.
  }
}

/** Brings the phone of the address on screen, or the lock screen when there is no such customer. */
function showPhone() {
  const wanted = customerInAddress();
  const customer = page.customers.find(({ id }) => id === wanted);
  const id = customer?.id ?? null;
  if (id !== page.customerId) pickUp(id);
  renderPhone(customer);
}

function pickUp(id) {
  if (page.customerId !== null) drafts.set(page.customerId, composer.value);
  page.customerId = id;
  page.messages = [];
  page.shown = MESSAGES_PER_PAGE;
  page.atEnd = true;
  page.reported = null;
  drawn.clear();
  setDraft(drafts.get(id) ?? "");
  togglePanel(false);
  byId("notice").hidden = true;
  byId("no-messages").hidden = true;
  byId("earlier").hidden = true;
  byId("messages").replaceChildren();
  byId("messages").setAttribute("aria-busy", "true"); // A chat being opened is not read out whole.
  refreshMessages();
}

/** After choosing with keyboard or mouse, goes on where the eye is. */
function moveFocus(previousId) {
  if (page.customerId === null) {
    document.querySelector(`.customer[data-id="${CSS.escape(previousId ?? "")}"]`)?.focus();
  } else if (matchMedia("(pointer: coarse)").matches) {
    log.focus(); // The composer would raise the on-screen keyboard.
  } else {
    composer.focus();
  }
}

function togglePanel(open) {
  document.body.toggleAttribute("data-panel-open", open);
  byId("panel-toggle").setAttribute("aria-expanded", String(open));
}

// --- Drawing --------------------------------------------------------------------------------

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function icon(name) {
  const svgTag = (tag) => document.createElementNS("http://www.w3.org/2000/svg", tag);
  const svg = svgTag("svg");
  const use = svgTag("use");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** Makes `nodes` the children of `parent` and leaves alone, focus included, what is in place. */
function lay(parent, nodes) {
  const focused = document.activeElement;
  const keep = new Set(nodes);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  nodes.forEach((node, index) => {
    const present = parent.children[index];
    if (present !== node) parent.insertBefore(node, present ?? null);
  });
  if (focused !== document.activeElement && parent.contains(focused)) focused.focus({ preventScroll: true });
}

const displayName = ({ name, username, phone, bsuid, id }) => name || username || phone || bsuid || id;

function paintAvatar(node, name, seed) {
  const words = name.split(/[\s@+]+/).filter((word) => word !== "");
  const letters = /^\d/.test(words[0] ?? "") ? name.slice(-2) : words.slice(0, 2).map((word) => [...word][0]).join("");
  node.textContent = letters.toUpperCase();
  node.dataset.tone = [...seed].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 6, 0);
}

function renderCustomers() {
  const list = byId("customers");
  const present = new Map([...list.children].map((item) => [item.firstElementChild.dataset.id, item]));
  lay(list, page.customers.map((customer) => {
    const item = present.get(customer.id) ?? newCustomerItem(customer.id);
    fillCustomerItem(item.firstElementChild, customer);
    return item;
  }));
  byId("no-customers").hidden = page.customers.length > 0;
}

function newCustomerItem(id) {
  const item = byId("customer-item").content.firstElementChild.cloneNode(true);
  // Without the template's blanks, which would come before the link.
  item.replaceChildren(item.querySelector("a"));
  item.firstElementChild.dataset.id = id;
  item.firstElementChild.href = `#${encodeURIComponent(id)}`;
  return item;
}

function fillCustomerItem(link, customer) {
  const { id, last, unread, online, blocked } = customer;
  const part = (name) => link.querySelector(`.${name}`);
  const name = displayName(customer);
  paintAvatar(part("avatar"), name, id);
  part("customer-name").textContent = name;
  part("customer-last").textContent = last ? `${last.direction === "out" ? "You: " : ""}${last.text}` : customer.phone ?? "";
  part("customer-time").textContent = last ? shortTime(new Date(last.at)) : "";
  part("badge").textContent = unread > 0 ? unread : "";
  part("badge").title = unread > 0 ? `${unread} unread` : "";
  link.dataset.online = online;
  link.dataset.blocked = blocked;
  link.ariaCurrent = id === page.customerId ? "true" : null;
}

function renderPhone(customer) {
  const open = customer !== undefined;
  document.body.dataset.view = open ? "chat" : "list";
  byId("chat").hidden = !open;
  byId("lock-screen").hidden = open;
  byId("switches").hidden = !open;
  byId("phone-owner").textContent = open ? displayName(customer) : "";
  byId("phone-signal").textContent = open ? signal(customer) : "";
  byId("lock-hint").textContent = page.customers.length > 0
    ? "Choose a phone to read and answer as that customer."
    : "Waiting for the first customer.";
  document.title = open ? `${displayName(customer)} · Phones` : "Phones";
  if (open) renderOpenPhone(customer);
}

function renderOpenPhone(customer) {
  const { business } = customer;
  const name = business?.name || "Business";
  byId("business-name").textContent = name;
  byId("business-number").textContent = business?.phone_number_id ? `Business · ${business.phone_number_id}` : "Business";
  paintAvatar(byId("business-avatar"), name, name);
  for (const box of switches) box.checked = customer[box.dataset.setting];
}

function signal({ online, blocked }) {
  const state = online ? "Online" : "Offline";
  return blocked ? `${state}, blocked` : state;
}

function renderMessages() {
  const messages = page.messages.slice(-page.shown);
  const nodes = [];
  let day = null;
  for (const message of messages) {
    const label = dayLabel(new Date(message.at));
    if (label !== day) nodes.push(daySeparator(label));
    nodes.push(bubble(message));
    day = label;
  }
  holdingPlace(() => {
    byId("earlier").hidden = messages.length === page.messages.length;
    lay(byId("messages"), nodes);
    byId("no-messages").hidden = nodes.length > 0;
  });
  byId("messages").removeAttribute("aria-busy");
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

function scrollToEnd() {
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
  const [mark, title] = direction === "in" ? TICKS[status] ?? ["", status] : OWN_TICKS;
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
const OWN_TICKS = ["✓✓", "Delivered to the business"];

function drawBubble(message) {
  const { id, direction, at: sentAt } = message;
  const date = new Date(sentAt);
  const stamp = element("div", { class: "stamp" },
    element("time", { datetime: sentAt, title: date.toString() }, clockTime.format(date)),
    element("span", { class: "ticks", role: "img", "data-testid": "ticks" }));
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

function buttonRow(messageId, button) {
  const { kind, text, url, payload } = button;
  const label = element("span", {}, text);
  const symbol = icon(kind === "quick_reply" ? "reply" : kind);
  if (!(kind in PRESSES)) {
    const detail = element("small", {}, url ?? payload ?? "");
    return element("div", { class: "row", "data-kind": kind, "data-testid": "button" }, symbol, label, detail);
  }
  const testid = kind === "list" ? "list-row" : "quick-reply";
  const row = element("button", { class: "row", type: "button", "data-kind": kind, "data-testid": testid }, symbol, label);
  row.addEventListener("click", () => press(messageId, button, row));
  return row;
}

let noticeTimer;
function showNotice(error) {
  console.error(error); // With its stack, should the fault be ours.
  // A request that never got an answer ends in a TypeError whose text differs by browser.
  byId("notice").textContent = error instanceof TypeError ? "The emulator did not answer." : error.message;
  byId("notice").hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { byId("notice").hidden = true; }, NOTICE_MS);
}

// --- Formatting -----------------------------------------------------------------------------

/** WhatsApp's formatting as nodes: quotes and lists by the line, marks and links within one. */
function formatted(text) {
  const result = document.createDocumentFragment();
  let block = null;
  text.split("\n").forEach((line, index) => {
    const kind = LINE_BLOCKS.find(({ prefix }) => prefix.test(line));
    if (kind === undefined) {
      // Blocks break the line by themselves.
      if (index > 0 && block === null) result.append("\n");
      block = null;
      result.append(inline(line));
      return;
    }
    if (block?.kind !== kind) {
      block = { kind, node: element(kind.tag) };
      result.append(block.node);
    }
    block.node.append(element(kind.lineTag, {}, inline(line.replace(kind.prefix, ""))));
  });
  return result;
}

const LINE_BLOCKS = [
  { prefix: /^> ?/, tag: "blockquote", lineTag: "p" },
  { prefix: /^[-*] (?=\S)/, tag: "ul", lineTag: "li" },
];

/**
 * A mark opens after a word border and before a letter, and closes the other way round:
 * `2*3*4` and `snake_case_name` stay as they are. Doubled marks (`**`, `__`) are no marks.
 */
const markPattern = (name, mark) =>
  `(?<![\\p{L}\\p{N}${mark}])${mark}(?![\\s${mark}])(?<${name}>.*?[^\\s${mark}])${mark}(?![\\p{L}\\p{N}${mark}])`;

const INLINE = new RegExp([
  "```(?<block>.+?)```",
  markPattern("code", "`"),
  "(?<![\\p{L}\\p{N}])(?<link>https?:\\/\\/[^\\s<>\"]*[^\\s<>\".,!?;:)*_~'`\\]])",
  markPattern("bold", "\\*"),
  markPattern("italics", "_"),
  markPattern("strike", "~"),
].join("|"), "giu");

const NESTING_TAGS = { bold: "strong", italics: "em", strike: "s" };

function inline(text) {
  const result = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    result.append(text.slice(end, match.index), inlineNode(match.groups));
    end = match.index + match[0].length;
  }
  result.append(text.slice(end));
  return result;
}

function inlineNode({ block, code, link, ...marks }) {
  if (block !== undefined) return element("code", { class: "monospace" }, block);
  if (code !== undefined) return element("code", {}, code);
  if (link !== undefined) return element("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, link);
  const [name, inner] = Object.entries(marks).find(([, value]) => value !== undefined);
  return element(NESTING_TAGS[name], {}, inline(inner));
}

// --- Time -----------------------------------------------------------------------------------

const DAY_MS = 24 * 60 * 60 * 1000;
const format = (options) => new Intl.DateTimeFormat("en-GB", options);
const clockTime = format({ hour: "2-digit", minute: "2-digit" });
const clockSeconds = format({ weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });
const longDay = format({ weekday: "long", day: "numeric", month: "long" });
const longDate = format({ day: "numeric", month: "long", year: "numeric" });
const shortDay = format({ day: "numeric", month: "short" });

const emulatorNow = () => new Date(Date.now() + page.ahead);

const sameDay = (one, other) => one.toDateString() === other.toDateString();

function nearDay(date) {
  const now = emulatorNow();
  if (sameDay(date, now)) return "Today";
  if (sameDay(date, new Date(now - DAY_MS))) return "Yesterday";
  return null;
}

function dayLabel(date) {
  const thisYear = date.getFullYear() === emulatorNow().getFullYear();
  return nearDay(date) ?? (thisYear ? longDay : longDate).format(date);
}

function shortTime(date) {
  const near = nearDay(date);
  if (near === "Today") return clockTime.format(date);
  return near ?? shortDay.format(date);
}

function duration(seconds) {
  const minutes = Math.round(seconds / 60);
  const parts = [[Math.floor(minutes / 1440), "d"], [Math.floor(minutes / 60) % 24, "h"], [minutes % 60, "min"]];
  return parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`).join(" ") || "less than a minute";
}

function renderClock() {
  const now = emulatorNow();
  byId("clock-now").textContent = clockSeconds.format(now);
  byId("clock-now").dateTime = now.toISOString();
  byId("phone-time").textContent = clockTime.format(now);
  byId("lock-time").textContent = clockTime.format(now);
  byId("lock-date").textContent = longDay.format(now);
}

// --- Start ----------------------------------------------------------------------------------

function curlHint() {
  return [
    `curl -X PUT ${location.origin}${API}/customers/31612345678 \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d '{"online": true}'`,
  ].join("\n");
}

byId("compose").addEventListener("submit", (event) => {
  event.preventDefault();
  sendDraft();
});
composer.addEventListener("keydown", (event) => {
  // While a word is being composed (Chinese, Japanese, ...), Enter only chooses it.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  sendDraft();
});
composer.addEventListener("input", fitComposer);
log.addEventListener("scroll", () => {
  page.atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < END_MARGIN;
  byId("latest").hidden = page.atEnd;
});
byId("latest").addEventListener("click", scrollToEnd);
byId("earlier").addEventListener("click", () => {
  page.atEnd = false;
  page.shown += MESSAGES_PER_PAGE;
  renderMessages();
});
byId("back").addEventListener("click", () => { location.hash = ""; });
byId("panel-toggle").addEventListener("click", () => togglePanel(!document.body.hasAttribute("data-panel-open")));
for (const box of switches) {
  box.addEventListener("change", () => changeSetting(box.dataset.setting, box.checked));
}
for (const button of document.querySelectorAll("[data-advance]")) {
  button.addEventListener("click", () => advanceClock(Number(button.dataset.advance)));
}
addEventListener("keydown", (event) => {
  if (event.key === "Escape") togglePanel(false);
});
addEventListener("hashchange", () => {
  const previousId = page.customerId;
  showPhone();
  renderCustomers();
  moveFocus(previousId);
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  page.reported = null; // Looking at the chat again opens it again.
  reportRead();
});
new ResizeObserver(() => { if (page.atEnd) scrollToEnd(); }).observe(log);

byId("curl-hint").textContent = curlHint();
setInterval(renderClock, 1000);
renderClock();
refreshAll();
listen();
