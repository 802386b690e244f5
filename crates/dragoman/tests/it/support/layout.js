// What does not read well on this screen, in words. Nothing when all is well.

/** Pixels that rounding may take or add. */
const ROUNDING = 1;
/** What a finger hits at the first try, in pixels; WCAG 2.2 asks for 24. */
const FINGER = 36;
/** The smallest letters, in pixels: those of the time below a message. */
const SMALLEST = 11;

const faults = [];
const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
const fits = (inner, outer) =>
  inner.left >= outer.left - ROUNDING && inner.right <= outer.right + ROUNDING
  && inner.top >= outer.top - ROUNDING && inner.bottom <= outer.bottom + ROUNDING;
const box = (node) => node.getBoundingClientRect();
const named = (node) => `<${node.localName}> “${(node.ariaLabel ?? node.textContent).trim().slice(0, 40)}”`;
const scrolls = (node) => /auto|scroll/.test(getComputedStyle(node).overflowY);

/** What can be seen of the place where a node stands: the screen, or the list that scrolls it. */
function view(node) {
  for (let outer = node.parentElement; outer !== null; outer = outer.parentElement) {
    if (scrolls(outer)) return { box: box(outer), scrolls: true };
  }
  return { box: screen, scrolls: false };
}

const seen = [...document.querySelectorAll("body *:not(svg *)")].filter((node) =>
  node.checkVisibility({ visibilityProperty: true }) && box(node).width > ROUNDING);

for (const node of seen) {
  const { left, right, top, bottom } = box(node);
  const around = view(node);
  // What is scrolled away is out of sight, but never sideways.
  const place = around.scrolls ? { left, right, top: around.box.top, bottom: around.box.bottom } : { left, right, top, bottom };
  if (!fits(place, around.box)) faults.push(`${named(node)} sticks out`);

  const style = getComputedStyle(node);
  const hasText = [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim() !== "");
  if (hasText && parseFloat(style.fontSize) < SMALLEST) faults.push(`${named(node)} is too small to read`);
  // The list shows the beginning of the last message; everything else is shown in full.
  const isCut = style.overflowX !== "visible" && node.scrollWidth > node.clientWidth + ROUNDING;
  if (isCut && !node.closest("nav")) faults.push(`${named(node)} is cut off`);
}

// What lies behind a sheet is covered by intent.
for (const control of seen.filter((node) => node.matches("a, button, input, textarea") && !node.closest("[inert]"))) {
  const { left, top, width, height } = box(control);
  if (matchMedia("(pointer: coarse)").matches && Math.min(width, height) < FINGER) {
    faults.push(`${named(control)} is too small for a finger`);
  }
  const spills = [...control.children].some((part) => !fits(box(part), box(control)));
  if (spills && control.localName === "button") faults.push(`${named(control)} is too small for what it says`);
  if (!fits(box(control), view(control).box)) continue; // Scrolled away.
  const hit = document.elementFromPoint(left + width / 2, top + height / 2);
  if (!control.contains(hit)) faults.push(`${named(control)} is covered by ${named(hit)}`);
}

const last = [...document.querySelectorAll("[role=log] article")].at(-1);
if (last?.checkVisibility() && !last.closest("[inert]") && !fits(box(last), view(last).box)) faults.push(`the last message, ${named(last)}, is not in view`);

return faults;
