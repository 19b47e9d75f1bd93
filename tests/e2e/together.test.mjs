// Several people in one notebook: they type at once, lose the network, and the server dies in the
// middle. At the end everybody reads the same, and nothing that was typed is missing or there twice.
import assert from "node:assert/strict";
import { PHONE, Person, eventually, freePort, journey, stage } from "./harness.mjs";
import { Network } from "./network.mjs";

const NETWORKS = await Promise.all([0, 1, 2, 3].map(freePort));
const now = stage({ env: { DATABOOK_ALLOWED_HOSTS: NETWORKS.map((port) => `127.0.0.1:${port}`).join(",") } });

/** Somebody who reaches the server through a network of their own, which can be cut. */
async function arrive(place, options) {
  const person = await Person.arrive(now, options);
  person.network = await Network.start(NETWORKS[place], now.server.port);
  person.go = (path) => person.page.goto(person.network.url + path);
  const leave = person.leave.bind(person);
  person.leave = async () => {
    await leave();
    await person.network.stop();
  };
  return person;
}

/** A cell of a plugin: its source is open for everybody. */
const FIRST_LINE = "@plugin=demo\n";

/** Puts the caret after the first line. */
async function toSecondLine(person, number) {
  await person.editor(number).press("Control+Home");
  await person.page.keyboard.press("ArrowDown");
}

async function isNamed(person, name, colour) {
  await person.page.getByRole("button", { name: /^You: / }).click();
  await person.page.getByRole("textbox", { name: "Name", exact: true }).fill(name);
  await person.page.getByRole("radio", { name: `Colour ${colour}`, exact: true }).check();
  await person.button("Save").click();
  await person.page.getByRole("button", { name: `You: ${name}`, exact: true }).waitFor();
}

const textOf = (person, number) => person.editor(number).inputValue();

async function readTheSame(people, number, holds) {
  await eventually(`everybody reads the same in cell ${number}`, async () => {
    const texts = await Promise.all(people.map((person) => textOf(person, number)));
    return texts.every((text) => text === texts[0]) && holds(texts[0]);
  });
}

const count = (text, part) => text.split(part).length - 1;

async function paste(person, text) {
  await person.page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const area = document.activeElement;
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    // A paste by script inserts nothing by itself; this is what the browser does with one.
    if (area.dispatchEvent(event)) document.execCommand("insertText", false, text);
  }, text);
}

/** Types as an input method does: what is composed changes until it is decided on. */
async function compose(person, steps, decided) {
  const devtools = await person.context.newCDPSession(person.page);
  for (const text of steps) {
    await devtools.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  }
  await devtools.send("Input.insertText", { text: decided });
  await devtools.detach();
}

journey(now, "three people type at once, a network is cut, the server dies: nothing is lost", async () => {
  const [ada, ben, cem] = await Promise.all([0, 1, 2].map((place) => arrive(place)));
  await ada.go("/");
  await ada.isLive();
  await ada.button("New notebook").click();
  await ada.title.fill("Outage");
  const first = await ada.type(`${FIRST_LINE}start `);
  const path = ada.path;
  await Promise.all([ben, cem].map(async (person) => {
    await person.go(path);
    await person.isLive();
    await person.editor(first).waitFor();
  }));
  await readTheSame([ada, ben, cem], first, (text) => text === `${FIRST_LINE}start `);

  // All at once in one cell.
  await Promise.all([
    (async () => {
      await ada.editor(first).press("End");
      await ada.page.keyboard.type("<ada: página 👩‍🚒 e\u0301>", { delay: 15 });
    })(),
    (async () => {
      await toSecondLine(ben, first);
      await ben.page.keyboard.type("<ben: zażółć 📟>", { delay: 15 });
    })(),
    (async () => {
      await cem.editor(first).press("End");
      await paste(cem, "<cem\r\npasted\r\n🧯>");
      await compose(cem, ["に", "にほ", "にほん"], "<日本>");
    })(),
  ]);
  const all = ["<ada: página 👩‍🚒 e\u0301>", "<ben: zażółć 📟>", "<cem\npasted\n🧯>", "<日本>"];
  const letters = (text) => [...text.replace(FIRST_LINE, "")].filter((letter) => !"start ".includes(letter)).length;
  await readTheSame([ada, ben, cem], first, (text) =>
    letters(text) === letters(all.join("")) && text.includes("📟") && text.includes("日本"));

  // Ada's network goes; she goes on typing, and is told that it is not saved.
  await ada.network.cut();
  await eventually("the page knows", async () => !(await ada.connection.textContent()).includes("Live"));
  await ada.editor(first).press("End");
  await ada.page.keyboard.type("\n<offline 1>");
  await ada.page.getByText(/\d+ changes? not saved yet/).waitFor();
  const second = await ada.type(`${FIRST_LINE}<offline cell 🧵>`);
  await ada.screenshot("together-offline");
  await ben.editor(first).press("End");
  await ben.page.keyboard.type("\n<ben meanwhile>");

  // The server dies and comes back in the middle.
  await now.server.kill();
  await cem.editor(first).press("End");
  await cem.page.keyboard.type("\n<without a server>");
  await now.server.restart();
  await ada.network.mend();
  await Promise.all([ada, ben, cem].map((person) => person.isLive()));
  const wanted = ["<offline 1>", "<ben meanwhile>", "<without a server>"];
  await readTheSame([ada, ben, cem], first, (text) => wanted.every((part) => count(text, part) === 1));
  await readTheSame([ada, ben, cem], second, (text) => text === `${FIRST_LINE}<offline cell 🧵>`);
  await ada.page.getByText(/not saved yet/).first().waitFor({ state: "detached" });
});

journey(now, "what an input method composes stays whole while others type all around it", async () => {
  const [ada, ben] = await Promise.all([0, 1].map((place) => arrive(place)));
  await ada.go("/");
  await ada.isLive();
  await ada.button("New notebook").click();
  const cell = await ada.type(`${FIRST_LINE}left | right`);
  await ben.go(ada.path);
  await ben.editor(cell).waitFor();
  await ada.editor(cell).press("End");
  for (let move = 0; move < "right".length; move += 1) await ada.page.keyboard.press("ArrowLeft");
  const devtools = await ada.context.newCDPSession(ada.page);
  const steps = ["に", "にほ", "にほん"];
  for (const [number, text] of steps.entries()) {
    await devtools.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
    // Others type on both sides of what is composed.
    await toSecondLine(ben, cell);
    await ben.page.keyboard.type(`<${number}`);
    await ben.editor(cell).press("End");
    await ben.page.keyboard.type(`${number}>`);
    await eventually("it is on its way", async () =>
      !(await ben.page.getByText("not saved yet").count()) && (await textOf(ben, cell)).includes(`${number}>`));
  }
  await devtools.send("Input.insertText", { text: "<日本>" });
  await readTheSame([ada, ben], cell, (text) =>
    text.includes("| <日本>right") && !text.includes("に") && ["<0", "<1", "<2", "0>", "1>", "2>"].every((part) => count(text, part) === 1));
});

journey(now, "who closes the tab without a network finds it saved at the next visit", async () => {
  const [ada, ben] = await Promise.all([0, 1].map((place) => arrive(place)));
  await ada.go("/");
  await ada.isLive();
  await ada.button("New notebook").click();
  const cell = await ada.type(`${FIRST_LINE}before `);
  const path = ada.path;
  await ben.go(path);
  await readTheSame([ada, ben], cell, (text) => text === `${FIRST_LINE}before `);
  await ada.network.cut();
  await ada.editor(cell).press("End");
  await ada.page.keyboard.type("<typed in the tunnel>");
  await ada.page.getByText(/not saved yet/).first().waitFor();
  await ada.page.close({ runBeforeUnload: true });

  await toSecondLine(ben, cell);
  await ben.page.keyboard.type("<ben> ");
  await ada.network.mend();
  ada.page = await ada.context.newPage();
  await ada.go("/");
  await ada.page.getByText(/of an earlier visit saved/).waitFor();
  await ada.go(path);
  await readTheSame([ada, ben], cell, (text) => text === `${FIRST_LINE}<ben> before <typed in the tunnel>`);

  // Two tabs of one person: what one has not saved yet is left to it.
  const other = await ada.context.newPage();
  await ada.network.cut();
  await ada.editor(cell).press("End");
  await ada.page.keyboard.type("<tab one>");
  await ada.page.getByText(/not saved yet/).first().waitFor();
  await ada.network.mend();
  await other.goto(ada.network.url + path);
  await readTheSame([ada, ben], cell, (text) => count(text, "<tab one>") === 1);
  await eventually("the other tab reads it too", async () =>
    count(await other.getByRole("textbox", { name: `Cell ${cell} source` }).inputValue(), "<tab one>") === 1);
});

journey(now, "names, colours and carets of the others are seen, and undo takes back only one's own", async () => {
  const [ada, ben] = await Promise.all([0, 1].map((place) => arrive(place)));
  await ada.go("/");
  await ada.isLive();
  await isNamed(ada, "Ada Lovelace", 3);
  await ada.button("New notebook").click();
  const cell = await ada.type(`${FIRST_LINE}one two three`);
  await ben.go(ada.path);
  await isNamed(ben, "Ben", 5);
  await ben.editor(cell).click();
  await toSecondLine(ben, cell);
  const here = (person) => person.page.getByRole("list", { name: "People here" });
  await here(ada).getByRole("button", { name: `Ben, in cell ${cell}` }).waitFor();
  await here(ben).getByRole("button", { name: /^Ada Lovelace/ }).waitFor();
  await eventually("Ben's caret is in Ada's editor", () =>
    ada.page.locator(".caret[data-name=Ben]").count());

  // Both keep their caret while the other types.
  await ada.editor(cell).press("End");
  await ben.page.keyboard.type("zero ");
  await eventually("it is there", async () => (await textOf(ada, cell)) === `${FIRST_LINE}zero one two three`);
  await ada.page.keyboard.type(" four");
  await readTheSame([ada, ben], cell, (text) => text === `${FIRST_LINE}zero one two three four`);
  await ada.screenshot("together-carets");
  await ada.page.emulateMedia({ colorScheme: "dark" });
  await ada.screenshot("together-carets-dark");

  // Undo is one's own.
  await ada.page.keyboard.press("Control+z");
  await readTheSame([ada, ben], cell, (text) => text.includes("zero one two") && !text.includes("four"));
  await ben.page.keyboard.press("Control+z");
  await readTheSame([ada, ben], cell, (text) => !text.includes("zero"));
  await ben.page.keyboard.press("Control+Shift+z");
  await ada.page.keyboard.press("Control+y");
  await readTheSame([ada, ben], cell, (text) => text === `${FIRST_LINE}zero one two three four`);

  // A phone follows.
  const eve = await arrive(2, { viewport: PHONE, hasTouch: true });
  await eve.go(ada.path);
  await here(eve).getByRole("button", { name: /^Ada Lovelace/ }).waitFor();
  await eve.screenshot("together-390");
});

journey(now, "comments: threads, mentions, resolving", async () => {
  const [ada, ben] = await Promise.all([0, 1].map((place) => arrive(place)));
  await ada.go("/");
  await ada.isLive();
  await isNamed(ada, "Ada", 1);
  await ada.button("New notebook").click();
  const cell = await ada.type(`${FIRST_LINE}the plan`);
  await ben.go(ada.path);
  await isNamed(ben, "Ben", 2);
  await ben.editor(cell).click();
  await ada.page.getByRole("list", { name: "People here" }).getByRole("button", { name: /^Ben/ }).waitFor();

  await ada.cell(cell).hover();
  await ada.cell(cell).getByRole("button", { name: "Comment", exact: true }).click();
  await ada.page.getByRole("textbox", { name: "Comment on the cell" }).waitFor();
  await ada.page.keyboard.type("Is this **right**, @be");
  await ada.page.getByRole("group", { name: "People" }).getByRole("button", { name: "Ben" }).click();
  await ada.page.keyboard.press("Control+Enter");
  const comments = (person) => person.page.getByRole("region", { name: `Comments on cell ${cell}` });
  await comments(ben).getByText("right").waitFor();
  await ben.page.getByText(`Ada mentioned you in cell ${cell}.`).first().waitFor();

  await comments(ben).getByRole("button", { name: "Reply", exact: true }).click();
  await ben.page.getByRole("textbox", { name: "Reply" }).fill("Not quite.");
  await comments(ben).locator(".composer").getByRole("button", { name: "Reply", exact: true }).click();
  await comments(ada).getByText("Not quite.").waitFor();
  await ada.screenshot("together-comments");
  await ada.page.emulateMedia({ colorScheme: "dark" });
  await ada.screenshot("together-comments-dark");
  assert.equal(await comments(ada).getByRole("button", { name: "Edit comment" }).count(), 1);
  await comments(ada).getByRole("button", { name: "Resolve", exact: true }).click();
  await comments(ben).getByText("1 resolved thread").waitFor();
  await comments(ben).getByText("1 resolved thread").click();
  await comments(ben).getByText(/Resolved by Ada/).waitFor();
  // Who has no script reads them too.
  const html = await (await fetch(now.server.url + ada.path)).text();
  assert.match(html, /1 resolved thread/);
});
