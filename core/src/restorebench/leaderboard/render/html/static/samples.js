// The scores of each sample, one page of rows at a time.

const PAGE_SIZE = 50;

/** The scores of a section that match the filter, in the chosen order. */
function selectScores(section, state) {
  const words = state.text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const matches = section.samples.map((sample) => words.every((w) => sample.toLocaleLowerCase().includes(w)));
  const rows = section.scores.filter(([sample, label]) => matches[sample] && (state.label === "" || label === Number(state.label)));
  const names = [section.samples, section.labels];
  const value = state.by < 2 ? (row) => names[state.by][row[state.by]] : (row) => toNumber(row[state.by]);
  const keyed = rows.map((row, n) => [value(row), n, row]);
  keyed.sort((a, b) => compare(a[0], b[0], state.descending) || a[1] - b[1]);
  return keyed.map(([, , row]) => row);
}

function scoreRow(section, row, viewer) {
  const [sample, label, ...scores] = row;
  const hasImages = section.images[sample] !== undefined;
  const open = element("button", { type: "button", class: "link", click: () => viewer.open(section, sample, label) }, section.samples[sample]);
  const badge = hasImages ? [element("span", { class: "badge" }, "images")] : [];
  return element("tr", {},
    element("th", { scope: "row", class: "name" }, open, ...badge),
    element("td", { class: "text" }, element("bdi", {}, section.labels[label])),
    ...scores.map((score, n) => element("td", {}, formatScore(score, section.columns[n].digits))));
}

function scoreHeadings(section, onSort) {
  const titles = [["sample", "ascending"], ["restorer", "ascending"],
    ...section.columns.map((c) => [c.title, c.higher === false ? "ascending" : "descending"])];
  return titles.map(([title, first], n) => {
    const heading = element("th", { scope: "col", "aria-sort": n ? "none" : "ascending", "data-first-direction": first, class: ["name", "text"][n] ?? null },
      element("button", { type: "button" }, title));
    heading.firstChild.addEventListener("click", () => onSort(n, heading));
    return heading;
  });
}

/** Thumbnails of the samples that have images. */
function thumbnails(section, viewer) {
  const list = element("ul", { class: "thumbnails" });
  for (const [sample, found] of Object.entries(section.images)) {
    const name = section.samples[sample];
    const uri = DATA.images[found.input ?? found.target ?? Object.values(found.outputs)[0]];
    if (uri === undefined) continue;
    const best = section.rows.map((row) => section.labels.indexOf(row.label)).find((n) => n in found.outputs);
    list.append(element("li", {}, element("button", { type: "button", click: () => viewer.open(section, Number(sample), best ?? 0) },
      element("img", { src: uri, alt: "", loading: "lazy" }), element("span", {}, name))));
  }
  return list;
}

/** Fills the list of samples of a section when it is opened for the first time. */
function prepareSamples(container, section, viewer) {
  if (!section.scores.length) return;
  const state = { text: "", label: "", by: 0, descending: false, page: 0 };
  const body = element("tbody");
  const status = element("span", { role: "status" });
  const previous = element("button", { type: "button", click: () => show({ page: state.page - 1 }) }, "Previous");
  const next = element("button", { type: "button", click: () => show({ page: state.page + 1 }) }, "Next");
  let rows = [];
  function show(change) {
    Object.assign(state, change);
    if (!("page" in change)) {
      rows = selectScores(section, state);
      state.page = 0;
    }
    const first = state.page * PAGE_SIZE;
    const visible = rows.slice(first, first + PAGE_SIZE);
    body.replaceChildren(...visible.map((row) => scoreRow(section, row, viewer)));
    previous.disabled = state.page === 0;
    next.disabled = first + PAGE_SIZE >= rows.length;
    const total = rows.length.toLocaleString("en");
    status.textContent = visible.length ? `${(first + 1).toLocaleString("en")}–${(first + visible.length).toLocaleString("en")} of ${total}` : "none";
  }
  const sort = (by, heading) => {
    const direction = nextDirection(heading);
    markSortedHeading(heading, direction);
    show({ by, descending: direction === "descending" });
  };
  const search = element("input", { type: "search", input: (event) => show({ text: event.target.value }) });
  const restorers = [["", "all restorers"], ...section.labels.map((label, n) => [String(n), label])];
  const table = element("table", { class: "samples" },
    element("caption", { class: "visually-hidden" }, `Scores per sample, ${section.name}`),
    element("thead", {}, element("tr", {}, ...scoreHeadings(section, sort))), body);
  container.append(
    thumbnails(section, viewer),
    element("div", { class: "tools" },
      element("label", {}, element("span", {}, "Sample"), search),
      select("Restorer", restorers, "", (label) => show({ label })),
      element("span", { class: "pager" }, previous, next, status)),
    element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Scores per sample, ${section.name}` }, table));
  show({});
}
