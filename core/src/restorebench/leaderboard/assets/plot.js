// Quality against cost: one dot per row, its interval, and the line of those that nothing beats.

const PLOT = { width: 760, height: 330, left: 48, right: 24, top: 18, bottom: 46 };
const NAME = 34;
const LINES = [-8, 17, -21, 30, -34, 43, -47, 56, -60, 69, -73, 82];

/** A scale from values to pixels, logarithmic where positive values differ tenfold or more. */
function scaleOf(values, from, to) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const log = low > 0 && high / low >= 10;
  const way = log ? Math.log10 : (v) => v;
  const pad = (way(high) - way(low)) * 0.06 || Math.abs(way(high)) * 0.1 || 1;
  const [a, b] = [way(low) - pad, way(high) + pad];
  const at = (v) => from + ((way(v) - a) / (b - a)) * (to - from);
  return { at, ticks: log ? decades(a, b) : steps(a, b) };
}

function steps(a, b) {
  const rough = (b - a) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((s) => s >= rough);
  const first = Math.ceil(a / step);
  const count = Math.floor(b / step) - first + 1;
  return Array.from({ length: count }, (_, n) => +((first + n) * step).toPrecision(12));
}

function decades(a, b) {
  const factors = b - a < 2 ? [1, 2, 5] : [1];
  const stride = Math.ceil((b - a) / 7);
  const found = [];
  for (let n = Math.floor(a); n <= b; n += stride) {
    for (const f of factors) if (Math.log10(f) + n >= a && Math.log10(f) + n <= b) found.push(f * 10 ** n);
  }
  return found;
}

/** The points that no other one beats in both, cheapest first. */
function front(points, higher) {
  const best = (p, q) => (higher ? p.y > q.y : p.y < q.y);
  const sorted = [...points].sort((p, q) => p.x - q.x || (best(p, q) ? -1 : 1));
  return sorted.filter((p, n) => sorted.slice(0, n).every((q) => best(p, q)));
}

/** The rows as points; those without a finite value, or without all images, are left out. */
function pointsOf(section, quality, cost) {
  const column = section.columns[quality];
  return section.rows
    .map((row) => ({
      label: row.label,
      complete: row.complete,
      x: numeric(row.cost[cost]),
      y: numeric(row.means[quality]),
      interval: row.intervals[quality],
      text: shown(row.means[quality], column.digits),
    }))
    .filter((p) => p.complete && Number.isFinite(p.x) && Number.isFinite(p.y));
}

function axes(x, y, titles) {
  const { width, height, left, right, top, bottom } = PLOT;
  const floor = height - bottom;
  const across = y.ticks.map((v) =>
    draw("g", {},
      draw("line", { class: "grid", x1: left, x2: width - right, y1: y.at(v), y2: y.at(v) }),
      draw("text", { x: left - 9, y: y.at(v) + 4, "text-anchor": "end" }, short(v))));
  const down = x.ticks.map((v) =>
    draw("g", {},
      draw("line", { class: "tick", x1: x.at(v), x2: x.at(v), y1: floor, y2: floor + 5 }),
      draw("text", { x: x.at(v), y: floor + 19, "text-anchor": "middle" }, short(v))));
  return draw("g", { class: "axes", "aria-hidden": "true" }, ...across, ...down,
    draw("line", { class: "tick", x1: left, x2: width - right, y1: floor, y2: floor }),
    draw("text", { class: "title", x: 0, y: top - 6 }, titles.y),
    draw("text", { class: "title", x: width - right, y: height - 6, "text-anchor": "end" }, titles.x));
}

function stairs(points, x, y) {
  const [first, ...rest] = points;
  const path = rest.map((p) => `H${x.at(p.x).toFixed(1)}V${y.at(p.y).toFixed(1)}`).join("");
  return draw("path", {
    class: "front", d: `M${x.at(first.x).toFixed(1)} ${y.at(first.y).toFixed(1)}${path}H${PLOT.width - PLOT.right}`,
  });
}

/** Where the names go: beside their dot, and further up or down while they would cover another. */
function placeNames(points, x, y) {
  const taken = points.map((p) => ({ left: x.at(p.x) - 6, right: x.at(p.x) + 6, top: y.at(p.y) - 6, bottom: y.at(p.y) + 6 }));
  return new Map(points.map((p) => {
    const [cx, cy, length] = [x.at(p.x), y.at(p.y), Math.min(p.label.length, NAME) * 6.5];
    const places = LINES.flatMap((dy) => [1, -1].map((side) => {
      const left = side > 0 ? cx + 9 : cx - 9 - length;
      const box = { left, right: left + length, top: cy + dy - 10, bottom: cy + dy + 3 };
      return { box, side, dy, cost: 100 * covered(box, taken) + Math.abs(dy - 4) };
    }));
    const best = places.reduce((a, b) => (b.cost < a.cost ? b : a));
    taken.push(best.box);
    return [p, { x: cx + best.side * 9, y: cy + best.dy, anchor: best.side > 0 ? "start" : "end", far: Math.abs(best.dy - 4) > 18 }];
  }));
}

/** How many boxes another one covers; leaving the plot counts more. */
function covered(box, taken) {
  const meets = (t) => t.left < box.right && box.left < t.right && t.top < box.bottom && box.top < t.bottom;
  const outside = box.left < PLOT.left || box.right > PLOT.width || box.top < PLOT.top || box.bottom > PLOT.height - PLOT.bottom;
  return taken.filter(meets).length + (outside ? 10 : 0);
}

function dot(point, x, y, name, isFront, titles) {
  const bar = point.interval
    ? [draw("line", { class: "bar", x1: x.at(point.x), x2: x.at(point.x), y1: y.at(point.interval[0]), y2: y.at(point.interval[1]) })]
    : [];
  if (name.far) {
    bar.unshift(draw("line", { class: "leader", x1: x.at(point.x), x2: name.x, y1: y.at(point.y), y2: name.y - 4 }));
  }
  const told = `${point.label}: ${titles.y} ${point.text}, ${titles.x} ${short(point.x)}`;
  const label = point.label.length > NAME ? point.label.slice(0, NAME - 1) + "…" : point.label;
  return draw("g", { class: isFront ? "point best" : "point", tabindex: "0", role: "img", "aria-label": told, "data-name": point.label },
    draw("title", {}, told), ...bar,
    draw("circle", { cx: x.at(point.x), cy: y.at(point.y), r: 4.5 }),
    draw("text", { x: name.x, y: name.y, "text-anchor": name.anchor }, label));
}

function drawPlot(section, quality, cost) {
  const points = pointsOf(section, quality, cost);
  const column = section.columns[quality];
  const titles = { x: COSTS[cost], y: column.title + (column.unit ? ` (${column.unit})` : "") };
  const canvas = draw("svg", {
    viewBox: `0 0 ${PLOT.width} ${PLOT.height}`, role: "group", "aria-label": `${titles.y} against ${titles.x}`,
  });
  if (!points.length) return make("p", { class: "quiet" }, `No row has both ${titles.y} and ${titles.x}.`);
  const heights = points.flatMap((p) => [p.y, ...(p.interval || [])]);
  const x = scaleOf(points.map((p) => p.x), PLOT.left, PLOT.width - PLOT.right);
  const y = scaleOf(heights, PLOT.height - PLOT.bottom, PLOT.top + 8);
  const best = column.higher === null ? [] : front(points, column.higher);
  const names = placeNames(points, x, y);
  canvas.append(axes(x, y, titles));
  if (best.length) canvas.append(stairs(best, x, y));
  canvas.append(...points.map((p) => dot(p, x, y, names.get(p), best.includes(p), titles)));
  return canvas;
}

function select(title, options, chosen, onChange) {
  const list = make("select", { change: (event) => onChange(event.target.value) },
    ...options.map(([value, text]) => make("option", { value, selected: value === chosen }, text)));
  return make("label", {}, make("span", {}, title), list);
}

/** The figure of one section: the plot, and which quality and cost it shows. */
function preparePlot(place, section, table) {
  const drawable = (cost) => section.columns.some((_, quality) => pointsOf(section, quality, cost).length > 1);
  const costs = Object.keys(COSTS).filter(drawable);
  if (!costs.length) return;
  const state = { quality: 0, cost: costs[0] };
  const canvas = make("div", { class: "plot" });
  const light = (on) => (event) => {
    const point = event.target.closest("[data-name]");
    for (const row of table.tBodies[0].rows) {
      row.classList.toggle("lit", on && point !== null && row.dataset.name === point.dataset.name);
    }
  };
  for (const [event, on] of [["mouseover", true], ["focusin", true], ["mouseout", false], ["focusout", false]]) {
    canvas.addEventListener(event, light(on));
  }
  const show = (change) => {
    Object.assign(state, change);
    const drawn = pointsOf(section, Number(state.quality), state.cost).map((p) => p.label);
    const absent = section.rows.map((row) => row.label).filter((label) => !drawn.includes(label));
    canvas.replaceChildren(drawPlot(section, Number(state.quality), state.cost));
    if (absent.length && drawn.length) {
      canvas.append(make("p", { class: "quiet" }, `Not drawn, for want of a finite value or of images: ${absent.join(", ")}.`));
    }
  };
  const qualities = section.columns.map((column, n) => [String(n), column.title]);
  const tools = make("div", { class: "tools" },
    select("Quality", qualities, "0", (quality) => show({ quality })),
    select("Cost", costs.map((cost) => [cost, COSTS[cost]]), costs[0], (cost) => show({ cost })));
  show({});
  place.append(tools, canvas);
  place.closest("details").hidden = false;
}
