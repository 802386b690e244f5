// The phones: what the emulator's customers see, and what they do. Start reading at `refresh.js`
// (how news comes on screen), then `actions.js` (what a customer does).

import { advanceClock, changeSetting, press, sendDraft } from "./actions.js";
import { sendFile } from "./attach.js";
import { keepEnd, noteScroll, scrollToEnd, showEarlier } from "./chat.js";
import { choose } from "./choices.js";
import { fitComposer } from "./composer.js";
import { renderCustomers } from "./customers.js";
import { byId } from "./dom.js";
import { API } from "./emulator.js";
import { openMenu } from "./menu.js";
import { moveFocus, panelIsOpen, togglePanel } from "./phone.js";
import { listen, readAgain, refreshAll, showPhone } from "./refresh.js";
import { setReply } from "./reply.js";
import { closeSheet, sheetIsOpen } from "./sheet.js";
import { page } from "./state.js";
import { renderClock } from "./time.js";

const composer = byId("composer");
const log = byId("log");

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
log.addEventListener("press", ({ target, detail }) => press(target, detail));
log.addEventListener("choose", ({ detail }) => choose(detail));
log.addEventListener("more", ({ detail }) => openMenu(detail));
log.addEventListener("contextmenu", (event) => {
  // Selected text and links keep the browser's own menu.
  const bubble = event.target.closest(".bubble");
  if (bubble === null || event.target.closest("a, img, video") || String(getSelection()) !== "") return;
  event.preventDefault();
  bubble.parentElement.querySelector(".more").click();
});
log.addEventListener("scroll", noteScroll);
byId("latest").addEventListener("click", scrollToEnd);
byId("earlier").addEventListener("click", showEarlier);
new ResizeObserver(keepEnd).observe(log);

byId("attach").addEventListener("click", () => byId("file").click());
byId("file").addEventListener("change", () => {
  const [file] = byId("file").files;
  if (file) sendFile(file);
  byId("file").value = ""; // The same file may be chosen again.
});
byId("reply-close").addEventListener("click", () => setReply(null));
byId("sheet-close").addEventListener("click", closeSheet);
byId("sheet").addEventListener("click", ({ target }) => {
  if (target === byId("sheet")) closeSheet();
});

const backToPhones = () => { location.hash = ""; };
byId("back").addEventListener("click", backToPhones);
byId("panel-toggle").addEventListener("click", () => {
  togglePanel(!panelIsOpen());
  // The panel comes long after the button in the order of the keyboard.
  if (panelIsOpen()) byId("panel").querySelector("input").focus();
});
// A way out for the keyboard, from wherever in the chat it is.
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  if (sheetIsOpen()) return closeSheet();
  if (!panelIsOpen()) return backToPhones();
  togglePanel(false);
  byId("panel-toggle").focus();
});
addEventListener("hashchange", () => {
  const previousId = page.customerId;
  showPhone();
  renderCustomers();
  moveFocus(previousId);
});

for (const box of document.querySelectorAll("[data-setting]")) {
  box.addEventListener("change", () => changeSetting(box.dataset.setting, box.checked));
}
for (const button of document.querySelectorAll("[data-advance]")) {
  button.addEventListener("click", () => advanceClock(Number(button.dataset.advance)));
}
document.addEventListener("visibilitychange", readAgain);

byId("curl-hint").textContent = [
  `curl -X PUT ${location.origin}${API}/customers/31612345678 \\`,
  "  -H 'Content-Type: application/json' \\",
  `  -d '{"online": true}'`,
].join("\n");
setInterval(renderClock, 1000);
renderClock();
refreshAll();
listen();
