// Commands: by keys alone, from the palette and from its sheet, by touch as well.
import assert from "node:assert/strict";
import { PHONE, Person, eventually, journey, reads, stage } from "./harness.mjs";

const now = stage();

const palette = (person) => person.page.getByRole("dialog", { name: "Find", exact: true });
const field = (person) => palette(person).getByRole("combobox");
const options = (person) => palette(person).getByRole("option");
const sheet = (person) => person.page.getByRole("dialog", { name: "Shortcuts" });
const rows = (person) => person.page.locator("#app .cell");

/** What all cells read, one after the other. */
const texts = (person) =>
  rows(person).evaluateAll((cells) =>
    cells.map((cell) =>
      cell.querySelector("textarea")?.value ?? cell.querySelector(".prose")?.textContent.replace(/\s+/g, " ").trim()));

const reading = (person, expected) =>
  eventually(`the cells read ${JSON.stringify(expected)}`, async () =>
    JSON.stringify(await texts(person)) === JSON.stringify(expected));

/** Which cell has the focus as a whole, from 1; 0 where none has. */
const selected = (person) =>
  rows(person).evaluateAll((cells) => cells.indexOf(document.activeElement) + 1);

const isAt = (person, number) =>
  eventually(`cell ${number} is selected`, async () => (await selected(person)) === number);

async function press(person, ...keys) {
  for (const key of keys) await person.page.keyboard.press(key);
}

async function pictures(person, name) {
  for (const colorScheme of ["light", "dark"]) {
    await person.page.emulateMedia({ colorScheme });
    await person.screenshot(`${name}-${colorScheme}`);
  }
  const size = person.page.viewportSize();
  await person.page.setViewportSize(PHONE);
  await person.page.screenshot({ path: new URL(`artefacts/${name}-390.png`, import.meta.url).pathname });
  await person.page.setViewportSize(size);
  await person.page.emulateMedia({ colorScheme: "light" });
}

journey(now, "a notebook is written, run and put in order without a mouse", async () => {
  const ada = await Person.arrive(now);
  await ada.newNotebook("By keys");
  await ada.title.blur();

  await press(ada, "b", "Enter");
  await ada.page.keyboard.type("# What we know");
  await press(ada, "Escape");
  await isAt(ada, 1);
  await press(ada, "b");
  await isAt(ada, 2);
  await press(ada, "Enter");
  await ada.page.keyboard.type("@plugin=demo\nrequests");
  await press(ada, "Control+Enter");
  await ada.plot(2).waitFor();
  await press(ada, "Escape", "k");
  await isAt(ada, 1);
  await press(ada, "a");
  await isAt(ada, 1);
  await reading(ada, ["", "What we know", "@plugin=demo\nrequests"]);

  // Deleted by two letters, and back by one.
  await press(ada, "d", "d");
  await reading(ada, ["What we know", "@plugin=demo\nrequests"]);
  await isAt(ada, 1);
  await press(ada, "j");
  await isAt(ada, 2);
  await press(ada, "Alt+ArrowUp");
  await reading(ada, ["@plugin=demo\nrequests", "What we know"]);
  await isAt(ada, 1);
  await press(ada, "Shift+J");
  await reading(ada, ["What we know", "@plugin=demo\nrequests"]);
  await isAt(ada, 2);
  await press(ada, "z");
  await reading(ada, ["@plugin=demo\nrequests", "What we know"]);
  await press(ada, "Shift+Z");
  await reading(ada, ["What we know", "@plugin=demo\nrequests"]);

  // A query becomes two, one again, prose, and a query.
  await press(ada, "g", "g", "j", "Enter", "Control+End", "ArrowLeft", "ArrowLeft", "Control+Shift+-");
  await reading(ada, ["What we know", "@plugin=demo\nreques", "@plugin=demo\nts"]);
  await press(ada, "Escape", "k", "Shift+M");
  await reading(ada, ["What we know", "@plugin=demo\nreques\nts"]);
  await press(ada, "m");
  await reading(ada, ["What we know", "reques ts"]);
  await press(ada, "y");
  await reading(ada, ["What we know", "@plugin=prometheus\nreques\nts"]);

  // On to the next, or to a new one.
  await press(ada, "g", "g", "Shift+Enter");
  await isAt(ada, 2);
  await press(ada, "c");
  await ada.page.getByRole("textbox", { name: "Comment on the cell" }).fill("Is that so?");
  await press(ada, "Control+Enter");
  await ada.page.getByText("Is that so?").waitFor();
});

journey(now, "letters are typed where one types", async () => {
  const ada = await Person.arrive(now);
  await ada.newNotebook("Typing");
  await ada.type("jkab?");
  await reading(ada, ["jkab?"]);
  await ada.title.fill("ddab?z");
  await eventually("the title has them", async () => (await ada.title.inputValue()) === "ddab?z");
  await reading(ada, ["jkab?"]);
});

journey(now, "the palette finds commands, cells and notebooks", async () => {
  const ada = await Person.arrive(now);
  await ada.newNotebook("Checkout is slow");
  await ada.newNotebook("Cache is cold");
  await ada.type("# Hit rate");
  await ada.type("@plugin=demo\nrequests");
  await press(ada, "Escape", "Control+k");
  await field(ada).waitFor();
  await eventually("commands are there", async () => (await options(ada).count()) > 10);
  await pictures(ada, "palette");
  // A cell, by what it says.
  await ada.page.keyboard.type("hit ra");
  await reads(options(ada).first(), /Hit rate/);
  await press(ada, "Enter");
  await isAt(ada, 1);
  assert.equal(await palette(ada).count(), 0);
  // A command, about the cell that is selected.
  await press(ada, "Control+k");
  await ada.page.keyboard.type("below ins");
  await reads(options(ada).first(), /Insert a cell below/);
  await press(ada, "ArrowDown", "ArrowUp", "Enter");
  await isAt(ada, 2);
  await eventually("there are three", async () => (await rows(ada).count()) === 3);
  // Nothing, and the way back.
  await press(ada, "Control+k");
  await ada.page.keyboard.type("xyzzy");
  await palette(ada).getByText("Nothing is called so.").waitFor();
  await press(ada, "Escape");
  await eventually("closed", async () => (await palette(ada).count()) === 0);
  await isAt(ada, 2);
  // Another notebook, with the pointer.
  await ada.button("Find").click();
  await field(ada).fill("checkout");
  await options(ada).filter({ hasText: "Checkout is slow" }).click();
  await eventually("it is open", async () => (await ada.title.inputValue()) === "Checkout is slow");
});

journey(now, "the sheet shows every key", async () => {
  const ada = await Person.arrive(now);
  await ada.open("/");
  await ada.isLive();
  await press(ada, "?");
  await sheet(ada).waitFor();
  for (const words of ["Run the cell", "Delete the cell", "Select the next cell", "Undo my last edit"]) {
    await sheet(ada).getByText(words, { exact: true }).waitFor();
  }
  await pictures(ada, "shortcuts");
  await press(ada, "Escape");
  await eventually("closed", async () => (await sheet(ada).count()) === 0);
});

journey(now, "the palette works by touch", async () => {
  const ada = await Person.arrive(now, { viewport: PHONE, hasTouch: true });
  await ada.open("/");
  await ada.isLive();
  await ada.button("Find").tap();
  await field(ada).fill("new");
  await options(ada).filter({ hasText: "New notebook" }).tap();
  await ada.title.waitFor();
});
