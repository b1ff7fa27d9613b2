// Starts the page: data, theme, tables, plots, samples, reloading of a live page.

const DATA = JSON.parse(document.getElementById("data").textContent);
const COSTS = {
  seconds: "seconds per image", nfe: "network evaluations", parameters: "parameters",
  macs: "multiply-accumulates", peak_bytes: "peak bytes",
};

function prepareTheme(button) {
  const names = ["auto", "light", "dark"];
  const set = (name) => {
    if (name === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    button.textContent = `Theme: ${name}`;
    saveSetting("theme", name);
  };
  set(names.includes(loadSetting("theme")) ? loadSetting("theme") : "auto");
  button.addEventListener("click", () => {
    const now = document.documentElement.dataset.theme ?? "auto";
    set(names[(names.indexOf(now) + 1) % names.length]);
  });
}

/** Keeps a setting for this tab, if the browser allows it. */
function saveSetting(key, value) {
  try { sessionStorage.setItem(`restorebench-${key}`, value); } catch { /* storage is disabled */ }
}

function loadSetting(key) {
  try { return sessionStorage.getItem(`restorebench-${key}`) ?? ""; } catch { return ""; }
}

/** Reloads the page when the server has a new one, unless the page is hidden or the viewer open. */
function reloadOnChange(every) {
  let known = null;
  setInterval(async () => {
    if (document.hidden || document.querySelector("dialog[open]")) return;
    const answer = await fetch("/", { method: "HEAD", cache: "no-store" }).catch(() => null);
    const tag = answer?.headers.get("etag") ?? known;
    if (known !== null && tag !== known) location.reload();
    known = tag;
  }, every);
}

function start() {
  const main = document.querySelector("main");
  const filter = document.getElementById("filter");
  const viewer = new Viewer(document.getElementById("viewer"));
  prepareTheme(document.getElementById("theme"));
  prepareTables(main);
  for (const section of DATA.sections) {
    const node = document.getElementById(section.id);
    preparePlot(node.querySelector(".plot-area"), section, node.querySelector("table.ranking"));
    const samples = node.querySelector(".samples-area");
    samples?.closest("details").addEventListener("toggle", () => prepareSamples(samples, section, viewer), { once: true });
  }
  const apply = () => {
    filterRows(main, filter.value, document.getElementById("filter-status"));
    saveSetting("filter", filter.value);
  };
  filter.addEventListener("input", apply);
  filter.value = loadSetting("filter");
  apply();
  main.addEventListener("change", apply); // a plot was redrawn
  if (DATA.live) reloadOnChange(DATA.live);
  document.documentElement.dataset.ready = "";
}

start();
