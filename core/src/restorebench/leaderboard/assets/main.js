// Brings the page to life: the data, the theme, the parts of each section, live renewal.

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
    remember("theme", name);
  };
  set(names.includes(recall("theme")) ? recall("theme") : "auto");
  button.addEventListener("click", () => {
    const now = document.documentElement.dataset.theme ?? "auto";
    set(names[(names.indexOf(now) + 1) % names.length]);
  });
}

/** Keeps a setting for this tab; a browser that forbids that just forgets. */
function remember(key, value) {
  try { sessionStorage.setItem(`restorebench-${key}`, value); } catch { /* storage is off */ }
}

function recall(key) {
  try { return sessionStorage.getItem(`restorebench-${key}`) ?? ""; } catch { return ""; }
}

/** Loads the page again when the server has another one, unless something is being read. */
function renew(every) {
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
    const place = document.getElementById(section.id);
    const part = (name) => place.querySelector(`[data-part="${name}"]`);
    preparePlot(part("plot"), section, place.querySelector("table.ranking"));
    const details = part("images")?.closest("details");
    details?.addEventListener("toggle", () => prepareImages(part("images"), section, viewer), { once: true });
  }
  const apply = () => {
    filterRows(main, filter.value, document.getElementById("left"));
    remember("filter", filter.value);
  };
  filter.addEventListener("input", apply);
  filter.value = recall("filter");
  apply();
  main.addEventListener("change", apply); // a plot that is drawn anew
  if (DATA.live) renew(DATA.live);
  document.documentElement.dataset.ready = "";
}

start();
