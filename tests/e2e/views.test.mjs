// Views run in the reader's browser: on an output, on their own, and when something is wrong.
import assert from "node:assert/strict";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before } from "node:test";
import { DESKTOP, PHONE, Person, eventually, freePort, journey, reads, stage } from "./harness.mjs";
import { Alertmanager } from "./programs.mjs";

const alertmanagerPort = await freePort();
let alertmanager;
let plugins;

before(async () => {
  alertmanager = await Alertmanager.start(alertmanagerPort);
});
after(async () => {
  await alertmanager?.stop();
});

const now = stage({
  prometheus: true,
  plugins: async (folder) => {
    plugins = folder;
    // The operator grants the address at which the Alertmanager of this test is.
    const alerts = join(folder, "alerts/config.toml");
    const config = await readFile(alerts, "utf8");
    await writeFile(alerts, config.replaceAll("127.0.0.1:9093", `127.0.0.1:${alertmanagerPort}`));
    await mkdir(join(folder, "changing"));
    await copyFile(join(folder, "heatmap/plugin.wasm"), join(folder, "changing/plugin.wasm"));
    await writeFile(
      join(folder, "changing/config.toml"),
      'name = "changing"\ndescription = "Is built anew."\nkind = "view"\ncontent_types = ["frames"]\n',
    );
  },
});

const view = (person, name) => person.page.getByRole("group", { name: `View ${name}`, exact: true });

async function run(person, text) {
  const number = await person.type(text);
  await person.page.keyboard.press("Shift+Enter");
  return number;
}

for (const colorScheme of ["light", "dark"]) {
  journey(now, `a view shows a query's output and answers at once, ${colorScheme}`, async () => {
    const ada = await Person.arrive(now, { colorScheme });
    await ada.newNotebook("A view");
    await run(ada, "@plugin=prometheus\n@view=heatmap\nprometheus_http_requests_total[1m]");
    const heatmap = view(ada, "heatmap");
    await heatmap.getByRole("button", { name: "Show shares" }).click();
    await heatmap.getByRole("button", { name: "Show values" }).waitFor();
    await reads(heatmap, /Share of each column/);
    await ada.screenshot(`view-heatmap-${colorScheme}`);
    await ada.page.setViewportSize(PHONE);
    await heatmap.getByRole("button", { name: "Show values" }).waitFor();
    await ada.screenshot(`view-heatmap-${colorScheme}-phone`);
    const { scrollWidth, innerWidth } = await ada.page.evaluate(() => ({
      scrollWidth: document.documentElement.scrollWidth,
      innerWidth,
    }));
    assert.ok(scrollWidth <= innerWidth, `${scrollWidth} px on a screen of ${innerWidth} px`);
    await ada.page.setViewportSize(DESKTOP);
  });
}

journey(now, "who opens the notebook sees the view, and nothing is run for it", async () => {
  const ada = await Person.arrive(now);
  const path = await ada.newNotebook("Opened by two");
  await run(ada, "@plugin=demo query=latency\n@view=heatmap");
  await view(ada, "heatmap").getByRole("button", { name: "Show shares" }).waitFor();
  const grace = await Person.arrive(now);
  const calls = [];
  grace.page.on("request", (request) => {
    if (/Databook\/get|\/invoke/.test(request.url())) calls.push(request.url());
  });
  await grace.open(path);
  await view(grace, "heatmap").getByRole("button", { name: "Show shares" }).waitFor();
  assert.deepEqual(calls, []);
});

journey(now, "the host of views is asked for where a view is shown and nowhere else", async () => {
  const ada = await Person.arrive(now);
  const asked = [];
  ada.context.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/view/")) asked.push(pathname);
  });
  const path = await ada.newNotebook("Without views");
  await ada.plot(await run(ada, "@plugin=demo query=latency")).first().waitFor();
  await ada.open(path);
  await ada.isLive();
  await ada.page.waitForLoadState("networkidle");
  assert.deepEqual(asked, []);
  await run(ada, "@plugin=demo query=latency\n@view=heatmap");
  await view(ada, "heatmap").getByRole("button", { name: "Show shares" }).waitFor();
  assert.ok(asked.includes("/view/host_bg.wasm") && asked.includes("/view/worker.js"), `${asked}`);
});

journey(now, "a view with a wrong name or option says so, and is there once it is right", async () => {
  const ada = await Person.arrive(now);
  await ada.newNotebook("Slips");
  const number = await run(ada, "@plugin=demo query=latency\n@view=heatmpa");
  await reads(ada.output(number), /There is no view `heatmpa`\. Did you mean `heatmap`\?/);
  await ada.retype(number, "@plugin=demo query=latency\n@view=heatmap rwos=service");
  await reads(ada.output(number), /`heatmap` has no option `rwos`\.[^]*Did you mean `rows`\?/);
  await ada.retype(number, "@plugin=demo query=latency\n@view=heatmap rows=quantile");
  await view(ada, "heatmap").getByRole("button", { name: "Show shares" }).waitFor();
  await ada.retype(number, "@plugin=demo query=latency\n@view=demo");
  await reads(ada.output(number), /`demo` is a backend plugin; write `@plugin=demo`\./);
});

journey(now, "a view that was built anew is shown within seconds, without a reload", async () => {
  const ada = await Person.arrive(now);
  await ada.newNotebook("Hot");
  await run(ada, "@plugin=demo query=latency\n@view=changing");
  await view(ada, "changing").getByRole("button", { name: "Show shares" }).waitFor();
  await ada.page.evaluate(() => (window.stays = true));
  await copyFile(join(plugins, "diff/plugin.wasm"), join(plugins, "changing/plugin.wasm"));
  await view(ada, "changing").getByRole("button", { name: "Show shares" }).waitFor({ state: "detached" });
  await reads(view(ada, "changing"), /second|two/i);
  assert.equal(await ada.page.evaluate(() => window.stays), true);
});

journey(now, "a view that is no component says what it is", async () => {
  const file = join(plugins, "changing/plugin.wasm");
  const ada = await Person.arrive(now);
  await ada.newNotebook("Broken");
  const number = await run(ada, "@plugin=demo query=latency\n@view=changing");
  await view(ada, "changing").waitFor();
  await writeFile(file, "this is text");
  await reads(ada.output(number), /The view `changing` cannot be used: .*not WebAssembly/);
  // A core module: magic and version 1.
  await writeFile(file, Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
  await reads(ada.output(number), /core WebAssembly module, not a component/);
  await copyFile(join(plugins, "hello_world/plugin.wasm"), file);
  await reads(ada.output(number), /this is a backend plugin/);
  await copyFile(join(plugins, "heatmap/plugin.wasm"), file);
  await view(ada, "changing").getByRole("button", { name: "Show shares" }).waitFor();
});

journey(now, "alerts of a real Alertmanager are shown and silenced from the notebook", async () => {
  await alertmanager.fire([
    {
      labels: { alertname: "DiskFull", severity: "critical", service: "checkout" },
      annotations: { summary: "The disk of checkout is full" },
    },
    { labels: { alertname: "Slow", severity: "warning", service: "search" } },
  ]);
  const ada = await Person.arrive(now);
  await ada.newNotebook("Alerts");
  await ada.type("@view=alerts every=5s");
  const alerts = view(ada, "alerts");
  await reads(alerts, /The disk of checkout is full/);
  await ada.screenshot("view-alerts");
  // The choices came later than what is chosen.
  assert.equal(await alerts.getByRole("combobox", { name: "Groups" }).inputValue(), "alertname");
  const group = alerts.getByRole("region", { name: /DiskFull/ });
  await group.getByRole("button", { name: "Silence group" }).click();
  await alerts.getByRole("textbox", { name: "Your name" }).fill("Ada");
  await alerts.getByRole("textbox", { name: "Comment" }).fill("cleaning up");
  await alerts.getByRole("button", { name: "Silence", exact: true }).click();
  const silence = await eventually("the silence is there", async () =>
    (await alertmanager.silences()).find((silence) => silence.comment === "cleaning up"),
  );
  assert.equal(silence.createdBy, "Ada");
  assert.deepEqual(
    silence.matchers.map(({ name, value }) => [name, value]),
    [["alertname", "DiskFull"]],
  );
  await reads(alerts, /cleaning up/);
  await ada.screenshot("view-alerts-silenced");
});

journey(now, "the focus and the caret stay where they are while a view answers", async () => {
  await alertmanager.fire([
    { labels: { alertname: "Full", service: "checkout" } },
    { labels: { alertname: "Late", service: "search" } },
  ]);
  const ada = await Person.arrive(now);
  await ada.newNotebook("Typing");
  await ada.type("@view=alerts every=0s");
  const alerts = view(ada, "alerts");
  await alerts.getByRole("region", { name: /Late/ }).waitFor();
  const filter = alerts.getByRole("textbox", { name: /filter/i });
  await filter.click();
  await ada.page.keyboard.type('service="chekout"');
  for (let back = 0; back < 5; back += 1) await ada.page.keyboard.press("ArrowLeft");
  await alerts.getByRole("region", { name: /Late/ }).waitFor({ state: "detached" });
  await ada.page.keyboard.type("c");
  await alerts.getByRole("region", { name: /Full/ }).waitFor();
  const where = await filter.evaluate((field) => [field === document.activeElement, field.value, field.selectionStart]);
  assert.deepEqual(where, [true, 'service="checkout"', 'service="chec'.length]);
});

journey(now, "of many views those out of sight rest, and go on when they are seen again", async () => {
  const ada = await Person.arrive(now, { viewport: { width: 1440, height: 400 } });
  await ada.newNotebook("Many");
  for (let number = 1; number <= 24; number += 1) {
    await ada.type(`@view=runbook title=Book-${number}`);
    await ada.page.keyboard.press("Enter");
    await ada.page.keyboard.type("- [ ] look\n- [ ] act");
  }
  const books = view(ada, "runbook");
  await reads(books.last(), /Book-24/);
  // One that is kept ready beside those that run.
  const most = 16 + 1;
  await eventually("some rest", () => ada.page.workers().length <= most);
  await reads(books.first(), /Book-1/);
  await books.first().getByRole("checkbox").first().check();
  await reads(books.first(), /1 of 2/);
  await eventually("others rest instead", () => ada.page.workers().length <= most);
});

journey(now, "a view is refused what it was not granted, and no request leaves", async () => {
  const ada = await Person.arrive(now);
  const asked = [];
  ada.page.on("request", (request) => {
    if (request.url().includes("192.0.2.1")) asked.push(request.url());
  });
  await ada.newNotebook("Not granted");
  await ada.type("@view=alerts url=http://192.0.2.1:9093");
  await reads(view(ada, "alerts"), /not granted http:\/\/192\.0\.2\.1:9093/);
  assert.deepEqual(asked, []);
});
