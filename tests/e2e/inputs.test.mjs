// Time and variables: what the cells take from the notebook, what is out of date by it, and what
// is run again.
import assert from "node:assert/strict";
import { PHONE, Person, eventually, journey, reads, stage } from "./harness.mjs";

const now = stage();

const bar = (person) => person.page.getByRole("group", { name: "Time range and variables" });
const range = (person) => bar(person).getByRole("button", { name: /^Time range/ });
const dialog = (person, name) => person.page.getByRole("dialog", { name, exact: true });
const state = (person, number) => person.page.locator("#app .cell").nth(number - 1).getAttribute("data-state");
const states = (person) => person.page.locator("#app .cell").evaluateAll((cells) => cells.map((cell) => cell.dataset.state));

journey(now, "another time range runs again what follows it, and nothing else", async () => {
  const ada = await Person.arrive(now);
  const path = await ada.newNotebook("Ranges");
  await ada.type("@plugin=demo\nrequests");
  await ada.page.keyboard.press("Control+Enter");
  await ada.plot(1).waitFor();
  await ada.type("@plugin=demo range=15m\nrequests");
  await ada.page.keyboard.press("Control+Enter");
  await ada.plot(2).waitFor();
  await reads(range(ada), /Last 1 hour\s*UTC/);

  const ben = await Person.arrive(now);
  await ben.open(path);
  await ben.plot(1).waitFor();

  const runs = async () => (await (await fetch(`${now.server.url}${path}`)).text()).match(/Started [^"]+/g);
  const before = await runs();
  await range(ada).click();
  for (const colorScheme of ["light", "dark"]) {
    await ada.page.emulateMedia({ colorScheme });
    await ada.screenshot(`range-${colorScheme}`);
  }
  await ada.page.emulateMedia({ colorScheme: "light" });
  await dialog(ada, "Time range").getByRole("button", { name: "Last 6 hours", exact: true }).click();
  await reads(range(ada), /Last 6 hours/);
  await reads(range(ben), /Last 6 hours/);
  await eventually("both are up to date", async () =>
    (await states(ada)).every((one) => one === "done") && (await states(ben)).every((one) => one === "done"));
  await eventually("the first cell ran again", async () => (await runs())[0] !== before[0]);
  assert.equal((await runs())[1], before[1], "a cell with its own range did not");

  // An absolute one, wider, and back by undo.
  await range(ada).click();
  await dialog(ada, "Time range").getByLabel("From (UTC)").fill("2026-11-28T03:00");
  await dialog(ada, "Time range").getByLabel("To (UTC)").fill("2026-11-28T02:00");
  await dialog(ada, "Time range").getByRole("button", { name: "Apply" }).click();
  await dialog(ada, "Time range").getByText("The start must be before the end.").waitFor();
  await dialog(ada, "Time range").getByLabel("To (UTC)").fill("2026-11-28T04:00");
  await dialog(ada, "Time range").getByRole("button", { name: "Apply" }).click();
  await reads(range(ada), /2026-11-28 03:00:00 – 04:00:00/);
  await ada.button("Zoom out").click();
  await reads(range(ada), /2026-11-28 02:30:00 – 04:30:00/);
  await ada.page.locator("body").press("Control+z");
  await reads(range(ada), /2026-11-28 03:00:00 – 04:00:00/);
});

journey(now, "a variable is used in cells; changing it runs them again", async () => {
  const ada = await Person.arrive(now);
  const path = await ada.newNotebook("Variables");
  await ada.button("Add variable").click();
  await dialog(ada, "Add variable").getByLabel("Name").fill("1st");
  await dialog(ada, "Add variable").getByLabel("Value").fill("ada");
  await dialog(ada, "Add variable").getByRole("button", { name: "Add", exact: true }).click();
  await dialog(ada, "Add variable").getByText(/^A name has letters/).waitFor();
  await dialog(ada, "Add variable").getByLabel("Name").fill("who");
  await dialog(ada, "Add variable").getByRole("button", { name: "Add", exact: true }).click();
  const who = bar(ada).getByRole("textbox", { name: "who", exact: true });
  await who.waitFor();
  await ada.type("@plugin=hello_world name={{who}}");
  await ada.page.keyboard.press("Control+Enter");
  await reads(ada.output(1), /ada/);
  await who.fill("Grace");
  await who.press("Tab");
  await reads(ada.output(1), /Grace/);

  const ben = await Person.arrive(now, { viewport: PHONE, hasTouch: true });
  await ben.open(path);
  await reads(ben.output(1), /Grace/);
  await ben.screenshot("variables-390");
  assert.equal(await ben.page.evaluate(() => document.documentElement.scrollWidth), 390);
  // Without what it names it says so, and is marked.
  await bar(ada).getByRole("button", { name: "Remove variable who" }).click();
  await eventually("gone for both", async () => (await bar(ben).getByText("who").count()) === 0);
  await reads(ada.output(1), /who/);
});

journey(now, "what is out of date is run on demand", async () => {
  const ada = await Person.arrive(now);
  const path = await ada.newNotebook("On demand");
  await ada.type("@plugin=demo\nrequests");
  await ada.page.keyboard.press("Control+Enter");
  await ada.plot(1).waitFor();
  // Others see that it is out of date by an edit, and run it.
  await ada.editor(1).focus();
  await ada.page.keyboard.press("Control+End");
  await ada.page.keyboard.type(" ");
  const ben = await Person.arrive(now);
  await ben.open(path);
  await ben.button("Run what changed (1 cell)").click();
  await eventually("up to date for both", async () => (await state(ada, 1)) === "done" && (await state(ben, 1)) === "done");
  await eventually("nothing is offered", async () => (await bar(ben).getByText("Run what changed").count()) === 0);
});
