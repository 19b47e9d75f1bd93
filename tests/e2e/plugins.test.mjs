// What can be asked is listed, the broken ones too, with and without the program.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DESKTOP, PHONE, Person, journey, reads, stage } from "./harness.mjs";

const now = stage({
  plugins: async (folder) => {
    await mkdir(join(folder, "broken"));
    await writeFile(join(folder, "broken/config.toml"), 'nmae = "broken"\n');
  },
});

journey(now, "plugins are listed with their options, what they may reach, and why one is broken", async () => {
  const ada = await Person.arrive(now);
  await ada.open("/");
  await ada.isLive();
  const link = ada.link("Plugins");
  assert.equal(await link.getAttribute("aria-current"), null);
  await link.click();
  assert.equal(ada.path, "/plugins");
  assert.equal(await link.getAttribute("aria-current"), "page");

  const plugin = (person, name) => person.page.getByRole("listitem").filter({
    has: person.page.getByRole("heading", { name, exact: true }),
  });
  const prometheus = plugin(ada, "prometheus");
  await reads(prometheus, /backend/);
  await reads(prometheus, /the address in PROMETHEUS_URL/);
  await reads(prometheus.getByRole("row").filter({ hasText: "mode" }), /choice: auto, instant.*auto/s);
  await reads(plugin(ada, "broken"), /broken.*config\.toml.*nmae/s);
  await ada.page.goBack();
  await ada.button("New notebook").waitFor();

  const reader = await Person.arrive(now, { javaScriptEnabled: false });
  await reader.open("/");
  await reader.link("Plugins").click();
  await reads(plugin(reader, "prometheus"), /PROMETHEUS_URL/);
  await reads(plugin(reader, "broken"), /nmae/);
  assert.equal(await reader.link("Plugins").getAttribute("aria-current"), "page");
});

journey(now, "plugins that cannot be fetched are fetched again when the server is back", async () => {
  const ada = await Person.arrive(now);
  await ada.open("/");
  await ada.isLive();
  await now.server.kill();
  await ada.connection.filter({ hasText: /Reconnecting|Offline/ }).waitFor();
  await ada.link("Plugins").click();
  await ada.button("Try again").waitFor();
  await now.server.restart();
  await ada.page.getByRole("heading", { name: "demo", exact: true }).waitFor();
});

for (const colorScheme of ["light", "dark"]) {
  for (const viewport of [DESKTOP, PHONE]) {
    const kind = `${colorScheme}-${viewport.width}`;
    journey(now, `the list of plugins fits the screen and does not move: ${kind}`, async () => {
      const ada = await Person.arrive(now, { colorScheme, viewport });
      const heading = ada.page.getByRole("heading", { name: "prometheus", exact: true });
      let release;
      const held = new Promise((done) => (release = done));
      await ada.page.route(/\.wasm$/, async (route) => (await held, route.continue()));
      await ada.page.goto(`${now.server.url}/plugins`, { waitUntil: "domcontentloaded" });
      const before = [await heading.boundingBox(), await ada.link("Plugins").boundingBox()];
      release();
      await ada.isLive();
      const after = [await heading.boundingBox(), await ada.link("Plugins").boundingBox()];
      assert.deepEqual(after, before);
      await ada.screenshot(`plugins-${kind}`);
      const [content, screen] = await ada.page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      assert.ok(content <= screen, `${content} pixels wide on a screen of ${screen}`);
    });
  }
}
