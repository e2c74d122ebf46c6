// Keeps the page of a submission up to date: asks for its state, and fetches the page anew when it changed.
"use strict";

(() => {
  const place = document.querySelector("[data-state-url]");
  if (!place) return;
  const said = document.querySelector("[data-said]");
  let etag = null;
  let shown = place.dataset.state;

  async function look() {
    const live = document.querySelector("[data-state-url]");
    if (!live) return;
    let pause = 2;
    try {
      const answer = await fetch(live.dataset.stateUrl, {
        headers: etag ? { "If-None-Match": etag } : {},
        cache: "no-store",
      });
      pause = Number(answer.headers.get("Retry-After")) || pause;
      if (answer.status === 200) {
        etag = answer.headers.get("ETag");
        const state = await answer.json();
        if (state.text !== said.textContent) said.textContent = state.text;
        if (state.state !== shown) {
          shown = state.state;
          await renew();
        } else {
          for (const line of document.querySelectorAll("[data-waiting]")) line.textContent = state.waiting;
        }
        if (state.final) {
          notifyGraded(state.text);
          return;
        }
      } else if (answer.status === 401 || answer.status === 404) {
        window.location.reload();
        return;
      }
    } catch (problem) {
      // The network is away for a moment: what is shown stays, and the next look may succeed.
      if (!(problem instanceof TypeError)) throw problem;
      pause = 5;
    }
    window.setTimeout(look, pause * 1000);
  }

  async function renew() {
    const answer = await fetch(window.location.href, { cache: "no-store" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-live]");
    const old = document.querySelector("[data-live]");
    if (!fresh || !old) return window.location.reload();
    old.replaceWith(fresh);
    document.title = page.title;
    localTimes(fresh);
    steppers(fresh);
    showNotify();
  }

  window.setTimeout(look, 1000);
})();
