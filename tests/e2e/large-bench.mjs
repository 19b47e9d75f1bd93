// Notebooks that have grown large: one of 1,000 cells, half of them prose, and one whose log has
// 100,000 operations. Prints how long opening takes, what travels and stays, and how long a key takes
// to be painted.
import { connect } from "../foreign/client.mjs";
import { Made, insertions, operation, quantile } from "./bench-kit.mjs";
import { DESKTOP, launch } from "./harness.mjs";
import { PATIENCE_MS, Server } from "./programs.mjs";

const NAVIGATIONS = 5;
const KEYS = 200;
const CELLS = 1_000;
const OPERATIONS = Number(process.env.LARGE_OPERATIONS ?? 100_000);

const texts = Array.from({ length: CELLS }, (_, place) =>
  place % 2 ? `Note ${place}: *what* we saw` : `@plugin=demo\nrequests ${place}`,
);

/** `count` operations: keys in 40 cells, each cell begun anew when it is long. */
function keys(count) {
  const cells = insertions(texts.slice(0, 40));
  const lengths = cells.map((cell) => cell.value.text.length);
  const typed = Array.from({ length: count - cells.length }, (_, place) => {
    const at = place % cells.length;
    const { cell } = cells[at].value;
    const retain = { step: { case: "retain", value: lengths[at] } };
    if (lengths[at] < 1_000) {
      lengths[at] += 1;
      return operation("changeText", { cell, steps: [retain, { step: { case: "insert", value: "x" } }] });
    }
    const gone = { step: { case: "delete", value: lengths[at] - 20 } };
    lengths[at] = 20;
    return operation("changeText", { cell, steps: [{ step: { case: "retain", value: 20 } }, gone] });
  });
  return [...cells, ...typed];
}

/** One navigation with an empty cache: times, bytes of the notebook itself, and memory. */
async function open(browser, url) {
  const context = await browser.newContext({ viewport: DESKTOP });
  try {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send("Network.enable");
    let frames = 0;
    devtools.on("Network.webSocketFrameReceived", ({ response }) => (frames += response.payloadData.length * 0.75));
    await page.addInitScript(() => {
      new MutationObserver((_, observer) => {
        if (!document.querySelector("#app input, #app textarea")) return;
        observer.disconnect();
        requestAnimationFrame(() => (window.typeableMs = performance.now()));
      }).observe(document, { subtree: true, childList: true });
    });
    await page.goto(url);
    await page.waitForFunction(() => window.typeableMs, undefined, { timeout: PATIENCE_MS });
    const html = await page.evaluate(() => performance.getEntriesByType("navigation")[0].encodedBodySize);
    await devtools.send("HeapProfiler.collectGarbage");
    const { usedSize } = await devtools.send("Runtime.getHeapUsage");
    return { typeable: await page.evaluate(() => window.typeableMs), html, frames, heap: usedSize };
  } finally {
    await context.close();
  }
}

/** Milliseconds from a key press in the first cell to its paint. */
async function type(browser, url) {
  const context = await browser.newContext({ viewport: DESKTOP });
  try {
    const page = await context.newPage();
    await page.goto(url);
    await page.getByRole("status", { name: "Connection" }).filter({ hasText: "Live" }).waitFor();
    await page.getByRole("textbox", { name: "Cell 1 source", exact: true }).click();
    await page.evaluate(() => {
      window.painted = [];
      const channel = new MessageChannel();
      let pressed;
      // A message posted in a frame arrives after that frame is painted.
      channel.port1.onmessage = () => window.painted.push(performance.now() - pressed);
      addEventListener("keydown", (event) => {
        pressed = event.timeStamp;
        requestAnimationFrame(() => channel.port2.postMessage(0));
      }, { capture: true });
    });
    for (let key = 1; key <= KEYS; key += 1) {
      // Nobody types in step with the screen: a press right after a frame would wait for the next.
      await page.waitForTimeout(40 + Math.random() * 60);
      await page.keyboard.press("x");
      await page.waitForFunction((count) => window.painted.length >= count, key);
    }
    return await page.evaluate(() => window.painted);
  } finally {
    await context.close();
  }
}

const server = await Server.start();
const browser = await launch();
try {
  const client = await connect(server.url, "databook.Notebooks");
  const cells = await Made.create(client, "Many cells");
  await cells.submit(insertions(texts));
  const log = await Made.create(client, "A long log");
  await log.submit(keys(OPERATIONS));
  for (const [name, { path }] of [[`${CELLS} cells`, cells], [`a log of ${OPERATIONS} operations`, log]]) {
    const url = `${server.url}${path}`;
    await open(browser, url);
    const opened = [];
    for (let round = 0; round < NAVIGATIONS; round += 1) opened.push(await open(browser, url));
    const median = (what) => quantile(opened.map((one) => one[what]), 0.5);
    const kilobytes = (what) => `${(median(what) / 1000).toFixed(0)} kB`;
    const painted = await type(browser, url);
    console.log(name);
    console.log(`  typeable after ${median("typeable").toFixed(0)} ms; HTML ${kilobytes("html")}, live ${kilobytes("frames")}; JS heap ${kilobytes("heap")}`);
    console.log(`  key to paint p50 ${quantile(painted, 0.5).toFixed(1)} ms, p95 ${quantile(painted, 0.95).toFixed(1)} ms (${KEYS} keys)`);
  }
} finally {
  await browser.close();
  await server.stop();
}
