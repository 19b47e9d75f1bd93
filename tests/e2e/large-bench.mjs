// Notebooks that have grown large: one of 1,000 cells, half of them prose, and one whose log has
// 100,000 operations. Prints how long opening takes, what travels and stays, and how long a key takes
// to be painted.
import { connect } from "../foreign/client.mjs";
import { DESKTOP, launch } from "./harness.mjs";
import { PATIENCE_MS, Server } from "./programs.mjs";

const NAVIGATIONS = 5;
const KEYS = 200;
const CELLS = 1_000;
const OPERATIONS = Number(process.env.LARGE_OPERATIONS ?? 100_000);
// The server's limit on one submission.
const BATCH = 200;
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(26));
  // 26 digits hold two bits more than an identifier has.
  bytes[0] &= 7;
  return [...bytes].map((byte) => ALPHABET[byte & 31]).join("");
}

const operation = (kind, value) => ({ id: newId(), operation: { kind: { case: kind, value } } });

/** Hands in operations, as many at a time as the server takes. */
async function submit(client, id, proposals) {
  const actor = newId();
  let { snapshot } = await client.read({ notebook: id });
  let base = snapshot.sequence;
  for (let from = 0; from < proposals.length; from += BATCH) {
    const some = proposals.slice(from, from + BATCH);
    const reply = await client.submit({ notebook: id, actor, baseSequence: base, proposals: some });
    if (reply.refusal) throw new Error(reply.refusal.message);
    base = reply.sequences.at(-1);
  }
}

async function create(client, title) {
  const id = newId();
  await client.create({ id, actor: newId(), title });
  return id;
}

function insertions(count) {
  let after;
  return Array.from({ length: count }, (_, place) => {
    const cell = newId();
    const text = place % 2 ? `Note ${place}: *what* we saw` : `@plugin=demo\nrequests ${place}`;
    const inserted = operation("insertCell", { cell, after, text });
    after = cell;
    return inserted;
  });
}

/** `count` operations: keys in 40 cells, each cell begun anew when it is long. */
function keys(count) {
  const cells = insertions(40);
  const lengths = cells.map((cell) => cell.operation.kind.value.text.length);
  const typed = Array.from({ length: count - cells.length }, (_, place) => {
    const at = place % cells.length;
    const { cell } = cells[at].operation.kind.value;
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
      await page.keyboard.press("x");
      await page.waitForFunction((count) => window.painted.length >= count, key);
    }
    return await page.evaluate(() => window.painted);
  } finally {
    await context.close();
  }
}

function quantile(values, share) {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

const server = await Server.start();
const browser = await launch();
try {
  const client = await connect(server.url, "databook.Notebooks");
  const cells = await create(client, "Many cells");
  await submit(client, cells, insertions(CELLS));
  const log = await create(client, "A long log");
  await submit(client, log, keys(OPERATIONS));
  for (const [name, id] of [[`${CELLS} cells`, cells], [`a log of ${OPERATIONS} operations`, log]]) {
    const url = `${server.url}/n/${id}`;
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
