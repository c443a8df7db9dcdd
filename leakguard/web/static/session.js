// One-time codes out of the address, and a word before a session ends. Without scripts both are done by hand.
"use strict";

const field = document.querySelector("[data-from-fragment]");
if (field && location.hash.length > 1) {
  field.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}

const notice = document.getElementById("session-ends");
if (notice) {
  const WARNED_BEFORE = 3 * 60 * 1000;
  const sentence = notice.querySelector("p");
  let timer = 0;
  const ends = () => new Date(notice.dataset.endsAt).getTime() - new Date(notice.dataset.now).getTime() + loaded;
  let loaded = Date.now();
  const over = () => { sentence.textContent = "Your session has ended. Open the page again to sign in; what you typed is still here to copy."; };
  const warn = () => { notice.hidden = false; timer = setTimeout(over, Math.max(ends() - Date.now(), 0)); };
  const wait = () => { timer = setTimeout(warn, Math.max(ends() - Date.now() - WARNED_BEFORE, 0)); };
  notice.querySelector("button").addEventListener("click", async () => {
    clearTimeout(timer);
    const answer = await fetch("/still-here", { redirect: "error" }).catch(() => null);
    if (!answer || !answer.ok) { over(); return; }
    const said = await answer.json();
    notice.dataset.endsAt = said.ends_at;
    notice.dataset.now = said.now;
    loaded = Date.now();
    if (ends() - loaded > WARNED_BEFORE) { notice.hidden = true; wait(); return; }
    sentence.textContent = "Your session cannot be kept longer: it ends in less than three minutes. Save your work, then sign in again.";
    timer = setTimeout(over, Math.max(ends() - loaded, 0));
  });
  wait();
}
