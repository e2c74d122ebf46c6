// Looks again every so many seconds, and puts what the page says now in the place of what it said.
// The rest of the page stays as it is, so nobody loses the place where they are reading.
"use strict";

(() => {
  const seconds = Number(document.querySelector("[data-renew]")?.dataset.renew);
  if (!seconds) return;

  async function look() {
    const old = document.querySelector("[data-renew]");
    const reading = old.contains(document.activeElement) || document.hidden;
    if (!reading) {
      try {
        const answer = await fetch(window.location.href, { cache: "no-store" });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector("[data-renew]");
        if (!answer.ok || !fresh) return window.location.reload();
        old.replaceWith(fresh);
        localTimes(fresh);
      } catch (problem) {
        // The network is away for a moment: what is shown stays.
        if (!(problem instanceof TypeError)) throw problem;
      }
    }
    window.setTimeout(look, seconds * 1000);
  }

  window.setTimeout(look, seconds * 1000);
})();
