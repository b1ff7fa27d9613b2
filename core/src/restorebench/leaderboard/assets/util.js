// Small helpers. Text reaches the page through textContent only, so no name can become markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children; functions among the attributes are event listeners. */
function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** A score as the tables show it; "inf" stands for infinity, null for none. */
function shown(value, digits) {
  if (value === null || value === undefined) return "–";
  const number = Number(value === "inf" ? Infinity : value === "-inf" ? -Infinity : value);
  if (!Number.isFinite(number)) return number > 0 ? "∞" : "−∞";
  return number.toFixed(digits).replace("-", "−");
}

/** A score as a number that can be compared; NaN for none. */
function numeric(value) {
  if (value === "inf") return Infinity;
  if (value === "-inf") return -Infinity;
  return value === null || value === undefined ? NaN : Number(value);
}

/** A cost with about three digits and a power: 0.021, 1.5 k, 12.3 M. */
function short(value) {
  for (const [power, sign] of [[1e12, " T"], [1e9, " G"], [1e6, " M"], [1e4, " k"]]) {
    if (value >= power) return (value / (power === 1e4 ? 1e3 : power)).toPrecision(3) + sign;
  }
  return value !== 0 && value < 0.001 ? value.toExponential(0) : String(+value.toPrecision(3));
}

/** Compares numbers or texts; an absent value comes last whichever way is sorted. */
function compare(a, b, descending) {
  const absent = (value) => value === "" || Number.isNaN(value);
  if (absent(a) || absent(b)) return absent(a) - absent(b);
  const order = typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) : Number(a > b) - Number(a < b);
  return descending ? -order : order;
}

/** Which way a heading sorts when it is pressed. */
function nextDirection(heading) {
  const now = heading.getAttribute("aria-sort");
  if (now === "ascending" || now === "descending") return now === "ascending" ? "descending" : "ascending";
  return heading.dataset.first || "ascending";
}

/** Marks the one heading that sorts. */
function markSorted(heading, direction) {
  for (const other of heading.parentElement.querySelectorAll("[aria-sort]")) {
    other.setAttribute("aria-sort", other === heading ? direction : "none");
  }
}
