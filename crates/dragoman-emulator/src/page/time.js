// Days and times by the emulator's clock.

import { byId } from "./dom.js";
import { page } from "./state.js";

const DAY_MS = 24 * 60 * 60 * 1000;
const format = (options) => new Intl.DateTimeFormat("en-GB", options);
export const clockTime = format({ hour: "2-digit", minute: "2-digit" });
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

export function dayLabel(date) {
  const thisYear = date.getFullYear() === emulatorNow().getFullYear();
  return nearDay(date) ?? (thisYear ? longDay : longDate).format(date);
}

export function shortTime(date) {
  const near = nearDay(date);
  if (near === "Today") return clockTime.format(date);
  return near ?? shortDay.format(date);
}

export function duration(seconds) {
  const minutes = Math.round(seconds / 60);
  const parts = [[Math.floor(minutes / 1440), "d"], [Math.floor(minutes / 60) % 24, "h"], [minutes % 60, "min"]];
  return parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`).join(" ") || "less than a minute";
}

export function renderClock() {
  const now = emulatorNow();
  byId("clock-now").textContent = clockSeconds.format(now);
  byId("clock-now").dateTime = now.toISOString();
  byId("phone-time").textContent = clockTime.format(now);
  byId("lock-time").textContent = clockTime.format(now);
  byId("lock-date").textContent = longDay.format(now);
}
