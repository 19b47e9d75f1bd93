// "Show as": the views that fit an output, the choice kept in the cell's text.
import assert from "node:assert/strict";
import { DESKTOP, PHONE, Person, eventually, journey, reads, stage } from "./harness.mjs";

const now = stage();

const LATENCY = "@plugin=demo query=latency";

const picker = (person, number) =>
  person.page.getByRole("combobox", { name: `Show as, cell ${number}`, exact: true });
const view = (person, name) => person.page.getByRole("group", { name: `View ${name}`, exact: true });
const json = (person, number) => person.output(number).getByText('"type": "frames"');

async function run(person, text) {
  const number = await person.type(text);
  await person.page.keyboard.press("Control+Enter");
  await reads(person.cell(number), /done/);
  return number;
}

async function choose(person, number, label) {
  // The server's plugins come once somebody reaches for them.
  await picker(person, number).focus();
  await picker(person, number).selectOption({ label });
}

async function shows(person, number, label) {
  await eventually(`"${label}" is chosen`, async () => {
    const chosen = await picker(person, number).evaluate((select) => select.selectedOptions[0]?.label);
    return chosen === label;
  });
}

async function says(person, number, text) {
  await eventually(`the cell says ${text}`, async () => (await person.editor(number).inputValue()) === text);
  assert.match(await person.cell(number).textContent(), /done/);
}

journey(now, "an output is shown as a table, JSON, text or a view, and as before", async () => {
  const ada = await Person.arrive(now);
  const path = await ada.newNotebook("Shown otherwise");
  const number = await run(ada, LATENCY);
  await ada.plot(number).waitFor();
  await shows(ada, number, "Plot (default)");
  const grace = await Person.arrive(now);
  await grace.open(path);
  await grace.plot(number).waitFor();

  await choose(ada, number, "Table");
  for (const person of [ada, grace]) {
    await person.output(number).getByRole("columnheader", { name: /^time/ }).waitFor();
    await shows(person, number, "Table");
    await says(person, number, `${LATENCY}\n@view=table`);
  }
  await ada.screenshot("picker-table");
  await choose(ada, number, "JSON");
  for (const person of [ada, grace]) await json(person, number).waitFor();
  await says(grace, number, `${LATENCY}\n@view=json`);
  await ada.screenshot("picker-json");
  await choose(grace, number, "Text");
  await reads(ada.output(number), /earlier rows/);
  await says(ada, number, `${LATENCY}\n@view=text`);
  await ada.screenshot("picker-text");
  await choose(ada, number, "heatmap");
  for (const person of [ada, grace]) {
    await view(person, "heatmap").getByRole("button", { name: "Show shares" }).waitFor();
  }
  await says(ada, number, `${LATENCY}\n@view=heatmap`);
  await ada.screenshot("picker-heatmap");

  await ada.page.reload();
  await view(ada, "heatmap").getByRole("button", { name: "Show shares" }).waitFor();
  await shows(ada, number, "heatmap");
  await choose(ada, number, "Plot (default)");
  for (const person of [ada, grace]) {
    await person.plot(number).waitFor();
    await says(person, number, LATENCY);
  }
});

journey(now, "a view with options gives way with them, and what is run makes a cell stale", async () => {
  const ada = await Person.arrive(now);
  await ada.newNotebook("With options");
  const number = await run(ada, `${LATENCY}\n@view=heatmap rows=quantile\n@name=slow`);
  await choose(ada, number, "JSON");
  await json(ada, number).waitFor();
  await says(ada, number, `${LATENCY}\n@view=json\n@name=slow`);
  await ada.retype(number, `@plugin=demo query=cpu\n@view=json\n@name=slow`);
  await reads(ada.cell(number), /changed since/);
});

journey(now, "opening a notebook asks for no plugins; the keyboard alone chooses", async () => {
  const ada = await Person.arrive(now);
  const path = await ada.newNotebook("By keyboard");
  const number = await run(ada, LATENCY);
  const grace = await Person.arrive(now);
  const asked = [];
  grace.page.on("request", (request) => {
    if (/Databook\/plugins/.test(request.url())) asked.push(request.url());
  });
  await grace.open(path);
  await grace.plot(number).waitFor();
  assert.deepEqual(asked, []);
  await grace.editor(number).focus();
  await grace.page.keyboard.press("Tab");
  await grace.page.keyboard.press("Tab");
  await picker(grace, number).and(grace.page.locator(":focus")).waitFor();
  await picker(grace, number).getByRole("option", { name: "heatmap" }).waitFor({ state: "attached" });
  assert.equal(asked.length, 1);
  await grace.page.keyboard.type("Ta");
  await says(ada, number, `${LATENCY}\n@view=table`);
});

journey(now, "what is misspelt or does not fit stays chosen and is said", async () => {
  const ada = await Person.arrive(now);
  await ada.newNotebook("Misfits");
  const number = await run(ada, `${LATENCY}\n@view=tabel`);
  await reads(ada.output(number), /There is no view `tabel`\. Did you mean `table`\?/);
  await shows(ada, number, "tabel");
  await ada.retype(number, "@plugin=demo query=table\n@view=plot");
  await ada.editor(number).press("Control+Enter");
  await reads(ada.output(number), /cannot be shown as a plot: it is a table/);
  await shows(ada, number, "Plot");
  const alone = await ada.type("@view=table");
  await ada.page.keyboard.press("Control+Enter");
  await reads(ada.cell(alone), /`table` is built in and shows what the cell itself has run/);
});

journey(now, "without JavaScript an output is shown as it was chosen", async () => {
  const ada = await Person.arrive(now);
  const path = await ada.newNotebook("Chosen for all");
  const number = await run(ada, LATENCY);
  await choose(ada, number, "Table");
  await ada.output(number).getByRole("columnheader", { name: /^time/ }).waitFor();
  await eventually("the choice is kept", async () => {
    const page = await fetch(now.server.url + path);
    return (await page.text()).includes("@view=table");
  });
  const reader = await Person.arrive(now, { javaScriptEnabled: false });
  await reader.open(path);
  await reader.output(number).getByRole("columnheader", { name: /^time/ }).waitFor();
  assert.equal(await reader.plot(number).count(), 0);
  await reader.screenshot("picker-without-javascript");
});

for (const colorScheme of ["light", "dark"]) {
  for (const viewport of [DESKTOP, PHONE]) {
    const kind = `${colorScheme}-${viewport.width}`;
    journey(now, `the picker has its place, and a picture is kept: ${kind}`, async () => {
      const ada = await Person.arrive(now, { colorScheme, viewport, hasTouch: viewport === PHONE });
      const path = await ada.newNotebook(`Show as, ${kind}`);
      await run(ada, "@plugin=demo query=log");
      const number = await run(ada, LATENCY);
      const place = () => ada.output(number).boundingBox();
      // The focus would bring it into sight, and move everything.
      await picker(ada, number).scrollIntoViewIfNeeded();
      const before = await place();
      const down = before.y + (await ada.page.evaluate(() => scrollY));
      await picker(ada, number).focus();
      const box = await picker(ada, number).boundingBox();
      assert.ok(box.height >= 24 && box.width >= 24, JSON.stringify(box));
      assert.ok(box.x >= 0 && box.x + box.width <= viewport.width, JSON.stringify(box));
      assert.deepEqual(await place(), before);
      assert.ok(box.y + box.height <= before.y, "it covers the output");
      await ada.screenshot(`picker-${kind}`);
      // The server's markup has no picker, and the same places.
      const reader = await Person.arrive(now, { colorScheme, viewport, hasTouch: viewport === PHONE, javaScriptEnabled: false });
      await reader.open(path);
      const served = await reader.output(number).boundingBox();
      assert.ok(Math.abs(served.y - down) <= 2, `${served.y} px down, and ${down} px with the program`);
      await choose(ada, 1, "Table");
      await ada.output(1).getByRole("columnheader", { name: "message" }).waitFor();
      await choose(ada, number, "Table");
      await ada.output(number).getByRole("columnheader", { name: /^time/ }).waitFor();
      await ada.screenshot(`picker-tables-${kind}`);
      const [content, screen] = await ada.page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      assert.ok(content <= screen, `${content} pixels wide on a screen of ${screen}`);
    });
  }
}
