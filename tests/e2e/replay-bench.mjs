// Prints how long seeking in a log of 100,000 operations takes: the state of a moment over gRPC-web,
// and in Chromium from the move of the slider until the notebook of that moment is painted.
import { connect } from "../foreign/client.mjs";
import { BATCH, Made, insertions, operation, quantile, timed } from "./bench-kit.mjs";
import { DESKTOP, launch } from "./harness.mjs";
import { PATIENCE_MS, Server } from "./programs.mjs";

const OPERATIONS = Number(process.env.REPLAY_OPERATIONS ?? 100_000);
const CELLS = 40;
// A run after so many key presses.
const RUN_EVERY = 1_000;
// A cell that is this long is emptied, so that its text stays what a cell's text is.
const LONGEST = 2_000;
const CALLS = 300;
const SEEKS = 100;

/** A notebook whose log is long; gives its id. */
async function longNotebook(client) {
  const made = await Made.create(client, "A long night");
  const start = "@plugin=hello_world\n";
  const inserted = insertions(Array(CELLS).fill(start));
  await made.submit(inserted);
  const cells = inserted.map(({ value }) => ({ id: value.cell, length: start.length }));
  const key = () => {
    const cell = cells[Math.floor(Math.random() * CELLS)];
    const steps = [{ step: { case: "retain", value: start.length } }];
    if (cell.length > LONGEST) {
      steps.push({ step: { case: "delete", value: cell.length - start.length } });
      cell.length = start.length;
    } else {
      steps.push({ step: { case: "insert", value: "x" } });
      cell.length += 1;
    }
    return operation("changeText", { cell: cell.id, steps });
  };
  let ran = 0;
  while (made.base < OPERATIONS) {
    await made.submit(Array.from({ length: BATCH }, key));
    if (Number(made.base) / RUN_EVERY > ran + 1) {
      ran += 1;
      await made.run(cells[ran % CELLS].id, `${start}${ran}`);
    }
  }
  return made.id;
}

/** Milliseconds of states at random moments. */
async function calls(history, notebook, moment) {
  const times = [];
  for (let call = 0; call < CALLS; call += 1) {
    times.push(await timed(() => history.at({ notebook, moment: moment() })));
  }
  return times;
}

/** Milliseconds from moving the slider until a frame with the state of that moment is painted. */
async function seeks(browser, url) {
  const context = await browser.newContext({ viewport: DESKTOP });
  try {
    const page = await context.newPage();
    await page.goto(url);
    await page.waitForFunction(
      () => document.querySelector("#app .replay-track input:not([disabled])"),
      undefined,
      { timeout: PATIENCE_MS },
    );
    const times = [];
    for (let seek = 0; seek < SEEKS; seek += 1) {
      await page.evaluate((place) => {
        window.painted = undefined;
        const slider = document.querySelector("#app .replay-track input");
        const main = document.querySelector("#app main");
        const begun = performance.now();
        new MutationObserver((_, observer) => {
          observer.disconnect();
          requestAnimationFrame(() => {
            const channel = new MessageChannel();
            // A message posted in a frame arrives after that frame is painted.
            channel.port1.onmessage = () => (window.painted = performance.now() - begun);
            channel.port2.postMessage(0);
          });
        }).observe(main, { attributes: true, attributeFilter: ["data-sequence"] });
        slider.value = place;
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        // From one half to the other: two places close to each other may show the same entry.
      }, Math.floor(Math.random() * 4_500) + (seek % 2 ? 0 : 5_000));
      const taken = await page.waitForFunction(() => window.painted, undefined, { timeout: PATIENCE_MS });
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
  const history = await connect(server.url, "databook.History");
  let notebook;
  const made = await timed(async () => (notebook = await longNotebook(client)));
  const { activities, headSequence } = await history.activities({ notebook });
  const [first] = activities;
  const [start, end] = [first.startMs, activities.reduce((end, one) => (one.endMs > end ? one.endMs : end), 0n)];
  console.log(`${headSequence} entries, ${activities.length} activities, made in ${(made / 1000).toFixed(0)} s\n`);
  const row = (name, times) => console.log(name.padEnd(46) + ms(quantile(times, 0.5)) + ms(quantile(times, 0.99)));
  console.log(" ".repeat(46) + "        p50        p99");
  const span = Number(end - start);
  const entry = () => ({ case: "sequence", value: BigInt(Math.ceil(Math.random() * Number(headSequence))) });
  const time = () => ({ case: "timeMs", value: start + BigInt(Math.floor(Math.random() * span)) });
  row(`History/At, by entry (${CALLS} calls)`, await calls(history, notebook, entry));
  row(`History/At, by time (${CALLS} calls)`, await calls(history, notebook, time));
  const all = [];
  for (let call = 0; call < 20; call += 1) all.push(await timed(() => history.activities({ notebook })));
  row("History/Activities, all (20 calls)", all);
  const url = `${server.url}/n/${notebook}?at=seq:1`;
  row(`slider to painted notebook (${SEEKS} seeks)`, await seeks(browser, url));
} finally {
  await browser.close();
  await server.stop();
}
