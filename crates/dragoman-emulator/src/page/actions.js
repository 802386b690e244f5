// What the customer does, and what is done to the phone and the clock.

import { returnDraft, takeDraft } from "./composer.js";
import { customerPath, request } from "./emulator.js";
import { hideNotice, showNotice } from "./notice.js";
import { pressed } from "./presses.js";
import { refreshClock, refreshCustomers, refreshMessages } from "./refresh.js";
import { takeReply } from "./reply.js";
import { page } from "./state.js";

export async function sendDraft() {
  const id = page.customerId;
  const text = takeDraft();
  if (text === "") return;
  const reply = takeReply();
  try {
    await write({ text, ...reply });
  } catch (error) {
    returnDraft(id, text);
    showNotice(error);
  }
}

/** Presses the button that `row` shows; see `buttonRow`. */
export async function press(row, { button, messageId }) {
  if (row.ariaDisabled === "true") return; // The first press is still under way.
  row.ariaDisabled = "true"; // `disabled` would take the focus away.
  try {
    await write(pressed(button, messageId));
  } catch (error) {
    showNotice(error);
  }
  row.ariaDisabled = "false";
}

/** The customer sends a message object, or a form with a file. */
export async function write(body) {
  const id = page.customerId;
  page.atEnd = true;
  await request("POST", `${customerPath(id)}/messages`, body);
  hideNotice(); // What went wrong before has gone well now.
  refreshMessages();
}

export async function changeSetting(setting, value) {
  try {
    await request("PUT", customerPath(page.customerId), { [setting]: value });
  } catch (error) {
    showNotice(error);
  }
  refreshCustomers(); // Also puts a refused switch back.
}

export async function advanceClock(seconds) {
  try {
    await request("POST", "/clock", { advance_s: seconds });
  } catch (error) {
    showNotice(error);
  }
  refreshClock();
}
