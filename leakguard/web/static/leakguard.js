// What is nicer with scripts on: clock, countdown, lists that change by themselves, keys. Everything works without it.
"use strict";

const $ = (id) => document.getElementById(id);
const announce = (text) => { $("announce").textContent = text; };
const remembered = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
const remember = (key, value) => { try { localStorage.setItem(key, value); } catch { /* a private window */ } };

// The clock and the countdown go by the server's time, which the page brought with it.
const clock = document.querySelector("[data-clock]");
const ahead = clock ? new Date(clock.dateTime) - Date.now() : 0;
const units = (seconds) => {
  const [d, h, m, s] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  if (d) return `in ${d} day${d > 1 ? "s" : ""} ${h} h`;
  if (h) return `in ${h} h ${m} min`;
  return m ? `in ${m} min ${String(s).padStart(2, "0")} s` : `in ${s} s`;
};
const told = new Set();
const tick = () => {
  const now = Date.now() + ahead;
  if (clock) clock.textContent = clock.textContent.replace(/\d\d:\d\d(:\d\d)?/, new Date(now).toLocaleTimeString("en-GB", { timeZone: clock.dataset.zone, hour12: false }));
  for (const each of document.querySelectorAll("[data-countdown]")) {
    const left = Math.ceil((new Date(each.dataset.countdown) - now) / 1000);
    each.textContent = left > 0 ? units(left) : "now";
    for (const minutes of [10, 5, 1]) {
      const key = `${each.dataset.name} ${minutes}`;
      if (left === minutes * 60 && !told.has(key)) { told.add(key); announce(`${each.dataset.name}: ${minutes} minute${minutes > 1 ? "s" : ""} to the lift`); }
    }
  }
};
if (clock) setInterval(tick, 1000);

// Parts with data-live are fetched anew when something changed; what is chosen and focused stays so.
let paused = false;
let waiting = false;
let missed = false; // something changed while the page was being fetched
const renew = async () => {
  if (paused) return;
  if (waiting) { missed = true; return; }
  waiting = true;
  try {
    const answer = await fetch(location.href, { headers: { "x-live": "1" }, redirect: "manual" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    let changed = false;
    for (const part of document.querySelectorAll("[data-live][id]")) {
      const other = fresh.getElementById(part.id);
      if (!other || same(part, other)) continue;
      const chosen = [...part.querySelectorAll("input:checked")].map((each) => each.value);
      const held = grip(part);
      const marked = part.querySelector(".at")?.id;
      part.replaceChildren(...other.childNodes);
      for (const each of part.querySelectorAll("input[type=checkbox]")) each.checked = chosen.includes(each.value);
      if (marked) $(marked)?.classList.add("at");
      if (held) part.querySelector(held)?.focus();
      changed = changed || part.id !== "tiles";
    }
    if (changed) announce("This page has changed.");
    tick();
  } catch { /* the next change tries again */ } finally { waiting = false; }
  if (missed) { missed = false; renew(); }
};
// What has the focus within a part, as a way to find it again in the same part fetched anew.
const grip = (part) => {
  const at = document.activeElement;
  if (at === part || !part.contains(at)) return null;
  if (at.id) return `#${CSS.escape(at.id)}`;
  return at.matches("input") ? `input[value="${CSS.escape(at.value)}"]` : at.matches("a") ? `a[href="${CSS.escape(at.getAttribute("href"))}"]` : null;
};
const plain = (part) => part.innerHTML.replace(/ class="at"| class=""|<input type="hidden"[^>]*>/g, "").replace(/in \d+ (?:days?|h|min|s)(?: \d+ (?:h|min|s))?/g, "").replace(/\s+/g, " ");
const same = (one, other) => plain(one) === plain(other);
if (document.querySelector("[data-live]")) {
  const source = new EventSource("/live");
  source.onmessage = renew;
  source.addEventListener("ended", () => { source.close(); announce("You are signed out. Sign in again to go on."); });
}
const pause = $("pause");
if (pause) {
  pause.hidden = false;
  pause.setAttribute("aria-pressed", "false");
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.textContent = paused ? "Go on with updates" : "Pause updates";
    pause.setAttribute("aria-pressed", String(paused));
    if (!paused) renew();
  });
}

// Keys move and open; none decides. They can be turned off, and do nothing while somebody writes. ref: WCAG 2.2, 2.1.4
const off = $("keys-off");
if (off) {
  off.checked = remembered("keys-off") === "yes";
  off.addEventListener("change", () => remember("keys-off", off.checked ? "yes" : "no"));
}
const items = () => [...document.querySelectorAll("[data-item]")];
const move = (step) => {
  const all = items();
  if (!all.length) return;
  const now = all.findIndex((each) => each.classList.contains("at"));
  const next = all[Math.min(all.length - 1, Math.max(0, now + step))];
  all.forEach((each) => each.classList.toggle("at", each === next));
  next.querySelector("[data-open]").focus();
};
const evidence = (step) => {
  const all = [...document.querySelectorAll("mark[data-evidence]")];
  if (!all.length) return;
  const now = all.findIndex((each) => `#${each.id}` === location.hash);
  const next = all[now < 0 && step < 0 ? all.length - 1 : (now + step + all.length) % all.length];
  location.replace(`#${next.id}`);
  next.querySelector("a").focus({ preventScroll: true });
};
const keys = {
  j: () => move(1), k: () => move(-1),
  x: () => { const box = document.querySelector(".at input[type=checkbox]"); if (box) box.checked = !box.checked; },
  "/": () => $("q")?.focus(),
  z: () => $("undo-form")?.querySelector("button").focus(),
  s: () => (document.querySelector("#decision ~ form input:not([type=hidden])") ?? $("decision"))?.focus(),
  n: () => evidence(1), p: () => evidence(-1),
  u: () => $("back")?.click(),
};
document.addEventListener("keydown", (event) => {
  const written = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select");
  if (written || event.ctrlKey || event.metaKey || event.altKey || remembered("keys-off") === "yes") return;
  const act = keys[event.key];
  if (act) { event.preventDefault(); act(); }
});
