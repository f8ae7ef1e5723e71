"use strict";
(() => {
  const charts = JSON.parse(document.getElementById("charts").textContent);
  const color = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const drawn = [];

  const tokens = value => value == null ? "–"
    : value >= 1e6 ? +(value / 1e6).toFixed(2) + " M"
    : value >= 1e3 ? +(value / 1e3).toFixed(0) + " k" : String(value);
  const figure = value => value == null ? "–"
    : value !== 0 && Math.abs(value) < 0.01 ? value.toExponential(1)
    : Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en") : +value.toPrecision(4) + "";

  // On a logarithmic axis label only 1, 2 and 5 of each decade, and only as many decades as there is room for.
  const logLabels = (plot, splits) => {
    const { min, max } = plot.scales.y;
    const wide = max / min > 200;
    return splits.map(split => {
      if (split == null) return null;
      const digit = +(split / 10 ** Math.floor(Math.log10(split) + 1e-9)).toFixed(6);
      return (wide ? digit === 1 : digit === 1 || digit === 2 || digit === 5) ? split : null;
    });
  };

  // A chart with a ceiling lets the first steps run out at the top, so that the rest is not squeezed at the bottom.
  const scale = chart => !chart.logarithmic ? {}
    : chart.ceiling == null ? { distr: 3 }
    : { distr: 3, range: (plot, min, max) => [uPlot.rangeLog(min, max, 10, false)[0], Math.min(max * 1.1, chart.ceiling)] };

  function draw(chart) {
    const host = document.querySelector("#chart-" + chart.id + " .plot");
    const tables = chart.series.map(series => [series.x, series.y]);
    const data = uPlot.join(tables);
    const axis = { stroke: color("--soft"), grid: { stroke: color("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
    const plot = new uPlot({
      width: host.clientWidth,
      height: 240,
      scales: { x: { time: false }, y: scale(chart) },
      axes: [
        { ...axis, values: (_, splits) => splits.map(tokens), space: 70, size: 34 },
        { ...axis, size: 58, ...(chart.logarithmic ? { filter: logLabels, grid: { ...axis.grid, filter: logLabels } } : {}), values: (_, splits) => splits.map(split => split == null ? "" : figure(split)) },
      ],
      series: [
        { label: chart.xLabel, value: (_, value) => tokens(value) },
        ...chart.series.map(series => ({
          label: series.label,
          stroke: color("--c" + ((series.color - 1) % 8 + 1)),
          width: series.style === "level" ? 1.25 : 1.75,
          dash: series.style === "level" ? [6, 5] : undefined,
          spanGaps: true,
          points: { show: series.style === "points", size: 6, fill: color("--card") },
          value: (_, value) => figure(value),
        })),
      ],
      cursor: { points: { size: 6 }, focus: { prox: 24 } },
    }, data, host);
    host.parentElement.dataset.drawn = chart.series.length;
    drawn.push({ plot, host });
  }

  function drawAll() {
    for (const { plot } of drawn.splice(0)) plot.destroy();
    charts.forEach(draw);
  }

  drawAll();
  window.addEventListener("resize", () => { for (const { plot, host } of drawn) plot.setSize({ width: host.clientWidth, height: 240 }); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
})();
