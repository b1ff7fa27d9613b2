// Helpers. Text reaches the page through textContent only, so no name can become markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children; functions among the attributes are event listeners. */
function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
function svgElement(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** A score as the tables show it; "inf" is infinity, null a missing score. */
function formatScore(value, digits) {
  if (value === null || value === undefined) return "–";
  const number = Number(value === "inf" ? Infinity : value === "-inf" ? -Infinity : value);
  if (!Number.isFinite(number)) return number > 0 ? "∞" : "−∞";
  return number.toFixed(digits).replace("-", "−");
}

/** A score as a number; NaN for a missing one. */
function toNumber(value) {
  if (value === "inf") return Infinity;
  if (value === "-inf") return -Infinity;
  return value === null || value === undefined ? NaN : Number(value);
}

/** A cost with about three digits and a suffix: 0.021, 1.5 k, 12.3 M. */
function formatCost(value) {
  for (const [power, sign] of [[1e12, " T"], [1e9, " G"], [1e6, " M"], [1e4, " k"]]) {
    if (value >= power) return (value / (power === 1e4 ? 1e3 : power)).toPrecision(3) + sign;
  }
  return value !== 0 && value < 0.001 ? value.toExponential(0) : String(+value.toPrecision(3));
}

/** Compares numbers or texts; a missing value comes last in both directions. */
function compare(a, b, descending) {
  const absent = (value) => value === "" || Number.isNaN(value);
  if (absent(a) || absent(b)) return absent(a) - absent(b);
  const order = typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) : Number(a > b) - Number(a < b);
  return descending ? -order : order;
}

/** The direction in which a click on a heading sorts. */
function nextDirection(heading) {
  const now = heading.getAttribute("aria-sort");
  if (now === "ascending" || now === "descending") return now === "ascending" ? "descending" : "ascending";
  return heading.dataset.firstDirection || "ascending";
}

/** Marks the heading that the rows are sorted by. */
function markSortedHeading(heading, direction) {
  for (const other of heading.parentElement.querySelectorAll("[aria-sort]")) {
    other.setAttribute("aria-sort", other === heading ? direction : "none");
  }
}
