// What happened: the history of a notebook and of a cell, what others did meanwhile, the notebook
// as it was, and the runs of a cell beside each other.
import assert from "node:assert/strict";
import { PHONE, Person, eventually, journey, reads, stage } from "./harness.mjs";

const now = stage();

const panel = (person) => person.page.getByRole("complementary", { name: /^History/ });
const deeds = (person) => panel(person).getByRole("listitem");
const bar = (person) => person.page.getByRole("region", { name: "Replay", exact: true });
const slider = (person) => person.page.getByRole("slider", { name: "Moment" });
const source = (person, number) => person.page.locator(".cell").nth(number - 1).locator(".source");
const runsOf = (person, number) => person.page.getByRole("region", { name: `Runs of cell ${number}`, exact: true });
const inCell = (person, number, name) => person.cell(number).getByRole("button", { name, exact: true });

/** Both colour schemes and a phone, for the eye. */
async function pictures(person, name) {
  await person.page.emulateMedia({ colorScheme: "light" });
  await person.screenshot(`${name}-light`);
  await person.page.emulateMedia({ colorScheme: "dark" });
  await person.screenshot(`${name}-dark`);
  const size = person.page.viewportSize();
  await person.page.setViewportSize(PHONE);
  await person.page.screenshot({ path: new URL(`artefacts/${name}-390.png`, import.meta.url).pathname });
  await person.page.setViewportSize(size);
  await person.page.emulateMedia({ colorScheme: "light" });
}

/** Waits until the log has what the server's own page of the notebook then shows. */
const logged = (path, pattern) =>
  eventually(`the log has ${pattern}`, async () => pattern.test(await (await fetch(now.server.url + path)).text()));

/** A notebook in which something went on; gives its path. */
async function incident(ada) {
  const path = await ada.newNotebook("Checkout is slow");
  await ada.type("# What we know");
  await ada.type("@plugin=demo\nrequests");
  // A run may overtake what is typed, and what is typed next the end of a run.
  await logged(path, /requests/);
  await ada.page.keyboard.press("Control+Enter");
  await ada.plot(2).waitFor();
  await logged(path, /<svg/);
  await ada.retype(2, "@plugin=demo\nlatency");
  await logged(path, /latency/);
  await ada.editor(2).press("Control+Enter");
  await reads(ada.output(2), /duration_seconds/);
  await logged(path, /duration_seconds/);
  return path;
}

journey(now, "the history says what happened, stays live, and gives an earlier text back", async () => {
  const ada = await Person.arrive(now);
  const path = await incident(ada);
  await ada.button("History").first().click();
  await reads(deeds(ada).first(), /You ran cell 2: done/);
  await reads(panel(ada), /You edited cell 2 \+\d/);
  await reads(panel(ada), /created the notebook/);
  await reads(panel(ada).getByRole("heading", { level: 3 }).first(), /^\d{4}-\d\d-\d\d, today$/);

  const ben = await Person.arrive(now);
  await ben.open(path);
  await ben.isLive();
  await ben.type("# From Ben");
  await reads(deeds(ada).first(), /Guest \w+ (added|edited) cell 3/);
  await pictures(ada, "history");

  // Of one cell only.
  await ada.cell(2).hover();
  await inCell(ada, 2, "History").click();
  await ada.page.getByRole("complementary", { name: "History of cell 2", exact: true }).waitFor();
  await eventually("only cell 2 is told of", async () => {
    const texts = await deeds(ada).allInnerTexts();
    return texts.length > 0 && texts.every((text) => /cell 2/.test(text));
  });

  // The text of the first edit comes back, and can be taken back again.
  const edit = deeds(ada).filter({ hasText: "edited cell 2" }).last();
  await edit.getByRole("button", { name: "Restore this text" }).click();
  const dialog = ada.page.getByRole("dialog", { name: "Restore this text" });
  await reads(dialog.locator(".added"), /\+ requests/);
  await reads(dialog.locator(".removed"), /- latency/);
  await ada.screenshot("history-restore");
  await dialog.getByRole("button", { name: "Restore", exact: true }).click();
  await eventually("the text is back", async () => (await ada.editor(2).inputValue()) === "@plugin=demo\nrequests");
  await eventually("Ben sees it too", async () => (await ben.editor(2).inputValue()) === "@plugin=demo\nrequests");
  await ada.button("Undo").click();
  await eventually("and undone", async () => (await ada.editor(2).inputValue()) === "@plugin=demo\nlatency");

  await panel(ada).press("Escape");
  await panel(ada).waitFor({ state: "detached" });
  await eventually("the focus is where it was", () =>
    ada.button("History").first().evaluate((button) => button === document.activeElement));
});

journey(now, "a deleted cell comes back from the history", async () => {
  const ada = await Person.arrive(now);
  await incident(ada);
  await ada.cell(2).hover();
  await inCell(ada, 2, "Delete cell").click();
  await ada.editor(2).waitFor({ state: "detached" });
  await ada.button("History").first().click();
  await panel(ada).getByRole("button", { name: "Restore cell" }).click();
  await ada.editor(2).waitFor();
});

journey(now, "who was away is told what others did, and nobody else", async () => {
  const ada = await Person.arrive(now);
  const path = await incident(ada);
  const away = (person) => person.page.getByRole("status").filter({ hasText: "While you were away" });
  await ada.isLive();
  await eventually("what Ada did is seen", () =>
    ada.page.evaluate(() => Object.keys(localStorage).some((key) => key.startsWith("databook.seen."))));
  // The last of it counts a moment later.
  await eventually("up to the last entry", async () => {
    const [seen, sequence] = await ada.page.evaluate(() => [
      localStorage.getItem(`databook.seen.${location.pathname.slice(3)}`),
      performance.now(),
    ]);
    return Number(seen) > 5 && sequence > 1500;
  });
  await ada.open("/");
  await ada.isLive();

  const ben = await Person.arrive(now);
  await ben.open(path);
  await ben.isLive();
  await ben.editor(2).waitFor();
  assert.equal(await away(ben).count(), 0, "nothing is news on a first visit");
  await ben.retype(2, "@plugin=demo\ncpu");
  await ben.editor(2).press("Control+Enter");
  await reads(ben.output(2), /cpu/);

  await ada.open(path);
  await reads(away(ada), /Guest \w+ edited cell 2/);
  await reads(away(ada), /1 run: 1 done/);
  await pictures(ada, "away");
  await away(ada).getByRole("button", { name: "Show what happened" }).click();
  await reads(panel(ada), /What happened since you were here/);
  await eventually("only what is new", async () => {
    const texts = await deeds(ada).allInnerTexts();
    return texts.length > 0 && texts.every((text) => !/created the notebook/.test(text));
  });
  await away(ada).getByRole("button", { name: "Dismiss" }).click();
  await away(ada).waitFor({ state: "detached" });

  await ada.open(path);
  await ada.isLive();
  await ada.plot(2).waitFor();
  assert.equal(await away(ada).count(), 0, "it was told");
});

journey(now, "a replay shows the notebook as it was, with keys, a slider and a link", async () => {
  const ada = await Person.arrive(now);
  const path = await incident(ada);
  const cells = ada.page.locator(".cell");
  await ada.open(`${path}?at=seq:1`);
  await bar(ada).waitFor();
  await ada.page.getByText("There were no cells yet.").waitFor();
  assert.equal(await ada.page.getByRole("textbox").count(), 0, "nothing can be typed into");
  await eventually("the track is there", () => slider(ada).isEnabled());

  await ada.page.keyboard.press("End");
  await reads(ada.output(2), /duration_seconds/);
  await ada.plot(2).waitFor();
  await pictures(ada, "replay");
  await eventually("the address follows", () => /[?]at=/.test(ada.page.url()) && !ada.page.url().endsWith("seq:1"));

  // Back over the last run and the edit before it, to the first answer.
  await ada.page.keyboard.press("ArrowLeft");
  await reads(source(ada, 2), /latency/);
  await ada.page.keyboard.press("ArrowLeft");
  await reads(ada.output(2), /http_requests/);
  await ada.plot(2).waitFor();
  await ada.page.keyboard.press("Home");
  await eventually("an empty notebook", async () => (await cells.count()) === 0);
  await ada.page.keyboard.press("Shift+ArrowRight");
  await reads(ada.output(2), /duration_seconds/);

  // By the slider: to its start, and to its end.
  await slider(ada).fill("0");
  await eventually("at the start", async () => (await cells.count()) === 0);
  await slider(ada).fill("10000");
  await reads(ada.output(2), /duration_seconds/);
  assert.match(await slider(ada).getAttribute("aria-valuetext"), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);

  // A link to a moment is the same moment for somebody else.
  await ada.page.keyboard.press("Home");
  await eventually("the address names it", () => ada.page.url().endsWith("?at=seq:1"));
  const ben = await Person.arrive(now);
  await ben.page.goto(ada.page.url());
  await bar(ben).waitFor();
  await eventually("empty for Ben as well", async () =>
    (await ben.page.getByText("There were no cells yet.").count()) === 1);

  await ada.page.keyboard.press("Escape");
  await ada.editor(2).waitFor();
  assert.equal(new URL(ada.page.url()).search, "");
});

journey(now, "a replay plays, faster and slower, over quiet times, to the end", async () => {
  const ada = await Person.arrive(now);
  const path = await incident(ada);
  await ada.open(`${path}?at=seq:1`);
  await eventually("the track is there", () => slider(ada).isEnabled());
  const speed = ada.page.getByRole("combobox", { name: "Speed" });
  const chosen = () => speed.evaluate((select) => select.selectedOptions[0].textContent);
  for (let press = 0; press < 9; press += 1) await ada.page.keyboard.press("]");
  assert.equal(await chosen(), "60x");
  await ada.page.keyboard.press("[");
  assert.equal(await chosen(), "30x");
  assert.ok(await ada.page.getByRole("checkbox", { name: "Skip quiet times" }).isChecked());
  await ada.page.keyboard.press("Space");
  await ada.button("Pause").waitFor();
  await reads(ada.output(2), /duration_seconds/);
  await ada.button("Play").waitFor();
  // Nothing was run, edited or sent by it.
  await ada.open(path);
  await ada.button("History").first().click();
  await reads(deeds(ada).first(), /You ran cell 2/);
});

journey(now, "without scripts the notebook as it was can be read", async () => {
  const ada = await Person.arrive(now);
  const path = await incident(ada);
  const ben = await Person.arrive(now, { javaScriptEnabled: false });
  await ben.open(`${path}?at=2100-01-01T00:00:00Z`);
  await reads(bar(ben), /As it was at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
  await ben.link("Back to now").click();
  assert.equal(new URL(ben.page.url()).search, "");
});

journey(now, "two runs of a cell are put side by side and compared", async () => {
  const ada = await Person.arrive(now);
  await incident(ada);
  await ada.cell(2).hover();
  await inCell(ada, 2, "Runs").click();
  const runs = runsOf(ada, 2);
  await eventually("both runs are chosen", async () => (await runs.getByRole("checkbox", { checked: true }).count()) === 2);
  await eventually("both are drawn", async () => (await runs.getByRole("img").count()) === 2);
  await pictures(ada, "runs");
  await runs.getByRole("button", { name: "Differences" }).click();
  await reads(runs.locator(".removed").nth(1), /- requests/);
  await reads(runs.locator(".added").nth(1), /\+ latency/);
  await runs.getByRole("table").waitFor();
  await ada.screenshot("runs-differences");
  await runs.getByRole("checkbox").first().uncheck();
  await eventually("one is drawn", async () => (await runs.getByRole("img").count()) === 1);
  await runs.getByRole("button", { name: "Close runs" }).click();
  await runs.waitFor({ state: "detached" });
});

journey(now, "a part of the page that does not come says so, and is asked for again", async () => {
  const ada = await Person.arrive(now);
  const path = await incident(ada);
  // Somebody whose page has just begun.
  const ben = await Person.arrive(now);
  const chunk = "**/split_past.wasm";
  await ben.page.route(chunk, (route) => route.abort());
  await ben.open(path);
  await ben.isLive();
  await ben.button("History").first().click();
  await ben.page.getByText("A part of this page could not be loaded.").waitFor();
  await reads(ben.output(2), /duration_seconds/);
  await ben.page.unroute(chunk);
  await ben.button("Try again").click();
  await reads(deeds(ben).first(), /ran cell 2: done/);
  // The page told the console of what did not come, as it should.
  assert.ok(ben.mistakes.splice(0).every((mistake) => /split_past|Failed to fetch/.test(mistake)));
});
