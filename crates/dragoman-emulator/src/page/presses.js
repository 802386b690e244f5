// What pressing a button of each kind sends, or asks for first; buttons of other kinds are only shown.

const PRESSES = {
  quick_reply: ({ text, payload }) => ({ type: "button", button: { text, payload: payload ?? text } }),
  reply: ({ id, text }) => interactive("button_reply", { id, title: text }),
  list: ({ id, text, description }) => interactive("list_reply", { id, title: text, description }),
};

export const canBePressed = ({ kind }) => Object.hasOwn(PRESSES, kind);

const ASKS = new Set(["menu", "flow", "location", "address", "catalog"]);

export const asksForMore = ({ kind }) => ASKS.has(kind);

/** The customer's message that says which button of which message was pressed. */
export function pressed(button, messageId) {
  return { ...PRESSES[button.kind](button), context: { id: messageId } };
}

function interactive(type, reply) {
  return { type: "interactive", interactive: { type, [type]: reply } };
}
