// How it looks: readable before and without the program, and a picture of every page in both
// colour schemes, wide and phone. The pictures are for people; what is asserted is what a reader
// would notice.
import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { ARTEFACTS, DESKTOP, PHONE, Person, journey, reads, stage } from "./harness.mjs";

// Made anew by `BLESS=1 cargo xtask test --only e2e`.
const README_PICTURE = resolve(import.meta.dirname, "../../docs/notebook.png");

const now = stage({ prometheus: true });

async function welcome(person) {
  await person.open("/");
  await person.page.getByRole("link", { name: /welcome/i }).click();
}

journey(now, "a notebook reads the same without JavaScript", async () => {
  const writer = await Person.arrive(now);
  const path = await writer.newNotebook("Read on a phone");
  const number = await writer.type("@plugin=prometheus\nup[5m]");
  await writer.editor(number).press("Control+Enter");
  await writer.plot(number).waitFor();

  const reader = await Person.arrive(now, { javaScriptEnabled: false, viewport: PHONE });
  await reader.open("/");
  await reader.link("Read on a phone").click();
  assert.equal(reader.path, path);
  await reader.page.getByRole("heading", { name: "Read on a phone" }).waitFor();
  await reader.page.getByText("up[5m]").first().waitFor();
  await reader.plot(number).waitFor();
  assert.match(await reader.plot(number).getAttribute("aria-label"), /up/);
  await reader.screenshot("without-javascript-390");
});

journey(now, "the program takes over without moving what is read", async () => {
  const slow = await Person.arrive(now);
  await welcome(slow);
  await slow.isLive();
  const path = slow.path;
  const reader = await Person.arrive(now, { viewport: { width: 1440, height: 500 } });
  let release;
  const held = new Promise((done) => (release = done));
  await reader.page.route(/\.wasm$/, async (route) => {
    await held;
    await route.continue();
  });
  // The wasm is held back, so only the document is waited for.
  await reader.page.goto(now.server.url + path, { waitUntil: "domcontentloaded" });
  await reader.page.getByRole("img").first().waitFor();
  // Somebody has begun to read further down.
  await reader.page.evaluate(() => scrollTo(0, 200));
  const places = () =>
    reader.page.evaluate(() => {
      const boxes = { scroll: { y: scrollY } };
      for (const element of document.querySelectorAll(".cell, .cell .output, .plot-frame")) {
        const { x, y, width, height } = element.getBoundingClientRect();
        if (width === 0) continue;
        const cell = element.closest(".cell").id;
        boxes[`${element.className} ${cell}`] = { x, y, width, height };
      }
      return boxes;
    });
  const before = await places();
  assert.equal(before.scroll.y, 200);
  assert.ok(Object.keys(before).filter((name) => name.startsWith("cell ")).length >= 4, Object.keys(before).join());
  release();
  await reader.isLive();
  const after = await places();
  for (const [name, box] of Object.entries(before)) {
    assert.ok(after[name], `${name} is gone`);
    for (const [side, value] of Object.entries(box)) {
      const moved = Math.abs(value - after[name][side]);
      assert.ok(moved <= 2, `${name}: ${side} moved from ${value} to ${after[name][side]}`);
    }
  }
});

for (const colorScheme of ["light", "dark"]) {
  for (const viewport of [DESKTOP, PHONE]) {
    const kind = `${colorScheme}-${viewport.width}`;
    journey(now, `nothing is wider than the screen, and a picture is kept: ${kind}`, async () => {
      const ada = await Person.arrive(now, { colorScheme, viewport });
      const fits = async (name) => {
        await ada.screenshot(`${name}-${kind}`);
        const [content, screen] = await ada.page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.documentElement.clientWidth,
        ]);
        assert.ok(content <= screen, `${name} is ${content} pixels wide on a screen of ${screen}`);
      };
      await ada.open("/");
      await ada.isLive();
      await fits("list");
      await welcome(ada);
      await ada.isLive();
      await ada.page.getByRole("img").first().waitFor();
      await fits("welcome");

      await ada.newNotebook(`On call ${kind}`);
      await fits("empty");
      const first = await ada.type("@plugin=prometheus\nup[5m]");
      await ada.editor(first).press("Control+Enter");
      await ada.plot(first).waitFor();
      const second = await ada.type("@plugin=promethues\nup");
      await ada.editor(second).press("Control+Enter");
      await ada.output(second).filter({ hasText: /promethues/ }).waitFor();
      const third = await ada.type("@plugin=demo seconds=60\nslow");
      await ada.editor(third).press("Control+Enter");
      await ada.button("Cancel").waitFor();
      await fits("notebook");
    });
  }
}

// An hour of a shop, of which a deploy slowed one part down, and the rest that waits for it.
const HOUR_S = 3_600;
const STEP_S = 15;
const SINCE_DEPLOY_S = 1_500;
const SERVICES = [
  { name: "catalog", before: 0.09, after: 0.1 },
  { name: "checkout", before: 0.34, after: 1.5 },
  { name: "payments", before: 0.2, after: 1.2 },
];
const nowS = Math.floor(Date.now() / 1000 / STEP_S) * STEP_S;

function history() {
  const metric = "http_request_duration_seconds";
  const lines = [`# TYPE ${metric} gauge`, `# UNIT ${metric} seconds`];
  for (const [place, { name, before, after }] of SERVICES.entries()) {
    for (let age = HOUR_S + 300; age >= 0; age -= STEP_S) {
      // Settles within some minutes, and is as restless as it is slow.
      const rise = age < SINCE_DEPLOY_S ? 1 - Math.exp((age - SINCE_DEPLOY_S) / 240) : 0;
      const level = before + (after - before) * rise;
      const noise = Math.sin(age / 37 + place) + Math.sin(age / 91 + 2 * place) + Math.sin(age * 12.9898) / 2;
      const value = level * (1 + 0.05 * noise);
      lines.push(`${metric}{service="${name}",quantile="0.95"} ${value.toFixed(4)} ${nowS - age}`);
    }
  }
  return [...lines, "# EOF", ""].join("\n");
}

const shop = stage({ prometheus: { history: history() } });

journey(shop, "the README's picture", async () => {
  const ada = await Person.arrive(shop, { viewport: { width: 1280, height: 900 } });
  const clock = (secondsAgo) => new Date((nowS - secondsAgo) * 1000).toISOString().slice(11, 16);
  await ada.newNotebook("Checkout is slow");
  await ada.type(
    `Paged at ${clock(SINCE_DEPLOY_S - 600)}: checkout takes seconds. It waits for **payments**, which is slow ` +
      `since the deploy of ${clock(SINCE_DEPLOY_S)}?`,
  );
  await ada.page.keyboard.press("Control+Enter");
  const slowest = 'max by (service) (http_request_duration_seconds{quantile="0.95"})';
  for (const text of [
    `@plugin=prometheus range=1h\n${slowest}`,
    `@plugin=prometheus mode=instant\nsort_desc(${slowest})`,
  ]) {
    const number = await ada.type(text);
    await ada.editor(number).press("Control+Enter");
    await reads(ada.cell(number), /done/);
  }
  const plot = ada.plot(2);
  await plot.waitFor();
  for (const { name } of SERVICES) await reads(ada.output(2), new RegExp(name));
  await plot.hover({ position: { x: 760, y: 90 } });
  await ada.output(2).locator(".tooltip").waitFor();
  const path = process.env.BLESS ? README_PICTURE : join(ARTEFACTS, "readme.png");
  await ada.page.evaluate(() => (document.activeElement.blur(), scrollTo(0, 0)));
  await ada.page.screenshot({ path, animations: "disabled" });
});

journey(now, "who wants no motion sees none", async () => {
  const moves = (person) =>
    person.page.evaluate(() =>
      document.getAnimations().filter((animation) => animation.effect.getComputedTiming().duration > 1).length,
    );
  const run = async (options) => {
    const person = await Person.arrive(now, options);
    await person.newNotebook("Still");
    const number = await person.type("@plugin=demo seconds=60\nslow");
    await person.editor(number).press("Control+Enter");
    await person.button("Cancel").waitFor();
    return person;
  };
  const ada = await run({ reducedMotion: "no-preference" });
  assert.notEqual(await moves(ada), 0, "what runs turns");
  await ada.button("Cancel").click();
  const grace = await run({ reducedMotion: "reduce" });
  assert.equal(await moves(grace), 0);
  await grace.button("Cancel").click();
});

journey(now, "everything can be reached with the keyboard and shows where it is", async () => {
  const ada = await Person.arrive(now);
  await ada.newNotebook("Keyboard only");
  await ada.type("@plugin=demo\nrequests");
  const seen = new Set();
  // Tab goes on from here, and the top is before everything else.
  await ada.link("Databook").focus();
  for (let presses = 0; presses < 40; presses += 1) {
    await ada.page.keyboard.press("Tab");
    const focus = await ada.page.evaluate(() => {
      const element = document.activeElement;
      // A cell shows the focus of its editor, and on its body that it is selected: what is around the
      // element counts as well.
      const around = [...element.children];
      for (let up = element; up && up !== document.body; up = up.parentElement) around.push(up);
      const look = () => {
        for (const animation of document.getAnimations()) animation.cancel();
        return around
          .flatMap((part) => [getComputedStyle(part), getComputedStyle(part, "::after")])
          .map((style) => [style.outline, style.boxShadow, style.borderColor].join())
          .join("\n");
      };
      const focused = look();
      element.blur();
      const blurred = look();
      element.focus({ focusVisible: true });
      return {
        name: element.getAttribute("aria-label") ?? element.textContent.trim(),
        visible: focused !== blurred,
        body: element === document.body,
      };
    });
    if (focus.body) break;
    assert.ok(focus.visible, `the focus on "${focus.name}" is not visible`);
    seen.add(focus.name);
  }
  for (const name of ["Title", "Run", "Delete cell", "Add cell", "Delete notebook"]) {
    assert.ok(seen.has(name), `"${name}" is not reached by Tab; reached: ${[...seen].join(", ")}`);
  }
});
