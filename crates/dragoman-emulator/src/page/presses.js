// What pressing a button of each kind sends; buttons of other kinds are only shown.

const PRESSES = {
  quick_reply: ({ text, payload }) => ({ type: "button", button: { text, payload: payload ?? text } }),
  reply: ({ id, text }) => interactive("button_reply", id, text),
  list: ({ id, text }) => interactive("list_reply", id, text),
};

export const canBePressed = ({ kind }) => Object.hasOwn(PRESSES, kind);

/** The customer's message that says which button of which message was pressed. */
export function pressed(button, messageId) {
  return { ...PRESSES[button.kind](button), context: { id: messageId } };
}

function interactive(type, id, title) {
  return { type: "interactive", interactive: { type, [type]: { id, title } } };
}
