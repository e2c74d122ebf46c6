// Draws the charts of a page with plotly; each one's numbers also stand in a table beside it.
"use strict";

(() => {
  const charts = document.querySelectorAll("script[data-chart]");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  // Verdicts of one tone are told apart by hatching, series also by dash and mark: never by colour alone.
  const HATCHES = ["", "/", "x", "-", "\\", "+", "|", "."];
  const DASHES = ["solid", "dash"];
  const MARKS = ["circle", "diamond"];

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  // plotly knows no time zones: a moment is handed over as the reader's clock shows it.
  function onTheClock(iso) {
    const moment = new Date(iso);
    return new Date(moment.getTime() - moment.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
  }

  function dress(trace, used) {
    const wish = trace.meta || {};
    if (wish.series !== undefined) {
      const own = colour(`--series-${wish.series}`);
      trace.line = { color: own, dash: DASHES[wish.series % DASHES.length] };
      trace.marker = { color: own, symbol: MARKS[wish.series % MARKS.length], size: 9 };
      return;
    }
    trace.marker = { color: colour(wish.tone ? `--${wish.tone}` : "--accent") };
    if (wish.tone) {
      const number = used.get(wish.tone) || 0;
      used.set(wish.tone, number + 1);
      trace.marker.pattern = { shape: HATCHES[number % HATCHES.length], solidity: 0.35 };
    }
  }

  function draw() {
    for (const source of charts) {
      const figure = JSON.parse(source.textContent);
      const layout = figure.layout;
      layout.font = { family: getComputedStyle(document.body).fontFamily, color: colour("--ink"), size: 13 };
      layout.paper_bgcolor = layout.plot_bgcolor = "rgba(0,0,0,0)";
      for (const axis of [layout.xaxis, layout.yaxis]) {
        axis.gridcolor = axis.zerolinecolor = axis.linecolor = colour("--line");
      }
      const used = new Map();
      for (const trace of figure.data) {
        dress(trace, used);
        if (trace.meta && trace.meta.moments) {
          trace.x = trace.x.map(onTheClock);
          layout.xaxis.range = layout.xaxis.range.map(onTheClock);
          for (const note of layout.annotations || []) note.x = onTheClock(note.x);
          for (const line of layout.shapes || []) line.x0 = line.x1 = onTheClock(line.x0);
        }
      }
      for (const line of layout.shapes || []) line.line = { color: colour("--bad"), width: 2, dash: "dash" };
      const place = document.getElementById(source.dataset.chart);
      Plotly.react(place, figure.data, layout, { displayModeBar: false, responsive: true });
    }
  }

  draw();
  dark.addEventListener("change", draw);
})();
