// What opens when a button asks for more than a press: a list, a form, a place, a cart.

import { press, write } from "./actions.js";
import { element } from "./dom.js";
import { Mistake, showNotice } from "./notice.js";
import { pressed } from "./presses.js";
import { closeSheet, openSheet } from "./sheet.js";

const SHEETS = { menu: listSheet, flow: flowSheet, location: locationSheet, address: addressSheet, catalog: cartSheet };

/** Opens what a button of a message stands for. */
export function choose({ button, message }) {
  SHEETS[button.kind](message, button);
}

function listSheet(message, { text }) {
  const nodes = [];
  let section = null;
  for (const button of message.buttons) {
    if (button.section && button.section !== section) nodes.push(element("h3", { class: "sheet-section" }, button.section));
    section = button.section;
    nodes.push(listRow(message, button));
  }
  openSheet(text, ...nodes);
}

function listRow(message, button) {
  const { text, description } = button;
  const row = element("button", { class: "choice", type: "button", "data-kind": "list", "data-testid": "list-row" }, element("span", {}, text));
  if (description) row.append(element("small", {}, description));
  row.addEventListener("click", async () => {
    await press(row, { button, messageId: message.id });
    closeSheet();
  });
  return row;
}

function flowSheet(message, { id, text, payload }) {
  form(text, [
    element("p", { class: "sheet-hint" }, payload ? `Screen ${payload}` : "The form"),
    field("Answers, as JSON", element("textarea", { name: "answers", rows: "5", spellcheck: "false" }, "{}")),
  ], ({ answers }) => {
    return formReply(message, "flow", "Sent", { flow_token: id || "unused", ...object(answers) });
  });
}

function object(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Mistake("The answers are not JSON.");
  }
}

function addressSheet(message, { text }) {
  form(text, [
    field("Name", input("name", "", { required: "" })),
    field("Address", input("address", "", { required: "" })),
    field("City", input("city", "")),
    field("Postal code", input("in_pin_code", "")),
    field("Phone", input("phone_number", "", { inputmode: "tel" })),
  ], (values) => {
    const lines = [values.name, values.address, `${values.in_pin_code} ${values.city}`.trim()];
    return formReply(message, "address_message", lines.filter((line) => line !== "").join("\n"), { values });
  });
}

/** The message that answers a form. */
function formReply(message, name, body, response) {
  const reply = { name, body, response_json: JSON.stringify(response) };
  return { type: "interactive", interactive: { type: "nfm_reply", nfm_reply: reply }, context: { id: message.id } };
}

function locationSheet(message, { text }) {
  form(text, [
    field("Name", input("name", "Dam Square")),
    field("Address", input("address", "Dam, Amsterdam")),
    field("Latitude", input("latitude", "52.3731", { inputmode: "decimal" })),
    field("Longitude", input("longitude", "4.8926", { inputmode: "decimal" })),
  ], ({ latitude, longitude, ...named }) => {
    const location = { latitude: Number(latitude), longitude: Number(longitude), ...named };
    return { type: "location", location, context: { id: message.id } };
  });
}

/** Prices are not ours to know: everything costs ten. */
const PRICE = { item_price: 10, currency: "EUR" };

function cartSheet(message, { text, id }) {
  const products = message.products ?? [{ id: "item" }];
  const counts = products.map(({ id: product }) => field(product, input(product, "1", { type: "number", min: "0", max: "99" })));
  form(text, [...counts, field("Note", input("note of the cart", ""))], (values) => {
    const { "note of the cart": note, ...quantities } = values;
    const items = Object.entries(quantities)
      .map(([product, quantity]) => ({ product_retailer_id: product, quantity: Number(quantity), ...PRICE }))
      .filter(({ quantity }) => quantity > 0);
    if (items.length === 0) throw new Mistake("The cart is empty.");
    return { type: "order", order: { catalog_id: id ?? "catalog", text: note, product_items: items }, context: { id: message.id } };
  }, "Send cart");
}

const input = (name, value, attributes = {}) => element("input", { name, value, autocomplete: "off", ...attributes });

const field = (label, control) => element("label", { class: "field" }, element("span", {}, label), control);

/** A sheet with fields; `message` makes of their values what the customer sends. */
function form(title, fields, message, verb = "Send") {
  const node = element("form", { class: "sheet-form", "data-testid": "sheet-form" }, ...fields,
    element("button", { class: "primary", type: "submit" }, verb));
  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await write(message(Object.fromEntries(new FormData(node))));
      closeSheet();
    } catch (error) {
      showNotice(error);
    }
  });
  openSheet(title, node);
}
