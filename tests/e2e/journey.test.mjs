// What a person can do with databook, from the first screen to a killed server.
import assert from "node:assert/strict";
import { PHONE, Person, eventually, journey, reads, stage } from "./harness.mjs";

const now = stage({ prometheus: true });

journey(now, "the welcome notebook shows what databook does, without a Prometheus", async () => {
  const ada = await Person.arrive(now);
  await ada.open("/");
  await ada.page.getByRole("link", { name: /welcome/i }).click();
  await ada.isLive();
  await ada.page.getByRole("img").first().waitFor();
  await ada.page.getByRole("table").first().waitFor();
  assert.match(await ada.page.getByRole("img").first().getAttribute("aria-label"), /\w+/);
  await ada.button("Run").first().waitFor();
});

journey(now, "notebooks are created, renamed, listed, deleted and brought back", async () => {
  const ada = await Person.arrive(now);
  const path = await ada.newNotebook("Checkout is slow");
  await ada.open("/");
  await ada.link("Checkout is slow").click();
  await ada.title.waitFor();
  assert.equal(ada.path, path);

  await ada.title.fill("Checkout was slow");
  await ada.title.blur();
  await ada.open("/");
  await ada.link("Checkout was slow").waitFor();
  assert.equal(await ada.link("Checkout is slow").count(), 0);

  // In the list as well: the old title never comes back, here or for those who follow.
  const grace = await Person.arrive(now, { viewport: PHONE });
  await grace.open("/");
  await grace.link("Checkout was slow").waitFor();
  await ada.button("Rename Checkout was slow").click();
  await eventually("the title can be typed over", async () =>
    ada.title.evaluate((box) => box === document.activeElement && box.selectionEnd === box.value.length));
  await ada.page.keyboard.type("Checkout, resolved");
  await ada.page.evaluate(() => {
    globalThis.titles = new Set();
    const look = () => document.querySelectorAll(".notebook-link").forEach((link) => titles.add(link.textContent));
    new MutationObserver(look).observe(document.body, { childList: true, characterData: true, subtree: true });
  });
  await ada.page.keyboard.press("Enter");
  await ada.link("Checkout, resolved").waitFor();
  await grace.link("Checkout, resolved").waitFor();
  await eventually("the focus is back", () =>
    ada.button("Rename Checkout, resolved").evaluate((button) => button === document.activeElement));
  assert.ok(!(await ada.page.evaluate(() => titles.has("Checkout was slow"))));

  await ada.page.keyboard.press("Enter");
  await ada.title.fill("Never mind");
  await ada.title.press("Escape");
  await ada.link("Checkout, resolved").waitFor();
  await grace.button("Rename Checkout, resolved").click();
  await grace.title.fill("Checkout was slow");
  await grace.screenshot("rename-390");
  await grace.title.blur();
  await ada.link("Checkout was slow").waitFor();
  await ada.button("Rename Checkout was slow").click();
  await ada.title.fill("Checkout was very slow");
  await ada.button("Save Checkout was slow").click();
  await grace.link("Checkout was very slow").waitFor();
  await ada.button("Rename Checkout was very slow").click();
  await ada.title.fill("Checkout was slow");
  await ada.title.press("Enter");
  await grace.link("Checkout was slow").waitFor();

  await ada.button("Delete Checkout was slow").click();
  await ada.link("Checkout was slow").waitFor({ state: "detached" });
  await ada.button("Undo").click();
  await ada.link("Checkout was slow").click();
  await eventually("the title is the one before", async () =>
    (await ada.title.inputValue()) === "Checkout was slow");

  await ada.button("Delete notebook").click();
  await ada.button("Undo").or(ada.button("Restore")).first().click();
  await ada.open("/");
  await ada.link("Checkout was slow").waitFor();
});

journey(now, "a cell is deleted and brought back with its output", async () => {
  const ada = await Person.arrive(now);
  const path = await ada.newNotebook("Deleted by mistake");
  const number = await ada.type("@plugin=demo\nrequests");
  await ada.page.keyboard.press("Control+Enter");
  await ada.plot(number).waitFor();
  await ada.cell(number).getByRole("button", { name: "Delete cell", exact: true }).click();
  await ada.output(number).waitFor({ state: "detached" });
  await ada.button("Undo").click();
  await ada.plot(number).waitFor();
  await ada.open(path);
  await ada.plot(number).waitFor();
});

journey(now, "a query for a range vector is typed, travels over gRPC-web and is plotted", async () => {
  const ada = await Person.arrive(now);
  await ada.newNotebook("Is it up?");
  const number = await ada.type("@plugin=prometheus\nup[5m]");
  const call = ada.page.waitForRequest((request) =>
    /\/databook\.(Notebooks\/Run|Databook\/get)$/.test(request.url()));
  await ada.page.keyboard.press("Shift+Enter");
  assert.match(await (await call).headerValue("content-type"), /^application\/grpc-web/);

  const plot = ada.plot(number);
  await plot.waitFor();
  assert.match(await plot.getAttribute("aria-label"), /up/);
  // The legend names the series by its labels.
  await reads(ada.output(number), /job="?prometheus/);

  const [drawn, given] = [await plot.boundingBox(), await ada.output(number).boundingBox()];
  assert.ok(drawn.width > 0.8 * given.width, `${drawn.width} of ${given.width} pixels`);
  assert.ok(drawn.x + drawn.width <= given.x + given.width + 1, "the plot is not wider than its cell");

  // The tooltip at the pointer tells the value: 1, Prometheus is up.
  await plot.hover({ position: { x: drawn.width - 40, y: drawn.height / 2 } });
  const tooltip = ada.output(number).locator(".tooltip");
  await reads(tooltip.locator(".tooltip-time"), /\d\d:\d\d:\d\d/);
  assert.deepEqual(await tooltip.locator(".tooltip-value").allInnerTexts(), ["1"]);

  // A canvas follows the scheme only when it is drawn again.
  const image = () => plot.locator("canvas").evaluate((canvas) => canvas.toDataURL());
  await ada.page.mouse.move(0, 0);
  await tooltip.waitFor({ state: "detached" });
  const images = {};
  for (const colorScheme of ["light", "dark", "light"]) {
    const before = Object.values(images).at(-1);
    await ada.page.emulateMedia({ colorScheme });
    images[colorScheme] = await eventually(`the plot is drawn for the ${colorScheme} scheme`, async () => {
      const now = await image();
      return now !== before && now;
    });
    await ada.screenshot(`plot-${colorScheme}`);
  }
});

journey(now, "the tooltip is at the pointer and goes with it", async () => {
  const ada = await Person.arrive(now);
  await ada.newNotebook("Hovering");
  const number = await ada.type("@plugin=demo\nrequests");
  await ada.editor(number).press("Control+Enter");
  const plot = ada.plot(number);
  await plot.waitFor();
  await plot.scrollIntoViewIfNeeded();
  const tooltip = ada.output(number).locator(".tooltip");
  const drawn = await plot.boundingBox();
  const times = new Set();
  for (const share of [0.3, 0.45, 0.6, 0.8]) {
    const x = Math.round(drawn.width * share);
    await plot.hover({ position: { x, y: drawn.height / 2 } });
    // Left of the pointer or right of it, whichever has room.
    await eventually(`the tooltip is at the pointer at ${x}`, async () => {
      const box = await tooltip.boundingBox();
      const pointer = drawn.x + x;
      const away = Math.min(Math.abs(box.x - pointer), Math.abs(box.x + box.width - pointer));
      const inside = box.x >= drawn.x && box.x + box.width <= drawn.x + drawn.width;
      return away <= 24 && inside && box.y >= drawn.y - 24 && box.y < drawn.y + drawn.height;
    });
    times.add(await tooltip.locator(".tooltip-time").innerText());
    for (const value of await tooltip.locator(".tooltip-value").allInnerTexts()) {
      assert.match(value, /\d/);
    }
  }
  assert.equal(times.size, 4, [...times].join(", "));
});

journey(now, "a range query has a step that fits the plot's width", async () => {
  const ada = await Person.arrive(now);
  await ada.newNotebook("Rates");
  const number = await ada.type("@plugin=prometheus range=5m\nrate(prometheus_http_requests_total[1m])");
  await ada.page.keyboard.press("Shift+Enter");
  await ada.plot(number).waitFor();
  await reads(ada.output(number), /handler/);
});

journey(now, "who follows sees everything at once, also when arriving in the middle of a run", async () => {
  const ada = await Person.arrive(now);
  const path = await ada.newNotebook("Following");
  const grace = await Person.arrive(now, { colorScheme: "dark" });
  await grace.open(path);
  await grace.isLive();

  const number = await ada.type("@plugin=demo seconds=8\nslow");
  await eventually("what Ada types is on Grace's screen", async () =>
    (await grace.editor(number).inputValue()) === "@plugin=demo seconds=8\nslow");
  await ada.title.fill("Following along");
  await eventually("the new title too", async () =>
    (await grace.title.inputValue()) === "Following along");

  await ada.editor(number).press("Control+Enter");
  await grace.button("Cancel").waitFor();

  // How long it has been running is counted on.
  const elapsed = grace.cell(number).locator(".elapsed");
  const seconds = async () => Number((await elapsed.innerText()).match(/^(\d+\.\d) s$/)[1]);
  const early = await eventually("the running time is shown", seconds);
  assert.ok(early < 8, `${early} s`);
  await eventually("it is counted on", async () => (await seconds()) >= early + 1);

  // What is said to those who listen: each end of a run once, one's own and others'.
  for (const person of [ada, grace]) {
    await person.page.evaluate(() => {
      const arrivals = document.querySelector('[role=status][aria-label="Arrivals"]');
      globalThis.said = [];
      new MutationObserver(() => said.push(arrivals.textContent))
        .observe(arrivals, { childList: true, characterData: true, subtree: true });
    });
  }

  // Edsger arrives while it runs: sees it running, then sees it end.
  const edsger = await Person.arrive(now);
  await edsger.open(path);
  await edsger.button("Cancel").waitFor();
  for (const person of [ada, grace, edsger]) {
    await reads(person.cell(number), /done/i);
    await person.button("Cancel").waitFor({ state: "detached" });
  }
  for (const person of [ada, grace]) {
    await reads(person.page.getByRole("status", { name: "Arrivals" }), new RegExp(`^Cell ${number}: done$`, "i"));
    assert.equal((await person.page.evaluate(() => said)).length, 1);
  }
  const outputs = await Promise.all(
    [ada, grace, edsger].map((person) => person.output(number).innerText()));
  assert.equal(outputs[1], outputs[0]);
  assert.equal(outputs[2], outputs[0]);
});

journey(now, "two people type into one cell and both texts stay", async () => {
  const ada = await Person.arrive(now);
  const path = await ada.newNotebook("Together");
  const number = await ada.type("@plugin=demo\nmiddle");
  const grace = await Person.arrive(now);
  await grace.open(path);
  await eventually("Grace has the text", async () =>
    (await grace.editor(number).inputValue()).endsWith("middle"));
  await grace.editor(number).press("Control+End");
  await ada.editor(number).press("Control+End");
  await Promise.all([
    ada.page.keyboard.type("AAAAAAAAAAAAAAAAAAAA"),
    grace.page.keyboard.type("GGGGGGGGGGGGGGGGGGGG"),
  ]);
  const text = await eventually("both screens show the same complete text", async () => {
    const [left, right] = [await ada.editor(number).inputValue(), await grace.editor(number).inputValue()];
    return left === right && left.length === "@plugin=demo\nmiddle".length + 40 && left;
  });
  assert.equal(text.match(/A/g).length, 20);
  assert.equal(text.match(/G/g).length, 20);
});

journey(now, "a run is cancelled", async () => {
  const ada = await Person.arrive(now);
  await ada.newNotebook("Too slow");
  const number = await ada.type("@plugin=demo seconds=60\nslow");
  await ada.editor(number).press("Control+Enter");
  await ada.button("Cancel").click();
  await reads(ada.cell(number), /cancelled/i);
  await ada.retype(number, "@plugin=demo seconds=1\nslow");
  await ada.button("Run again").click();
  await reads(ada.cell(number), /done/i);
  assert.equal(await ada.button("Run again").count(), 0);
});

journey(now, "SIGKILL: every edit and every run is there again, what ran is interrupted", async () => {
  const ada = await Person.arrive(now);
  const path = await ada.newNotebook("Power cut");
  const first = await ada.type("@plugin=prometheus\nup[5m]");
  await ada.editor(first).press("Control+Enter");
  await ada.plot(first).waitFor();
  const second = await ada.type("@plugin=demo seconds=60\nslow");
  await ada.editor(second).press("Control+Enter");
  await ada.button("Cancel").waitFor();
  // Another browser sees only what the server has: once it does, all is acknowledged.
  const grace = await Person.arrive(now);
  await grace.open(path);
  await grace.button("Cancel").waitFor();

  await now.server.kill();
  await ada.connection.filter({ hasText: /Reconnecting|Offline/ }).waitFor();
  await now.server.restart();

  await ada.isLive();
  await reads(ada.cell(second), /interrupted/i);
  await ada.page.reload();
  await ada.isLive();
  assert.equal(await ada.title.inputValue(), "Power cut");
  assert.equal(await ada.editor(first).inputValue(), "@plugin=prometheus\nup[5m]");
  assert.equal(await ada.editor(second).inputValue(), "@plugin=demo seconds=60\nslow");
  await ada.plot(first).waitFor();
  await reads(ada.cell(second), /interrupted/i);
  assert.equal(await ada.button("Cancel").count(), 0);
});

journey(now, "what is typed while the server is away arrives when it is back", async () => {
  const ada = await Person.arrive(now);
  const path = await ada.newNotebook("Bad wifi");
  const number = await ada.type("@plugin=demo\n");
  await eventually("the cell has arrived", async () => {
    const grace = await Person.arrive(now, { javaScriptEnabled: false });
    await grace.open(path);
    const text = await grace.page.getByRole("main").innerText();
    await grace.leave();
    return text.includes("@plugin=demo");
  });
  await now.server.kill();
  await ada.connection.filter({ hasText: /Reconnecting|Offline/ }).waitFor();
  await ada.editor(number).press("Control+End");
  await ada.page.keyboard.type("requests");
  await now.server.restart();
  await ada.isLive();
  const grace = await Person.arrive(now);
  await grace.open(path);
  await eventually("what Ada typed offline is on Grace's screen", async () =>
    (await grace.editor(number).inputValue()) === "@plugin=demo\nrequests");
});

// The page's way to the log takes nothing any more, as on a network that has just gone bad.
async function lineGoesDead(person) {
  let dead = false;
  await person.page.routeWebSocket(/\/api\/live$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => dead || server.send(message));
  });
  return () => (dead = true);
}

for (const [how, leave] of [
  ["going back to the list", (person) => person.link("Databook").click()],
  ["leaving the page", (person) => person.page.goto("about:blank")],
]) {
  journey(now, `what was typed last survives ${how}`, async () => {
    const ada = await Person.arrive(now);
    const goDead = await lineGoesDead(ada);
    const path = await ada.newNotebook(`Last words, ${how}`);
    const number = await ada.type("@plugin=demo\n");
    const grace = await Person.arrive(now);
    await grace.open(path);
    await eventually("the cell has arrived", async () =>
      (await grace.editor(number).inputValue()) === "@plugin=demo\n");
    goDead();
    await ada.page.keyboard.type("requests");
    await leave(ada);
    await eventually("what Ada typed last is on Grace's screen", async () =>
      (await grace.editor(number).inputValue()) === "@plugin=demo\nrequests");
  });
}
