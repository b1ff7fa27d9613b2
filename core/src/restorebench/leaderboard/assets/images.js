// The scores of single images: a page of rows at a time, whatever their number.

const PAGE = 50;

/** The rows of a section's images that a filter leaves, in the chosen order. */
function chooseImages(section, state) {
  const words = state.text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const wanted = section.samples.map((sample) => words.every((w) => sample.toLocaleLowerCase().includes(w)));
  const rows = section.scores.filter(([sample, label]) => wanted[sample] && (state.label === "" || label === Number(state.label)));
  const names = [section.samples, section.labels];
  const value = state.by < 2 ? (row) => names[state.by][row[state.by]] : (row) => numeric(row[state.by]);
  const keyed = rows.map((row, n) => [value(row), n, row]);
  keyed.sort((a, b) => compare(a[0], b[0], state.descending) || a[1] - b[1]);
  return keyed.map(([, , row]) => row);
}

function imageRow(section, row, view) {
  const [sample, label, ...scores] = row;
  const has = section.images[sample] !== undefined;
  const open = make("button", { type: "button", class: "link", click: () => view.open(section, sample, label) }, section.samples[sample]);
  const mark = has ? [make("span", { class: "badge" }, "images")] : [];
  return make("tr", {},
    make("th", { scope: "row" }, open, ...mark),
    make("td", { class: "text" }, make("bdi", {}, section.labels[label])),
    ...scores.map((score, n) => make("td", {}, shown(score, section.columns[n].digits))));
}

function imageHeadings(section, onSort) {
  const titles = [["image", "ascending"], ["restorer", "ascending"],
    ...section.columns.map((c) => [c.title, c.higher === false ? "ascending" : "descending"])];
  return titles.map(([title, first], n) => {
    const heading = make("th", { scope: "col", "aria-sort": n ? "none" : "ascending", "data-first": first, class: n < 2 ? "text" : null },
      make("button", { type: "button" }, title));
    heading.firstChild.addEventListener("click", () => onSort(n, heading));
    return heading;
  });
}

/** Small images of the images that can be looked at. */
function strip(section, view) {
  const shelf = make("ul", { class: "strip" });
  for (const [sample, found] of Object.entries(section.images)) {
    const name = section.samples[sample];
    const uri = DATA.images[found.input ?? found.target ?? Object.values(found.outputs)[0]];
    if (uri === undefined) continue;
    const best = section.rows.map((row) => section.labels.indexOf(row.label)).find((n) => n in found.outputs);
    shelf.append(make("li", {}, make("button", { type: "button", click: () => view.open(section, Number(sample), best ?? 0) },
      make("img", { src: uri, alt: "", loading: "lazy" }), make("span", {}, name))));
  }
  return shelf;
}

/** Fills the part of a section that is about single images, when it is opened. */
function prepareImages(place, section, view) {
  if (!section.scores.length) return;
  const state = { text: "", label: "", by: 0, descending: false, page: 0 };
  const body = make("tbody");
  const status = make("span", { role: "status" });
  const back = make("button", { type: "button", click: () => show({ page: state.page - 1 }) }, "Previous");
  const on = make("button", { type: "button", click: () => show({ page: state.page + 1 }) }, "Next");
  let rows = [];
  function show(change) {
    Object.assign(state, change);
    if (!("page" in change)) {
      rows = chooseImages(section, state);
      state.page = 0;
    }
    const first = state.page * PAGE;
    const part = rows.slice(first, first + PAGE);
    body.replaceChildren(...part.map((row) => imageRow(section, row, view)));
    back.disabled = state.page === 0;
    on.disabled = first + PAGE >= rows.length;
    const whole = rows.length.toLocaleString("en");
    status.textContent = part.length ? `${(first + 1).toLocaleString("en")}–${(first + part.length).toLocaleString("en")} of ${whole}` : "none";
  }
  const sort = (by, heading) => {
    const direction = nextDirection(heading);
    markSorted(heading, direction);
    show({ by, descending: direction === "descending" });
  };
  const search = make("input", { type: "search", input: (event) => show({ text: event.target.value }) });
  const everyone = [["", "all restorers"], ...section.labels.map((label, n) => [String(n), label])];
  const table = make("table", { class: "images" },
    make("caption", { class: "unseen" }, `Scores of single images, ${section.name}`),
    make("thead", {}, make("tr", {}, ...imageHeadings(section, sort))), body);
  place.append(
    strip(section, view),
    make("div", { class: "tools" },
      make("label", {}, make("span", {}, "Image"), search),
      select("Restorer", everyone, "", (label) => show({ label })),
      make("span", { class: "pager" }, back, on, status)),
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Scores of single images, ${section.name}` }, table));
  show({});
}
