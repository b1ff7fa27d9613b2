// The ranking tables: sorting by column, and the filter for the whole page.

function sortTable(heading, direction) {
  const body = heading.closest("table").tBodies[0];
  const place = heading.cellIndex;
  const value = (row) => {
    const cell = row.cells[place];
    return "sort" in cell.dataset ? (cell.dataset.sort === "" ? NaN : Number(cell.dataset.sort)) : cell.textContent;
  };
  const rows = [...body.rows].map((row) => [value(row), Number(row.dataset.order), row]);
  rows.sort((a, b) => compare(a[0], b[0], direction === "descending") || a[1] - b[1]);
  body.append(...rows.map(([, , row]) => row));
  markSortedHeading(heading, direction);
}

function prepareTables(main) {
  for (const heading of main.querySelectorAll("table.ranking th[aria-sort]")) {
    heading.querySelector("button").addEventListener("click", () => {
      sortTable(heading, nextDirection(heading));
    });
  }
}

/** Hides the rows whose name lacks a word of `text`, and writes how many remain. */
function filterRows(main, text, status) {
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  let visible = 0;
  let all = 0;
  for (const row of main.querySelectorAll("table.filtered tbody tr")) {
    const name = row.dataset.name.toLocaleLowerCase();
    row.hidden = !words.every((word) => name.includes(word));
    if (row.closest(".wins")) continue; // the second view has the same rows again
    all += 1;
    visible += !row.hidden;
  }
  for (const point of main.querySelectorAll(".plot [data-name]")) {
    const name = point.dataset.name.toLocaleLowerCase();
    point.toggleAttribute("data-hidden", !words.every((word) => name.includes(word)));
  }
  status.textContent = words.length ? `${visible} of ${all} rows` : "";
}
