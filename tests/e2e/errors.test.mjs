// What goes wrong is said in words, at its place, with what to do; nothing typed is lost.
import assert from "node:assert/strict";
import { Person, eventually, freePort, journey, reads, stage } from "./harness.mjs";

const now = stage({ prometheus: true });

async function runs(person, text) {
  const number = await person.type(text);
  await person.editor(number).press("Control+Enter");
  return number;
}

journey(now, "Prometheus's own words about a bad query are shown", async () => {
  const ada = await Person.arrive(now);
  await ada.newNotebook("Typo in a query");
  const number = await runs(ada, "@plugin=prometheus\nrate(up[5m");
  await reads(ada.output(number), /parse error|unclosed|unexpected/i);
  await reads(ada.cell(number), /failed/i);
  assert.equal(await ada.editor(number).inputValue(), "@plugin=prometheus\nrate(up[5m");
});

journey(now, "an unknown plugin suggests the nearest name", async () => {
  const ada = await Person.arrive(now);
  await ada.newNotebook("Typo in a name");
  const number = await runs(ada, "@plugin=promethues\nup");
  await reads(ada.output(number), /promethues/);
  await reads(ada.output(number), /prometheus/);
  // The same would fail again, so nothing invites to it; and nobody is interrupted by it.
  assert.equal(await ada.button("Run again").count(), 0);
  assert.equal(await ada.page.getByRole("alert").count(), 0);
  await reads(ada.page.getByRole("status", { name: "Arrivals" }), /Cell 1: failed\. .*promethues/i);
});

journey(now, "an unknown option suggests the nearest name", async () => {
  const ada = await Person.arrive(now);
  await ada.newNotebook("Typo in an option");
  const number = await runs(ada, "@plugin=prometheus stepp=15s\nup");
  await reads(ada.output(number), /stepp/);
  await reads(ada.output(number), /\bstep\b/);
});

journey(now, "a directive that is not understood is marked at its place, with what to do", async () => {
  const ada = await Person.arrive(now);
  const path = await ada.newNotebook("Typo in a directive");
  const number = await ada.type("@plugn=demo\nrequests");
  const problems = (person) => person.page.getByRole("list", { name: "Problems", exact: true });
  const mark = ada.cell(number).locator(".wrong");
  await reads(problems(ada), /Line 1: unknown directive `@plugn`\. Did you mean `@plugin`\?/);
  assert.deepEqual(await mark.allTextContents(), ["@plugn"]);
  const [marked, editor] = [await mark.boundingBox(), await ada.editor(number).boundingBox()];
  assert.ok(marked.x - editor.x < 20 && marked.y - editor.y < 20, "the mark is on the first word");
  assert.equal(await ada.editor(number).getAttribute("aria-invalid"), "true");
  const description = await ada.editor(number).evaluate((editor) =>
    document.getElementById(editor.getAttribute("aria-describedby")).textContent);
  assert.match(description, /Did you mean `@plugin`\?/);
  await ada.screenshot("problem");

  const reader = await Person.arrive(now, { javaScriptEnabled: false });
  await eventually("it can be read without JavaScript", async () => {
    await reader.open(path);
    return (await problems(reader).innerText()).includes("Did you mean `@plugin`?");
  });
  assert.deepEqual(await reader.page.locator(".wrong").allTextContents(), ["@plugn"]);

  await ada.retype(number, "@plugin=demo\nrequests");
  await problems(ada).waitFor({ state: "detached" });
  assert.equal(await mark.count(), 0);
  assert.equal(await ada.editor(number).getAttribute("aria-invalid"), "false");
});

journey(now, "a failed run is corrected and run again", async () => {
  const ada = await Person.arrive(now);
  await ada.newNotebook("Second try");
  const number = await runs(ada, "@plugin=promethues\nup[5m]");
  await reads(ada.cell(number), /failed/i);
  await ada.retype(number, "@plugin=prometheus\nup[5m]");
  await ada.cell(number).getByRole("button", { name: "Run", exact: true }).click();
  await ada.plot(number).waitFor();
});

journey(now, "an output that does not get here can be asked for again", async () => {
  const ada = await Person.arrive(now);
  const path = await ada.newNotebook("A large output");
  const number = await ada.type("@plugin=prometheus\n");
  // Larger than what travels with the log.
  const long = "x".repeat(4_000);
  await ada.retype(
    number,
    `@plugin=prometheus\nlabel_replace({__name__=~"prometheus_.+"}, "long", "${long}", "", "")`,
  );
  await ada.editor(number).press("Control+Enter");
  await ada.plot(number).waitFor();

  const grace = await Person.arrive(now);
  let lost = true;
  let asked = 0;
  await grace.page.route("**/api/outputs/*", (route) => {
    asked += 1;
    return lost ? route.abort() : route.continue();
  });
  await grace.open(path);
  await reads(grace.output(number), /The output could not be loaded/);
  await reads(grace.page.getByRole("status", { name: "Arrivals" }), /could not be loaded/);
  await grace.button("Try again").click();
  await eventually("it was asked for again", () => asked === 2);
  await reads(grace.output(number), /The output could not be loaded/);
  lost = false;
  await grace.button("Try again").click();
  await grace.plot(number).waitFor();
  assert.equal(await grace.button("Try again").count(), 0);
});

journey(now, "a notebook that does not exist says so and leads back", async () => {
  const ada = await Person.arrive(now);
  await ada.open(`/n/${"0".repeat(26)}`);
  await ada.page.getByRole("main").filter({ hasText: /no (such )?notebook|not (here|found)|unknown/i }).waitFor();
  await ada.page.getByRole("link", { name: /notebooks|Databook/ }).first().click();
  await ada.button("New notebook").waitFor();
});

const alone = stage({ env: { PROMETHEUS_URL: `http://127.0.0.1:${await freePort()}` } });

journey(alone, "a Prometheus that is down is named with what to do", async () => {
  const ada = await Person.arrive(alone);
  await ada.newNotebook("No Prometheus");
  const number = await runs(ada, "@plugin=prometheus\nup");
  await reads(ada.cell(number), /failed/i);
  await reads(ada.output(number), /127\.0\.0\.1|refused|reach/i);

  // Another try is offered, and is one.
  const call = ada.page.waitForRequest(/\/databook\.Notebooks\/Run$/);
  await ada.button("Run again").click();
  await call;
  await ada.button("Run again").waitFor();
  await reads(ada.cell(number), /failed/i);
});
