// Draws the charts of a page with plotly; each one's numbers also stand in a table beside it.
"use strict";

(() => {
  const charts = document.querySelectorAll("script[data-chart]");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
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
      for (const trace of figure.data) trace.marker = { color: colour("--accent") };
      const place = document.getElementById(source.dataset.chart);
      Plotly.react(place, figure.data, layout, { displayModeBar: false, responsive: true });
    }
  }

  draw();
  dark.addEventListener("change", draw);
})();
