// What widgets do by themselves, without their plugin: tabs open, tables sort, filter and turn
// pages, sliders say their number. A script of its own, so that it works where the program is not:
// in a page without it, and in an exported file. It knows only the markup that `widgets` writes.

const numberOrText = (cell, kind) => {
  const value = cell?.dataset.value ?? cell?.textContent.trim() ?? "";
  return kind === "text" ? value : value === "" ? NaN : Number(value);
};

// ---- tabs

function openTab(tab) {
  for (const other of tab.parentElement.querySelectorAll(":scope > [role=tab]")) {
    const open = other === tab;
    other.setAttribute("aria-selected", String(open));
    other.tabIndex = open ? 0 : -1;
    const panel = document.getElementById(other.getAttribute("aria-controls"));
    if (panel) panel.hidden = !open;
  }
}

/** The arrow keys, Home and End move between tabs, as the ARIA practices for tabs say. */
function tabByKey(tab, key) {
  const tabs = [...tab.parentElement.querySelectorAll(":scope > [role=tab]")];
  const place = tabs.indexOf(tab);
  const next = {
    ArrowRight: (place + 1) % tabs.length,
    ArrowLeft: (place - 1 + tabs.length) % tabs.length,
    Home: 0,
    End: tabs.length - 1,
  }[key];
  if (next === undefined) return false;
  openTab(tabs[next]);
  tabs[next].focus();
  return true;
}

// ---- tables

/** What a reader did to a table; it outlives a newer tree of the plugin. */
const readings = new WeakMap();

function reading(box) {
  let found = readings.get(box);
  if (!found) {
    found = { column: -1, descending: false, page: 0 };
    readings.set(box, found);
  }
  return found;
}

function arrange(box) {
  const table = box.querySelector("table[data-widget=data-table]");
  if (!table) return;
  const state = reading(box);
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...body.rows];
  rows.forEach((row, place) => (row.dataset.place ??= String(place)));
  const { column, descending } = state;
  const kind = heads[column]?.dataset.sort;
  const compare = (left, right) => {
    const before = left.dataset.place - right.dataset.place;
    if (!kind) return before;
    const [a, b] = [numberOrText(left.cells[column], kind), numberOrText(right.cells[column], kind)];
    if (kind === "text") {
      const order = a.localeCompare(b, undefined, { numeric: true });
      return (descending ? -order : order) || before;
    }
    // What is no number comes last, however the rest is ordered.
    if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b) || before;
    return (descending ? b - a : a - b) || before;
  };
  rows.sort(compare);
  if (rows.some((row, place) => body.rows[place] !== row)) body.append(...rows);
  heads.forEach((head, place) =>
    head.setAttribute("aria-sort", place !== column ? "none" : descending ? "descending" : "ascending"));

  const wanted = box.querySelector(".table-filter input")?.value.trim().toLowerCase() ?? "";
  const shown = rows.filter((row) => !wanted || row.textContent.toLowerCase().includes(wanted));
  const size = Number(table.dataset.pageRows) || shown.length || 1;
  const pages = Math.max(1, Math.ceil(shown.length / size));
  state.page = Math.min(Math.max(0, state.page), pages - 1);
  const visible = new Set(shown.slice(state.page * size, (state.page + 1) * size));
  for (const row of rows) row.hidden = !visible.has(row);

  const count = box.querySelector(".table-count");
  if (count) {
    count.dataset.all ??= count.textContent;
    count.textContent = wanted ? `${shown.length} of ${count.dataset.all}` : count.dataset.all;
  }
  const pager = box.querySelector(".pager");
  if (!pager) return;
  pager.hidden = pages === 1;
  pager.querySelector(".pager-place").textContent = `Page ${state.page + 1} of ${pages}`;
  pager.querySelector("[data-value=previous]").disabled = state.page === 0;
  pager.querySelector("[data-value=next]").disabled = state.page === pages - 1;
}

const tables = (root) => root.querySelectorAll(".data-table");

// ---- one listener for each sort of event, for all there is and will be

document.addEventListener("click", ({ target }) => {
  const tab = target.closest?.("[data-widget=tabs] > [role=tablist] > [role=tab]");
  if (tab) return openTab(tab);
  const box = target.closest?.(".data-table");
  if (!box) return;
  const state = reading(box);
  const head = target.closest("th[data-sort]");
  if (head && target.closest("button")) {
    // Rising, falling, as it came.
    if (state.column !== head.cellIndex) Object.assign(state, { column: head.cellIndex, descending: false });
    else if (!state.descending) state.descending = true;
    else state.column = -1;
    state.page = 0;
    return arrange(box);
  }
  const turn = target.closest(".pager button")?.dataset.value;
  if (turn) {
    state.page += turn === "next" ? 1 : -1;
    arrange(box);
  }
});

document.addEventListener("keydown", (event) => {
  const tab = event.target.closest?.("[data-widget=tabs] > [role=tablist] > [role=tab]");
  if (tab && tabByKey(tab, event.key)) event.preventDefault();
});

document.addEventListener("input", ({ target }) => {
  if (target.closest?.(".table-filter")) {
    const box = target.closest(".data-table");
    reading(box).page = 0;
    return arrange(box);
  }
  if (target.type === "range") {
    const output = target.parentElement.querySelector("output");
    if (output) output.textContent = target.value;
  }
});

// A menu closes when the reader goes on elsewhere.
document.addEventListener("pointerdown", ({ target }) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
});

// Tables that come later, or get new rows. Rows that are only shown or hidden are no news.
new MutationObserver((changes) => {
  const boxes = new Set();
  for (const { target, addedNodes } of changes) {
    for (const node of addedNodes) {
      if (node.nodeType !== Node.ELEMENT_NODE) continue;
      if (node.matches(".data-table")) boxes.add(node);
      else if (node.firstElementChild) tables(node).forEach((box) => boxes.add(box));
    }
    const around = target.closest?.(".data-table");
    if (around && target.closest("tbody")) boxes.add(around);
  }
  boxes.forEach(arrange);
}).observe(document.documentElement, { childList: true, subtree: true });
document.addEventListener("patched", ({ target }) => tables(target).forEach(arrange));
tables(document).forEach(arrange);
