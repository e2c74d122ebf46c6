// Keeps the page of the queue up to date: asks every few seconds, and only while somebody looks.
"use strict";

(() => {
  const place = document.querySelector("[data-now-url]");
  const fresh = document.querySelector("[data-fresh]");
  const usual = fresh.textContent;
  let etag = null;

  function say(text) {
    // Said aloud by screen readers, so only when it changes.
    if (fresh.textContent !== text) fresh.textContent = text;
  }

  async function look() {
    if (!document.hidden) {
      try {
        const answer = await fetch(place.dataset.nowUrl, {
          headers: etag ? { "If-None-Match": etag } : {},
          cache: "no-store",
        });
        if (answer.redirected || answer.status === 401 || answer.status === 404) {
          window.location.reload();
          return;
        }
        if (answer.status === 200) {
          etag = answer.headers.get("ETag");
          const kept = document.activeElement && document.activeElement.getAttribute("href");
          const part = new DOMParser().parseFromString(await answer.text(), "text/html");
          localTimes(part);
          place.replaceChildren(...part.body.childNodes);
          // Whoever walks by keyboard stays at the link they were on.
          if (kept) place.querySelector(`a[href="${CSS.escape(kept)}"]`)?.focus();
        }
        say(answer.ok || answer.status === 304 ? usual : "The server does not answer well: these numbers may be old.");
      } catch (problem) {
        // The network is away for a moment: what is shown stays, and the next look may succeed.
        if (!(problem instanceof TypeError)) throw problem;
        say("No connection: these numbers may be old.");
      }
    }
    window.setTimeout(look, 5000);
  }

  window.setTimeout(look, 5000);
})();
