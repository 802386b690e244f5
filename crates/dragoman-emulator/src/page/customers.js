// The list of phones.

import { byId, lay } from "./dom.js";
import { page } from "./state.js";
import { shortTime } from "./time.js";

export function renderCustomers() {
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
  part("customer-last").textContent = last ? `${last.direction === "out" ? "You: " : ""}${last.text}` : contactLine(customer);
  part("customer-time").textContent = last ? shortTime(new Date(last.at)) : "";
  part("badge").hidden = unread === 0;
  part("count").textContent = unread;
  part("customer-state").textContent = phoneState(customer);
  link.dataset.online = online;
  link.dataset.blocked = blocked;
  link.ariaCurrent = id === page.customerId ? "true" : null;
}

let unreadBefore = null;

/** Says on which phones something arrived, to those who do not see it. The chat on screen speaks for itself. */
export function announceNews() {
  const before = unreadBefore;
  unreadBefore = new Map(page.customers.map(({ id, unread }) => [id, unread]));
  if (before === null) return; // The page is just opening.
  const told = page.customers.filter(({ id, unread }) => id !== page.customerId && unread > (before.get(id) ?? 0));
  if (told.length === 0) return;
  byId("news").textContent = told.map((customer) => `New on ${displayName(customer)}: ${customer.last?.text ?? ""}`).join(". ");
}

export function phoneState({ online, blocked }) {
  const state = online ? "Online" : "Offline";
  return blocked ? `${state}, blocked` : state;
}

export const displayName = ({ name, username, phone, bsuid, id }) => name || username || phone || bsuid || id;

/** How businesses reach this phone. */
export function contactLine({ phone, username, bsuid, hides_number }) {
  if (phone && !hides_number) return `+${phone}`;
  return `${username ? `@${username}` : bsuid}, number hidden`;
}

export function paintAvatar(node, name, seed) {
  const words = name.split(/[\s@+]+/).filter((word) => word !== "");
  const letters = /^\d/.test(words[0] ?? "") ? name.slice(-2) : words.slice(0, 2).map((word) => [...word][0]).join("");
  node.textContent = letters.toUpperCase();
  node.dataset.tone = [...seed].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 6, 0);
}
