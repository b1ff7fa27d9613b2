// Quality against cost: a dot with an interval per row, and the Pareto front.

const PLOT = { width: 760, height: 330, left: 48, right: 24, top: 18, bottom: 46 };
const LABEL_LENGTH = 34;
const LABEL_OFFSETS = [-8, 17, -21, 30, -34, 43, -47, 56, -60, 69, -73, 82];

/** A scale from values to pixels; logarithmic if all values are positive and differ tenfold or more. */
function makeScale(values, from, to) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const log = low > 0 && high / low >= 10;
  const transform = log ? Math.log10 : (v) => v;
  const pad = (transform(high) - transform(low)) * 0.06 || Math.abs(transform(high)) * 0.1 || 1;
  const [a, b] = [transform(low) - pad, transform(high) + pad];
  const at = (v) => from + ((transform(v) - a) / (b - a)) * (to - from);
  return { at, ticks: log ? logTicks(a, b) : linearTicks(a, b) };
}

function linearTicks(a, b) {
  const rough = (b - a) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((s) => s >= rough);
  const first = Math.ceil(a / step);
  const count = Math.floor(b / step) - first + 1;
  return Array.from({ length: count }, (_, n) => +((first + n) * step).toPrecision(12));
}

function logTicks(a, b) {
  const factors = b - a < 2 ? [1, 2, 5] : [1];
  const stride = Math.ceil((b - a) / 7);
  const found = [];
  for (let n = Math.floor(a); n <= b; n += stride) {
    for (const f of factors) if (Math.log10(f) + n >= a && Math.log10(f) + n <= b) found.push(f * 10 ** n);
  }
  return found;
}

/** The points that no other point beats in both quality and cost, cheapest first. */
function paretoFront(points, higher) {
  const best = (p, q) => (higher ? p.y > q.y : p.y < q.y);
  const sorted = [...points].sort((p, q) => p.x - q.x || (best(p, q) ? -1 : 1));
  return sorted.filter((p, n) => sorted.slice(0, n).every((q) => best(p, q)));
}

/** The rows as points, without those that lack a finite value or some images. */
function pointsOf(section, quality, cost) {
  const column = section.columns[quality];
  return section.rows
    .map((row) => ({
      label: row.label,
      complete: row.complete,
      x: toNumber(row.cost[cost]),
      y: toNumber(row.means[quality]),
      interval: row.intervals[quality],
      text: formatScore(row.means[quality], column.digits),
    }))
    .filter((p) => p.complete && Number.isFinite(p.x) && Number.isFinite(p.y));
}

function axes(x, y, titles) {
  const { width, height, left, right, top, bottom } = PLOT;
  const baseline = height - bottom;
  const across = y.ticks.map((v) =>
    svgElement("g", {},
      svgElement("line", { class: "grid", x1: left, x2: width - right, y1: y.at(v), y2: y.at(v) }),
      svgElement("text", { x: left - 9, y: y.at(v) + 4, "text-anchor": "end" }, formatCost(v))));
  const down = x.ticks.map((v) =>
    svgElement("g", {},
      svgElement("line", { class: "tick", x1: x.at(v), x2: x.at(v), y1: baseline, y2: baseline + 5 }),
      svgElement("text", { x: x.at(v), y: baseline + 19, "text-anchor": "middle" }, formatCost(v))));
  return svgElement("g", { class: "axes", "aria-hidden": "true" }, ...across, ...down,
    svgElement("line", { class: "tick", x1: left, x2: width - right, y1: baseline, y2: baseline }),
    svgElement("text", { class: "title", x: 0, y: top - 6 }, titles.y),
    svgElement("text", { class: "title", x: width - right, y: height - 6, "text-anchor": "end" }, titles.x));
}

function frontPath(points, x, y) {
  const [first, ...rest] = points;
  const path = rest.map((p) => `H${x.at(p.x).toFixed(1)}V${y.at(p.y).toFixed(1)}`).join("");
  return svgElement("path", {
    class: "front", d: `M${x.at(first.x).toFixed(1)} ${y.at(first.y).toFixed(1)}${path}H${PLOT.width - PLOT.right}`,
  });
}

/** Positions of the labels: beside their dot, moved up or down where they would cover another. */
function placeLabels(points, x, y) {
  const taken = points.map((p) => ({ left: x.at(p.x) - 6, right: x.at(p.x) + 6, top: y.at(p.y) - 6, bottom: y.at(p.y) + 6 }));
  return new Map(points.map((p) => {
    const [cx, cy, length] = [x.at(p.x), y.at(p.y), Math.min(p.label.length, LABEL_LENGTH) * 6.5];
    const places = LABEL_OFFSETS.flatMap((dy) => [1, -1].map((side) => {
      const left = side > 0 ? cx + 9 : cx - 9 - length;
      const box = { left, right: left + length, top: cy + dy - 10, bottom: cy + dy + 3 };
      return { box, side, dy, cost: 100 * countOverlaps(box, taken) + Math.abs(dy - 4) };
    }));
    const best = places.reduce((a, b) => (b.cost < a.cost ? b : a));
    taken.push(best.box);
    return [p, { x: cx + best.side * 9, y: cy + best.dy, anchor: best.side > 0 ? "start" : "end", far: Math.abs(best.dy - 4) > 18 }];
  }));
}

/** How many of the `taken` boxes a box overlaps; leaving the plot counts as ten. */
function countOverlaps(box, taken) {
  const meets = (t) => t.left < box.right && box.left < t.right && t.top < box.bottom && box.top < t.bottom;
  const outside = box.left < PLOT.left || box.right > PLOT.width || box.top < PLOT.top || box.bottom > PLOT.height - PLOT.bottom;
  return taken.filter(meets).length + (outside ? 10 : 0);
}

function drawPoint(point, x, y, name, isFront, titles) {
  const bar = point.interval
    ? [svgElement("line", { class: "bar", x1: x.at(point.x), x2: x.at(point.x), y1: y.at(point.interval[0]), y2: y.at(point.interval[1]) })]
    : [];
  if (name.far) {
    bar.unshift(svgElement("line", { class: "leader", x1: x.at(point.x), x2: name.x, y1: y.at(point.y), y2: name.y - 4 }));
  }
  const description = `${point.label}: ${titles.y} ${point.text}, ${titles.x} ${formatCost(point.x)}`;
  const label = point.label.length > LABEL_LENGTH ? point.label.slice(0, LABEL_LENGTH - 1) + "…" : point.label;
  return svgElement("g", { class: isFront ? "point best" : "point", tabindex: "0", role: "img", "aria-label": description, "data-name": point.label },
    svgElement("title", {}, description), ...bar,
    svgElement("circle", { cx: x.at(point.x), cy: y.at(point.y), r: 4.5 }),
    svgElement("text", { x: name.x, y: name.y, "text-anchor": name.anchor }, label));
}

function drawPlot(section, quality, cost) {
  const points = pointsOf(section, quality, cost);
  const column = section.columns[quality];
  const titles = { x: COSTS[cost], y: column.title + (column.unit ? ` (${column.unit})` : "") };
  const canvas = svgElement("svg", {
    viewBox: `0 0 ${PLOT.width} ${PLOT.height}`, role: "group", "aria-label": `${titles.y} against ${titles.x}`,
  });
  if (!points.length) return element("p", { class: "muted" }, `No row has both ${titles.y} and ${titles.x}.`);
  const heights = points.flatMap((p) => [p.y, ...(p.interval || [])]);
  const x = makeScale(points.map((p) => p.x), PLOT.left, PLOT.width - PLOT.right);
  const y = makeScale(heights, PLOT.height - PLOT.bottom, PLOT.top + 8);
  const best = column.higher === null ? [] : paretoFront(points, column.higher);
  const names = placeLabels(points, x, y);
  canvas.append(axes(x, y, titles));
  if (best.length) canvas.append(frontPath(best, x, y));
  canvas.append(...points.map((p) => drawPoint(p, x, y, names.get(p), best.includes(p), titles)));
  return canvas;
}

function select(title, options, chosen, onChange) {
  const list = element("select", { change: (event) => onChange(event.target.value) },
    ...options.map(([value, text]) => element("option", { value, selected: value === chosen }, text)));
  return element("label", {}, element("span", {}, title), list);
}

/** The plot of one section, with lists to choose the quality and the cost. */
function preparePlot(container, section, table) {
  const drawable = (cost) => section.columns.some((_, quality) => pointsOf(section, quality, cost).length > 1);
  const costs = Object.keys(COSTS).filter(drawable);
  if (!costs.length) return;
  const state = { quality: 0, cost: costs[0] };
  PLOT.width = Math.min(Math.max(table.closest("section").clientWidth, 320), 900);
  const canvas = element("div", { class: "plot" });
  const highlightRow = (on) => (event) => {
    const point = event.target.closest("[data-name]");
    for (const row of table.tBodies[0].rows) {
      row.classList.toggle("highlighted", on && point !== null && row.dataset.name === point.dataset.name);
    }
  };
  for (const [event, on] of [["mouseover", true], ["focusin", true], ["mouseout", false], ["focusout", false]]) {
    canvas.addEventListener(event, highlightRow(on));
  }
  const show = (change) => {
    Object.assign(state, change);
    const drawn = pointsOf(section, Number(state.quality), state.cost).map((p) => p.label);
    const absent = section.rows.map((row) => row.label).filter((label) => !drawn.includes(label));
    canvas.replaceChildren(drawPlot(section, Number(state.quality), state.cost));
    if (absent.length && drawn.length) {
      canvas.append(element("p", { class: "muted" }, `Not drawn (no finite value, or images missing): ${absent.join(", ")}.`));
    }
  };
  const qualities = section.columns.map((column, n) => [String(n), column.title]);
  const tools = element("div", { class: "tools" },
    select("Quality", qualities, "0", (quality) => show({ quality })),
    select("Cost", costs.map((cost) => [cost, COSTS[cost]]), costs[0], (cost) => show({ cost })));
  show({});
  container.append(tools, canvas);
  container.closest("details").hidden = false;
}
