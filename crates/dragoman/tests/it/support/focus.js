// What has the focus, by the name that it has for people, and whether one sees it there.
const focused = document.activeElement;
if (focused === document.body) return { name: "the page", is_seen: true };
const name = focused.ariaLabel ?? focused.labels?.[0]?.textContent ?? focused.textContent;
const { top, bottom, left, right } = focused.getBoundingClientRect();
const isOnScreen = top < innerHeight && bottom > 0 && left < innerWidth && right > 0;
const hasRing = focused.matches(":focus-visible") && getComputedStyle(focused).outlineStyle !== "none";
return { name: name.trim(), is_seen: isOnScreen && hasRing };
