// Every widget there is, as its example: readable without the program, the same with it, and
// without a fault that axe can find. The pictures are for people.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { DESKTOP, PHONE, Person, journey, stage } from "./harness.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
// What is pressed is at least so high for a finger; links in a text are not.
const FINGER_PX = 40;

const now = stage();

/** What axe finds, one line for each element. */
async function violations(page) {
  // As text and not as a script of the page: its policy allows none.
  await page.evaluate(AXE);
  const found = await page.evaluate(() => axe.run());
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`),
  );
}

for (const colorScheme of ["light", "dark"]) {
  for (const viewport of [DESKTOP, PHONE]) {
    const kind = `${colorScheme}-${viewport.width}`;
    journey(now, `every widget is accessible and fits the screen: ${kind}`, async () => {
      const ada = await Person.arrive(now, { colorScheme, viewport });
      await ada.open("/gallery");
      // Closed menus and folded parts have contents too.
      await ada.page.evaluate(() => {
        for (const details of document.querySelectorAll("main details:not(.menu)")) details.open = true;
      });
      assert.deepEqual(await violations(ada.page), []);
      const [content, screen] = await ada.page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      assert.ok(content <= screen, `${content} pixels wide on a screen of ${screen}`);
      await ada.screenshot(`gallery-${kind}`);
    });
  }
}

journey(now, "every button and field is named, reached with the keyboard and big enough for a finger", async () => {
  const ada = await Person.arrive(now, { viewport: PHONE, hasTouch: true });
  await ada.open("/gallery");
  const small = await ada.page.evaluate((px) => {
    const pressed = "main :is(button, select, summary, a.button, label.choice, input:not([type=checkbox], [type=radio]))";
    return [...document.querySelectorAll(pressed)]
      .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < px)
      .map((element) => element.outerHTML.slice(0, 120));
  }, FINGER_PX);
  assert.deepEqual(small, []);
  const unreached = new Set(
    await ada.page.evaluate(() => {
      const all = document.querySelectorAll("main :is(button, select, textarea, summary, input):enabled, main summary");
      const reachable = [...all].filter((element) => element.checkVisibility() && element.tabIndex >= 0);
      return reachable.map((element, place) => (element.dataset.place = String(place)));
    }),
  );
  assert.ok(unreached.size > 40, `only ${unreached.size} can be reached`);
  for (let presses = 0; presses < 400 && unreached.size > 0; presses += 1) {
    await ada.page.keyboard.press("Tab");
    const focus = await ada.page.evaluate(() => {
      const element = document.activeElement;
      // A time has several stops; looking twice would always go back to its first.
      if (element.dataset?.looked) return { visible: true, html: "" };
      if (element.dataset) element.dataset.looked = "yes";
      const look = () => [element, element.parentElement]
        .flatMap((part) => (part ? [getComputedStyle(part)] : []))
        .map((style) => [style.outline, style.boxShadow, style.borderColor].join())
        .join();
      const focused = look();
      element.blur();
      const blurred = look();
      element.focus({ focusVisible: true });
      return { place: element.dataset?.place, visible: focused !== blurred, html: element.outerHTML.slice(0, 120) };
    });
    if (focus.place !== undefined) assert.ok(focus.visible, `the focus is not visible on ${focus.html}`);
    unreached.delete(focus.place);
    // The other circles of a group are reached with the arrows.
    if (/type="radio"/.test(focus.html)) {
      await ada.page.evaluate(() => document.querySelectorAll("main input[type=radio]").forEach((radio) => (radio.dataset.seen = "")));
      for (const place of await ada.page.evaluate(() => [...document.querySelectorAll("[data-seen]")].map((radio) => radio.dataset.place))) {
        unreached.delete(place);
      }
    }
  }
  assert.deepEqual([...unreached], []);
});

journey(now, "the gallery reads without the program, and stays when it has loaded", async () => {
  const reader = await Person.arrive(now, { javaScriptEnabled: false });
  await reader.open("/gallery");
  await reader.page.getByRole("heading", { name: "data-table", exact: true }).waitFor();
  // What a script would show on demand is in sight.
  await reader.page.getByText("All pods are ready.").waitFor();
  assert.equal(await reader.page.getByRole("searchbox").count(), 0);

  const ada = await Person.arrive(now);
  await ada.open("/plugins");
  await ada.isLive();
  await ada.link("gallery of widgets").click();
  const heading = ada.page.getByRole("heading", { name: "terminal", exact: true });
  await heading.waitFor();
  await ada.page.waitForLoadState("networkidle");
  assert.ok(await heading.isVisible());
  assert.equal(await ada.page.getByRole("banner").count(), 1);
  await ada.link("data-table").first().click();
  assert.ok(await heading.isVisible());
  await ada.link("Plugins").click();
  await ada.isLive();
  await ada.page.getByRole("heading", { name: "Plugins", exact: true }).waitFor();
});
