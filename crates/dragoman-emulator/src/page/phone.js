// The phone on screen: whose it is, and which view of it.

import { contactLine, displayName, paintAvatar, phoneState } from "./customers.js";
import { byId } from "./dom.js";
import { page } from "./state.js";

const switches = [...document.querySelectorAll("[data-setting]")];

export function renderPhone(customer) {
  const open = customer !== undefined;
  document.body.dataset.view = open ? "chat" : "list";
  byId("chat").hidden = !open;
  byId("lock-screen").hidden = open;
  byId("switches").hidden = !open;
  byId("phone-owner").textContent = open ? displayName(customer) : "";
  byId("phone-signal").textContent = open ? phoneState(customer) : "";
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
  byId("phone-address").textContent = contactLine(customer);
  for (const box of switches) box.checked = customer[box.dataset.setting];
}

/** After choosing with keyboard or mouse, goes on where the eye is. */
export function moveFocus(previousId) {
  if (page.customerId === null) {
    document.querySelector(`.customer[data-id="${CSS.escape(previousId ?? "")}"]`)?.focus();
  } else if (matchMedia("(pointer: coarse)").matches) {
    byId("log").focus(); // The composer would raise the on-screen keyboard.
  } else {
    byId("composer").focus();
  }
}

export const panelIsOpen = () => document.body.hasAttribute("data-panel-open");

export function togglePanel(open) {
  document.body.toggleAttribute("data-panel-open", open);
  byId("panel-toggle").setAttribute("aria-expanded", String(open));
}
