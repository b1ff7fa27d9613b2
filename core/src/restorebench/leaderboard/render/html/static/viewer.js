// The viewer of one sample: two of its images under a divider, zoomed and panned together.

const ZOOMS = [1, 1.5, 2, 3, 4, 6, 8, 12, 16];

class Viewer {
  constructor(dialog) {
    this.dialog = dialog;
    this.find = (name) => dialog.querySelector(`#viewer-${name}`);
    this.stage = this.find("stage");
    this.sides = ["left", "right"].map((side) => ({
      image: this.find(side), list: this.find(`${side}-list`), label: this.find(`${side}-label`),
    }));
    this.sides.forEach(({ list }, n) => list.addEventListener("change", () => {
      this.pair[n] = list.value;
      this.showImages();
    }));
    for (const button of dialog.querySelectorAll("[data-pair]")) {
      button.addEventListener("click", () => this.choosePair(button.dataset.pair.split(" ")));
    }
    this.find("divider").addEventListener("input", (event) => this.setDivider(event.target.value));
    this.find("zoom-in").addEventListener("click", () => this.zoomBy(1));
    this.find("zoom-out").addEventListener("click", () => this.zoomBy(-1));
    this.find("fit").addEventListener("click", () => this.reset());
    this.find("close").addEventListener("click", () => dialog.close());
    this.find("previous").addEventListener("click", () => this.step(-1));
    this.find("next").addEventListener("click", () => this.step(1));
    this.stage.addEventListener("keydown", (event) => this.key(event));
    this.stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.stage.addEventListener("pointerdown", (event) => this.drag(event));
  }

  /** Opens the viewer on a sample and a restorer, by their numbers in the section. */
  open(section, sample, label) {
    this.section = section;
    this.label = label;
    this.pair = ["input", String(label)];
    if (!this.dialog.open) this.dialog.showModal();
    this.showSample(sample);
  }

  showSample(sample) {
    this.sample = sample;
    const { section } = this;
    const found = section.images[sample];
    this.find("name").textContent = section.samples[sample];
    this.find("comparison").hidden = found === undefined || found.size === null;
    this.find("note").textContent = found === undefined ? NO_IMAGES : found.note;
    if (found !== undefined) this.fillLists(found);
    this.fillScores();
    this.reset();
    this.setDivider(this.find("divider").value);
    const order = this.navigableSamples();
    this.find("previous").disabled = order[0] === sample;
    this.find("next").disabled = order.at(-1) === sample;
  }

  /** The samples that the buttons step through: those with images, or all. */
  navigableSamples() {
    const shown = Object.keys(this.section.images).map(Number).sort((a, b) => a - b);
    return shown.includes(this.sample) ? shown : this.section.samples.map((_, n) => n);
  }

  step(by) {
    const order = this.navigableSamples();
    const sample = order[order.indexOf(this.sample) + by];
    if (sample !== undefined) this.showSample(sample);
  }

  fillLists(found) {
    const choices = [];
    if (found.input !== null) choices.push(["input", "input", found.input]);
    for (const [label, image] of Object.entries(found.outputs)) choices.push([label, this.section.labels[label], image]);
    if (found.target !== null) choices.push(["target", "target", found.target]);
    this.choices = new Map(choices.map(([key, title, image]) => [key, { title, image }]));
    this.sides.forEach(({ list }, n) => {
      list.replaceChildren(...choices.map(([value, title]) => element("option", { value }, title)));
      const preferred = [this.pair[n], n ? String(this.label) : "input", "target"];
      const other = choices.find(([key]) => key !== String(this.label)) ?? choices[0];
      list.value = preferred.find((key) => this.choices.has(key)) ?? other?.[0] ?? "";
    });
    this.stage.style.aspectRatio = found.size ? `${found.size[0]} / ${found.size[1]}` : "";
    this.dialog.style.setProperty("--ratio", found.size ? found.size[0] / found.size[1] : 1);
    this.showImages();
  }

  /** Shows two of input, output and target; the output is that of the chosen restorer. */
  choosePair(names) {
    this.pair = names.map((name) => (name === "output" ? String(this.label) : name));
    this.sides.forEach(({ list }, n) => {
      if (this.choices.has(this.pair[n])) list.value = this.pair[n];
    });
    this.showImages();
  }

  showImages() {
    for (const { image, list, label } of this.sides) {
      const choice = this.choices.get(list.value);
      if (!choice) continue;
      image.src = DATA.images[choice.image];
      image.alt = `${choice.title} of ${this.section.samples[this.sample]}`;
      label.textContent = choice.title;
    }
  }

  fillScores() {
    const { section, sample } = this;
    const heads = ["restorer", ...section.columns.map((c) => c.title)];
    const rows = section.scores.filter((row) => row[0] === sample).map(([, label, ...scores]) =>
      element("tr", { class: label === this.label ? "highlighted" : null },
        element("th", { scope: "row", class: "name" }, element("bdi", {}, section.labels[label])),
        ...scores.map((score, n) => element("td", {}, formatScore(score, section.columns[n].digits)))));
    this.find("scores").replaceChildren(
      element("caption", { class: "visually-hidden" }, "Scores of this sample"),
      element("thead", {}, element("tr", {}, ...heads.map((h, n) => element("th", { scope: "col", class: n ? null : "name" }, h)))),
      element("tbody", {}, ...rows));
  }

  setDivider(percent) {
    this.find("divider").value = percent;
    this.stage.style.setProperty("--divider", `${percent}%`);
  }

  reset() {
    this.zoom = 0;
    this.shift = [0, 0];
    this.transform();
  }

  zoomBy(by, centre = [0.5, 0.5]) {
    const old = ZOOMS[this.zoom];
    this.zoom = Math.min(Math.max(this.zoom + by, 0), ZOOMS.length - 1);
    const factor = ZOOMS[this.zoom] / old;
    this.shift = this.shift.map((s, n) => centre[n] - (centre[n] - s) * factor);
    this.transform();
  }

  move(dx, dy) {
    this.shift = [this.shift[0] + dx, this.shift[1] + dy];
    this.transform();
  }

  /** Applies zoom and shift (in fractions of the stage); the images always cover the stage. */
  transform() {
    const zoom = ZOOMS[this.zoom];
    this.shift = this.shift.map((s) => Math.min(0, Math.max(1 - zoom, s)));
    const [x, y] = this.shift.map((s) => `${s * 100}%`);
    for (const { image } of this.sides) image.style.transform = `translate(${x}, ${y}) scale(${zoom})`;
    this.stage.classList.toggle("pixelated", zoom > 2);
    this.find("zoom").textContent = `${zoom}×`;
    this.find("zoom-in").disabled = this.zoom === ZOOMS.length - 1;
    this.find("zoom-out").disabled = this.zoom === 0;
  }

  key(event) {
    const moves = { ArrowLeft: [0.1, 0], ArrowRight: [-0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] };
    if (event.key in moves) this.move(...moves[event.key]);
    else if (event.key === "+" || event.key === "=") this.zoomBy(1);
    else if (event.key === "-") this.zoomBy(-1);
    else if (event.key === "0") this.reset();
    else return;
    event.preventDefault();
  }

  /** The position of an event on the stage, in fractions of its width and height. */
  position(event) {
    const box = this.stage.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  wheel(event) {
    event.preventDefault();
    this.zoomBy(event.deltaY < 0 ? 1 : -1, this.position(event));
  }

  /** Drags the divider if the images are not zoomed or the pointer is on it; pans the images otherwise. */
  drag(event) {
    let last = this.position(event);
    const divider = Number(this.find("divider").value) / 100;
    const box = this.stage.getBoundingClientRect();
    const movesDivider = this.zoom === 0 || Math.abs(last[0] - divider) * box.width < 18;
    const follow = (moved) => {
      const now = this.position(moved);
      if (movesDivider) this.setDivider(Math.round(Math.min(Math.max(now[0], 0), 1) * 1000) / 10);
      else this.move(now[0] - last[0], now[1] - last[1]);
      last = now;
    };
    this.stage.setPointerCapture(event.pointerId);
    this.stage.addEventListener("pointermove", follow);
    this.stage.addEventListener("pointerup", () => this.stage.removeEventListener("pointermove", follow), { once: true });
    if (movesDivider) follow(event);
  }
}

const NO_IMAGES = "This page has no images of this sample. Use --images N to include more samples.";
