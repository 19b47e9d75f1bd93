// Prints what views take in Chromium on this machine, beside plain JavaScript that shows the same
// elements in the same place: until a first tree is painted, and from a press of a button until what
// it changed is painted; and what views take of memory and of the network.
import { cp, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { quantile } from "./bench-kit.mjs";
import { Person, askWorkers, eventually, launch } from "./harness.mjs";
import { FIXTURES, PAGE, Server } from "./programs.mjs";

const VIEW = "bench-view";
const SMALL = 10;
const COLD_ROUNDS = 11;
const WARM_ROUNDS = 20;
/** Of each kind of update, by the number of widgets. */
const UPDATES = new Map([
  [SMALL, 100],
  [1_000, 40],
  [10_000, 20],
]);
/** Views that are open at once, to tell what one more takes. */
const MANY = 6;

/** Texts of a tree of so many widgets, as the fixture counts them. */
function texts(nodes) {
  const rest = nodes - 4;
  return rest - Math.ceil(rest / 20);
}

const said = (place, changes) => `Text ${place} changed ${changes} times`;

/** Runs in the page before anything of it does. */
function instrument() {
  const worker = {};
  const heard = new WeakSet();
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (...message) {
    if (!heard.has(this)) {
      heard.add(this);
      // Before the page's own listener.
      this.addEventListener("message", () => (worker.answered = performance.now()));
    }
    worker.told = performance.now();
    return post.apply(this, message);
  };

  /** The root of what is measured, and its texts. */
  const measured = { view: ".view-cell .view-content", plain: "#plain" };
  const root = (side) => document.querySelector(measured[side]);
  const conditions = {
    shows: (side, count) => root(side)?.getElementsByTagName("p").length === count,
    reads: (side, texts) => {
      const found = root(side)?.getElementsByTagName("p");
      return found && texts.every(([place, text]) => found[place]?.textContent === text);
    },
  };

  /** Measures from the next event of this name until a frame with what is expected is painted. */
  window.measure = (event, side, condition, expected) => {
    window.times = undefined;
    let begun;
    addEventListener(event, ({ timeStamp }) => (begun = timeStamp), { capture: true, once: true });
    const observer = new MutationObserver(() => {
      if (begun === undefined || !conditions[condition](side, expected)) return;
      observer.disconnect();
      const times = { begun, ...worker, changed: performance.now() };
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        // A message posted in a frame arrives after that frame is painted.
        channel.port1.onmessage = () => (window.times = { ...times, painted: performance.now() });
        channel.port2.postMessage(0);
      });
    });
    observer.observe(document, { subtree: true, childList: true, characterData: true });
  };

  const describe = (node) =>
    node.nodeType === Node.TEXT_NODE
      ? node.data
      : {
          tag: node.localName,
          attributes: [...node.attributes].map(({ name, value }) => [name, value]),
          children: [...node.childNodes].map(describe),
        };

  const build = (parent, { tag, attributes, children }) => {
    const element = document.createElement(tag);
    for (const [name, value] of attributes) element.setAttribute(name, value);
    for (const child of children) {
      if (typeof child === "string") element.textContent = child;
      else build(element, child);
    }
    parent.append(element);
  };

  /** Puts a place for the same elements beside the view and hides the view. */
  window.preparePlain = () => {
    const view = document.querySelector(".view-cell .view");
    const description = [...root("view").children].map(describe);
    const plain = view.cloneNode(false);
    const content = root("view").cloneNode(false);
    content.id = "plain";
    const start = document.createElement("button");
    start.id = "build";
    start.textContent = "Build";
    plain.append(start, content);
    view.after(plain);
    view.style.display = "none";
    start.addEventListener("click", () => {
      content.replaceChildren();
      const fragment = document.createDocumentFragment();
      for (const child of description) build(fragment, child);
      content.append(fragment);
    });
    // Each text is looked for once, as hand-written code does.
    let found;
    const changes = [];
    content.addEventListener("click", ({ target }) => {
      if (found?.[0]?.isConnected !== true) {
        found = [...content.getElementsByTagName("p")].map((element) => element.firstChild);
        changes.length = 0;
      }
      const change = (place) => {
        changes[place] = (changes[place] ?? 0) + 1;
        found[place].data = `Text ${place} changed ${changes[place]} times`;
      };
      const { name } = target.closest("[data-name]").dataset;
      if (name === "one") change(Math.floor(found.length / 2));
      else for (let place = 0; place < found.length; place += 1) change(place);
    });
  };

  /** Which of the two is laid out. */
  window.show = (side) => {
    const [view, plain] = document.querySelectorAll(".view-cell > .view");
    view.style.display = side === "view" ? "" : "none";
    plain.style.display = side === "plain" ? "" : "none";
  };
}

class Reader extends Person {
  static async arrive(stage, context) {
    const reader = new Reader();
    Object.assign(reader, { stage, mistakes: [], requests: [] });
    reader.context = context ?? (await stage.browser.newContext({ viewport: { width: 1440, height: 900 } }));
    reader.page = await reader.context.newPage();
    reader.context.on("request", (request) => reader.requests.push(new URL(request.url()).pathname));
    await reader.page.addInitScript(instrument);
    return reader;
  }

  /** A new notebook with a cell that is no view yet. */
  async begin() {
    await this.newNotebook("Benchmark");
    this.number = await this.type("-");
  }

  get places() {
    return this.page.locator(".view-cell .view");
  }

  /** Milliseconds from what `act` does until a frame with what is expected is painted. */
  async measure(event, act, ...expected) {
    await this.settles();
    await this.page.evaluate((all) => window.measure(...all), [event, ...expected]);
    await act();
    const times = await this.page.waitForFunction(() => window.times);
    return times.jsonValue();
  }

  /** Waits until a frame was painted that nothing was left to do for. */
  async settles() {
    await this.page.evaluate(
      () => new Promise((done) => requestIdleCallback(() => requestAnimationFrame(() => setTimeout(done)))),
    );
  }

  /** Writes the view into the cell and measures until its first tree is painted. */
  async first(nodes) {
    const write = () => this.retype(this.number, `@view=${VIEW} nodes=${nodes}`);
    return this.measure("input", write, "view", "shows", texts(nodes));
  }

  async clear() {
    await this.retype(this.number, "-");
    await this.places.first().waitFor({ state: "detached" });
  }

  /** Waits until there are so many workers and each has its host. */
  async workersAreReady(count) {
    await eventually(`${count} workers are ready`, async () => {
      const stripped = await askWorkers(this, async (send) => {
        const { result } = await send("Runtime.evaluate", { expression: "typeof fetch" });
        return result.value === "undefined";
      });
      return stripped.length === count && stripped.every(Boolean);
    });
  }

  async press(side, name) {
    const content = this.page.locator(side === "view" ? ".view-cell .view-content:not(#plain)" : "#plain");
    await content.locator(`[data-name=${name}]`).click();
  }
}

const took = ({ begun, painted }) => painted - begun;

function digits(value) {
  return value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString("en");
}

function row(...cells) {
  console.log(`| ${cells.join(" | ")} |`);
}

function head(...cells) {
  console.log();
  row(...cells);
  row(...cells.map(() => "---"));
}

/** A row of the view's times beside those of plain JavaScript. */
function compare(what, view, plain) {
  const p95 = (times) => (times.length >= 20 ? digits(quantile(times, 0.95)) : "");
  const [of, by] = [view.map(took), plain.map(took)];
  const ratio = quantile(of, 0.5) / quantile(by, 0.5);
  row(what, digits(quantile(of, 0.5)), p95(of), digits(quantile(by, 0.5)), p95(by), ratio.toFixed(1));
}

/** The view's and plain JavaScript's times of building and changing a tree. */
async function measureSize(stage, nodes, rounds) {
  const reader = await Reader.arrive(stage);
  const count = texts(nodes);
  const result = { nodes, view: { first: [], one: [], all: [] }, plain: { first: [], one: [], all: [] } };
  try {
    await reader.begin();
    // The first one is cold.
    await reader.first(nodes);
    for (let round = 0; round < WARM_ROUNDS; round += 1) {
      await reader.clear();
      await reader.workersAreReady(1);
      result.view.first.push(await reader.first(nodes));
    }
    await reader.page.evaluate(() => window.preparePlain());
    for (let round = 0; round < WARM_ROUNDS; round += 1) {
      const build = () => reader.page.locator("#build").click();
      await reader.page.evaluate(() => document.querySelector("#plain").replaceChildren());
      result.plain.first.push(await reader.measure("click", build, "plain", "shows", count));
    }
    const middle = Math.floor(count / 2);
    for (let round = 0; round < rounds; round += 1) {
      for (const side of ["view", "plain"]) {
        await reader.page.evaluate((side) => window.show(side), side);
        // Each round changes the text in the middle twice, and the others once.
        const one = [[middle, said(middle, 2 * round + 1)]];
        result[side].one.push(await reader.measure("click", () => reader.press(side, "one"), side, "reads", one));
        const ends = [0, count - 1].map((place) => [place, said(place, round + 1)]);
        result[side].all.push(await reader.measure("click", () => reader.press(side, "all"), side, "reads", ends));
      }
    }
    return result;
  } finally {
    await reader.leave();
  }
}

/** First trees of a small view where nothing is at hand yet, and where the browser has the files. */
async function measureCold(stage) {
  const [empty, cached] = [[], []];
  for (let round = 0; round < COLD_ROUNDS; round += 1) {
    const first = await Reader.arrive(stage);
    try {
      await first.begin();
      empty.push(await first.first(SMALL));
      const again = await Reader.arrive(stage, first.context);
      await again.begin();
      cached.push(await again.first(SMALL));
    } finally {
      await first.leave();
    }
  }
  return { empty, cached };
}

/** Bytes that the browser's renderers have to themselves, as the kernel counts them. */
async function renderersBytes(browser, reader) {
  const page = await reader.context.newCDPSession(reader.page);
  await page.send("HeapProfiler.collectGarbage");
  await page.detach();
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send("SystemInfo.getProcessInfo");
  await devtools.detach();
  let bytes = 0;
  for (const { type, id } of processInfo) {
    if (type !== "renderer") continue;
    const rollup = await readFile(`/proc/${id}/smaps_rollup`, "utf8");
    for (const [, kilobytes] of rollup.matchAll(/^Private_\w+:\s+(\d+) kB$/gm)) bytes += Number(kilobytes) * 1024;
  }
  return bytes;
}

/**
 * Has the workers of a reader keep the instances that they make, where `worker.js` leaves it: their
 * memories are not reachable otherwise.
 */
async function keepInstances({ context }) {
  const keep = `
    const Instance = WebAssembly.Instance;
    WebAssembly.kept = [];
    WebAssembly.Instance = class extends Instance {
      constructor(...given) {
        super(...given);
        WebAssembly.kept.push(this);
      }
    };`;
  await context.route("**/view/worker.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: keep + (await response.text()) });
  });
}

/** Of each worker: its JavaScript heap, and the WebAssembly memories of the host and of the plugin. */
async function workersBytes(reader) {
  return askWorkers(reader, async (send) => {
    await send("HeapProfiler.collectGarbage");
    const { usedSize } = await send("Runtime.getHeapUsage");
    const expression = `WebAssembly.kept.map(({ exports }) => exports.memory.buffer.byteLength)`;
    const { result } = await send("Runtime.evaluate", { expression, returnByValue: true });
    return { heap: usedSize, memories: result.value };
  });
}

async function measureMemory(server) {
  // A browser of its own: what others left behind would count.
  const browser = await launch();
  const megabytes = (bytes) => (bytes / 2 ** 20).toFixed(1);
  try {
    const reader = await Reader.arrive({ server, browser });
    await reader.begin();
    await reader.settles();
    const without = await renderersBytes(browser, reader);
    const loaded = reader.requests.filter((path) => path.startsWith("/view/"));
    if (loaded.length) throw new Error(`a page without views asked for ${loaded}`);
    await reader.first(SMALL);
    await reader.workersAreReady(2);
    const one = await renderersBytes(browser, reader);
    for (let count = 2; count <= MANY; count += 1) {
      await reader.retype(await reader.type("-"), `@view=${VIEW} nodes=${SMALL}`);
      await reader.page.locator(".view-cell .view-content p").nth(texts(SMALL) * count - 1).waitFor();
      await reader.workersAreReady(count + 1);
    }
    const many = await renderersBytes(browser, reader);
    head("memory", "MiB");
    row("the page's process without views", megabytes(without));
    row("and with one: the compiled host, its worker and a spare one", `+ ${megabytes(one - without)}`);
    row("and with each further one", `+ ${megabytes((many - one) / (MANY - 1))}`);
    for (const nodes of UPDATES.keys()) {
      const other = await Reader.arrive({ server, browser });
      await keepInstances(other);
      await other.begin();
      await other.first(nodes);
      const last = texts(nodes) - 1;
      await other.measure("click", () => other.press("view", "all"), "view", "reads", [[last, said(last, 1)]]);
      await other.workersAreReady(2);
      const workers = await workersBytes(other);
      const running = workers.find(({ memories }) => memories.length === 2);
      const [host, plugin] = running.memories.map(megabytes);
      row(
        `worker with ${nodes.toLocaleString("en")} widgets: JavaScript heap; WebAssembly of host and plugin`,
        `${megabytes(running.heap)}; ${host} and ${plugin}`,
      );
      await other.leave();
    }
  } finally {
    await browser.close();
  }
}

async function printBytes() {
  const bytes = await Promise.all(
    ["host_bg.wasm", "host.js", "worker.js"].map(async (name) => (await stat(join(PAGE, "view", `${name}.br`))).size),
  );
  const [wasm, ...scripts] = bytes;
  const sum = (values) => values.reduce((left, right) => left + right).toLocaleString("en");
  console.log(`\nbytes of the host, brotli: ${sum(bytes)} (wasm ${sum([wasm])}, scripts ${sum(scripts)})`);
}

function printParts(sizes) {
  head("update", "page, before", "worker", "patch", "style, layout, paint", "plain: change", "plain: paint");
  for (const { nodes, view, plain } of sizes) {
    for (const kind of ["one", "all"]) {
      const part = (times, from, to) => digits(quantile(times.map((time) => time[to] - time[from]), 0.5));
      row(
        `${kind} of ${nodes.toLocaleString("en")}`,
        part(view[kind], "begun", "told"),
        part(view[kind], "told", "answered"),
        part(view[kind], "answered", "changed"),
        part(view[kind], "changed", "painted"),
        part(plain[kind], "begun", "changed"),
        part(plain[kind], "changed", "painted"),
      );
    }
  }
}

const server = await Server.start({}, (folder) => cp(join(FIXTURES, VIEW), join(folder, VIEW), { recursive: true }));
const browser = await launch();
try {
  const stage = { server, browser };
  const cold = await measureCold(stage);
  const sizes = [];
  for (const [nodes, rounds] of UPDATES) sizes.push(await measureSize(stage, nodes, rounds));
  head("milliseconds until it is painted", "view p50", "p95", "plain p50", "p95", "ratio");
  const [small] = sizes;
  compare("first tree, nothing at hand", cold.empty, small.plain.first);
  compare("first tree, files in the HTTP cache", cold.cached, small.plain.first);
  for (const { nodes, view, plain } of sizes) {
    const of = nodes.toLocaleString("en");
    compare(`first tree of ${of}, warm worker`, view.first, plain.first);
    compare(`press that changes one of ${of}`, view.one, plain.one);
    compare(`press that changes all of ${of}`, view.all, plain.all);
  }
  printParts(sizes);
  await measureMemory(server);
  await printBytes();
} finally {
  await browser.close();
  await server.stop();
}
