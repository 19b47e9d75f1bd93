// Prints how long a person waits, in Chromium on this machine: from navigation until the notebook
// can be read and typed into, and from the key that runs a cell until its output is painted.
import { connect } from "../foreign/client.mjs";
import { Made, insertions, quantile } from "./bench-kit.mjs";
import { DESKTOP, launch } from "./harness.mjs";
import { PATIENCE_MS, Server } from "./programs.mjs";

const CELL_COUNTS = [0, 100, 1000];
const NAVIGATIONS = 7;
const RUNS = 100;

/** A notebook with `count` plugin cells; gives its path. */
async function notebook(client, count) {
  const made = await Made.create(client, `${count} cells`);
  await made.submit(insertions(Array.from({ length: count }, (_, place) => `@plugin=hello_world\ncell ${place + 1}`)));
  return made.path;
}

/** Milliseconds of one navigation with an empty cache. */
async function navigate(browser, url) {
  const context = await browser.newContext({ viewport: DESKTOP });
  try {
    const page = await context.newPage();
    await page.addInitScript(() => {
      const typeable = () => document.querySelector("#app input, #app textarea");
      new MutationObserver((_, observer) => {
        if (!typeable()) return;
        observer.disconnect();
        requestAnimationFrame(() => (window.typeableMs = performance.now()));
      }).observe(document, { subtree: true, childList: true });
    });
    await page.goto(url);
    await page.waitForFunction(() => window.typeableMs, undefined, { timeout: PATIENCE_MS });
    return await page.evaluate(() => ({
      readable: performance.getEntriesByName("first-contentful-paint")[0].startTime,
      typeable: window.typeableMs,
    }));
  } finally {
    await context.close();
  }
}

/** Milliseconds from the key press that runs a cell until its new output is painted. */
async function roundTrips(browser, url) {
  const context = await browser.newContext({ viewport: DESKTOP });
  try {
    const page = await context.newPage();
    await page.goto(url);
    await page.getByRole("status", { name: "Connection" }).filter({ hasText: "Live" }).waitFor();
    await page.getByRole("button", { name: "Add cell", exact: true }).click();
    const editor = page.getByRole("textbox", { name: "Cell 1 source", exact: true });
    const output = page.getByRole("region", { name: "Output of cell 1", exact: true });
    const times = [];
    for (let run = 0; run < RUNS; run += 1) {
      const name = `run ${run}`;
      await editor.fill(`@plugin=hello_world name="${name}"`);
      await page.evaluate((expected) => {
        window.painted = undefined;
        let pressed;
        addEventListener("keydown", () => (pressed = performance.now()), { capture: true, once: true });
        const observer = new MutationObserver(() => {
          const region = document.querySelector('[aria-label="Output of cell 1"]');
          if (!region?.textContent.includes(expected)) return;
          observer.disconnect();
          requestAnimationFrame(() => {
            const channel = new MessageChannel();
            // A message posted in a frame arrives after that frame is painted.
            channel.port1.onmessage = () => (window.painted = performance.now() - pressed);
            channel.port2.postMessage(0);
          });
        });
        const options = { subtree: true, childList: true, characterData: true };
        observer.observe(document.body, options);
      }, `Hello, ${name}!`);
      await editor.press("Control+Enter");
      await output.filter({ hasText: `Hello, ${name}!` }).waitFor();
      const taken = await page.waitForFunction(() => window.painted);
      times.push(await taken.jsonValue());
    }
    return times;
  } finally {
    await context.close();
  }
}

const ms = (value) => `${value.toFixed(1)} ms`.padStart(11);

const server = await Server.start();
const browser = await launch();
try {
  const client = await connect(server.url, "databook.Notebooks");
  console.log(`cells     readable   typeable   (median of ${NAVIGATIONS} navigations, empty cache)`);
  for (const count of CELL_COUNTS) {
    const url = server.url + (await notebook(client, count));
    // The first navigation warms the server's and the browser's own caches.
    await navigate(browser, url);
    const times = [];
    for (let round = 0; round < NAVIGATIONS; round += 1) times.push(await navigate(browser, url));
    const median = (name) => quantile(times.map((time) => time[name]), 0.5);
    console.log(`${String(count).padStart(5)}${ms(median("readable"))}${ms(median("typeable"))}`);
  }
  const times = await roundTrips(browser, server.url + (await notebook(client, 0)));
  console.log(`\nrun, key press to painted output (${RUNS} runs)`);
  console.log(`  p50${ms(quantile(times, 0.5))}   p95${ms(quantile(times, 0.95))}`);
} finally {
  await browser.close();
  await server.stop();
}
