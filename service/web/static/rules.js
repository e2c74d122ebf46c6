// Counts down to dates, in words; without it the dates themselves stand there.
"use strict";

(() => {
  const places = document.querySelectorAll("[data-until]");
  const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

  function inWords(seconds) {
    const first = units.findIndex(([, size]) => seconds >= size);
    const told = [];
    let rest = seconds;
    for (const [name, size] of units.slice(first, first + 2)) {
      const count = Math.floor(rest / size);
      rest -= count * size;
      if (count) told.push(`${count} ${name}${count === 1 ? "" : "s"}`);
    }
    return told.join(" and ");
  }

  function tell() {
    let nearest = Infinity;
    for (const place of places) {
      const seconds = Math.floor((new Date(place.dataset.until) - Date.now()) / 1000);
      if (seconds > 0) {
        nearest = Math.min(nearest, seconds);
        place.textContent = `in ${inWords(seconds)}`;
      } else {
        place.textContent = place.dataset.past || (seconds < 0 ? `${inWords(-seconds)} ago` : "now");
      }
    }
    if (nearest < Infinity) window.setTimeout(tell, nearest < 3600 ? 1000 : 60000);
  }

  tell();
})();
