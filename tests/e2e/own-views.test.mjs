// A view that a person brings along: dropped on the page, allowed or refused, offered with the
// notebook, taken back. Nobody needs to be the operator for it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { join, resolve } from "node:path";
import { after, before } from "node:test";
import { PHONE, Person, eventually, freePort, journey, reads, stage } from "./harness.mjs";
import { FIXTURES } from "./programs.mjs";

// What the view asks: a status page of the public kind, which lets other pages ask it.
const statusPort = await freePort();
const status = `http://127.0.0.1:${statusPort}`;
let statusServer;
let asked = 0;

let statusWasm;
let cView;

before(async () => {
  const samples = resolve(import.meta.dirname, "../../plugins/status-page/samples");
  const summary = await readFile(join(samples, "trouble.json"));
  statusServer = createServer((_, response) => {
    asked += 1;
    response.writeHead(200, { "content-type": "application/json", "access-control-allow-origin": "*" });
    response.end(summary);
  }).listen(statusPort, "127.0.0.1");
  await once(statusServer, "listening");
});
after(async () => {
  statusServer?.closeAllConnections();
  statusServer?.close();
});

const now = stage({
  env: { DATABOOK_CONNECT_SRC: status },
  plugins: async (folder) => {
    // It is brought along instead.
    statusWasm = await readFile(join(folder, "status-page/plugin.wasm"));
    await rm(join(folder, "status-page"), { recursive: true });
    cView = await readFile(join(FIXTURES, "c-view/plugin.wasm"));
  },
});

/** The config.toml of the view under a name of its own. */
function config(name, { domains = [status], plugins = [] } = {}) {
  return `name = "${name}"
description = "How the shop's suppliers are."
kind = "view"
allowed_domains = ${JSON.stringify(domains)}
allowed_plugins = ${JSON.stringify(plugins)}

[[options]]
name = "url"
type = "text"
default = "${status}"
help = "Where the status page is."

[[options]]
name = "every"
type = "duration"
default = "60s"
help = "How often it asks again."
`;
}

/** Drops files on the page, as a person does from a folder. */
async function drop(person, files) {
  const contents = Object.entries(files).map(([name, content]) => [name, Buffer.from(content).toString("base64")]);
  const transfer = await person.page.evaluateHandle((contents) => {
    const transfer = new DataTransfer();
    for (const [name, base64] of contents) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    return transfer;
  }, contents);
  await person.page.dispatchEvent("body", "dragover", { dataTransfer: transfer });
  await person.page.getByText("Drop a view here").waitFor();
  await person.page.dispatchEvent("body", "drop", { dataTransfer: transfer });
}

const dialog = (person) => person.page.getByRole("dialog", { name: "A view of your own" });
const view = (person, name) => person.page.getByRole("group", { name: `View ${name}`, exact: true });
const message = (person) => person.page.getByRole("log", { name: "Messages" });

/** Opens what the view of a cell may reach, once that says something. */
async function grants(person, name, says = status) {
  const details = view(person, name).locator("details.grants").filter({ hasText: says });
  const summary = details.getByText(`What ${name} may reach`);
  await summary.waitFor();
  if ((await details.getAttribute("open")) === null) await summary.click();
  return details;
}

/** Drops a view and allows it. */
async function bring(person, name, options) {
  await drop(person, { "plugin.wasm": statusWasm, "config.toml": config(name, options) });
  await dialog(person).getByRole("heading", { name: `Use the view ${name} in this browser?` }).waitFor();
  await dialog(person).getByRole("button", { name: "Allow" }).click();
}

journey(now, "a view is dropped, says what it asks for, and works once it is allowed", async () => {
  const ada = await Person.arrive(now);
  await ada.newNotebook("Brought along");
  const before = asked;
  await drop(ada, { "plugin.wasm": statusWasm, "config.toml": config("suppliers", { plugins: ["demo"] }) });
  await reads(dialog(ada), /How the shop's suppliers are\./);
  await reads(dialog(ada), new RegExp(`requests from your browser to ${status}`));
  await reads(dialog(ada), /calls of the plugin demo on the server/);
  await ada.screenshot("own-view-asks");
  assert.equal(asked, before, "nothing is asked before it is allowed");
  await dialog(ada).getByRole("button", { name: "Allow" }).click();
  await message(ada).getByRole("button", { name: "Add a cell" }).click();
  await reads(view(ada, "suppliers"), /Card payments fail/);
  assert.ok(asked > before);
  // What was opened stays open while the view answers.
  const upgrade = view(ada, "suppliers").getByRole("group").filter({ hasText: "Database upgrade" });
  await upgrade.getByText("Database upgrade").click();
  const soFar = asked;
  await view(ada, "suppliers").getByRole("button", { name: "Refresh" }).click();
  await eventually("it asked again", () => asked > soFar);
  await view(ada, "suppliers").getByText("Asking …").waitFor({ state: "detached" });
  assert.notEqual(await upgrade.getAttribute("open"), null);
  const details = await grants(ada, "suppliers");
  await reads(details, new RegExp(status));
  await ada.screenshot("own-view-works");
  // It is there again with the next visit.
  await ada.page.reload();
  await reads(view(ada, "suppliers"), /Card payments fail/);
});

journey(now, "a refused view does not run", async () => {
  const ada = await Person.arrive(now, { colorScheme: "dark", viewport: PHONE });
  await ada.newNotebook("Refused");
  const before = asked;
  await ada.type("@view=suppliers");
  await reads(view(ada, "suppliers"), /There is no view `suppliers`\. To use one of your own, drop its plugin\.wasm/);
  await drop(ada, { "plugin.wasm": statusWasm, "config.toml": config("suppliers") });
  await dialog(ada).getByRole("heading").waitFor();
  await ada.screenshot("own-view-asks-dark-phone");
  await dialog(ada).getByRole("button", { name: "Refuse" }).click();
  await dialog(ada).waitFor({ state: "detached" });
  await reads(view(ada, "suppliers"), /There is no view `suppliers`/);
  assert.equal(asked, before);
});

journey(now, "what was allowed is taken back on the cell, and given again", async () => {
  const ada = await Person.arrive(now);
  await ada.newNotebook("Revoked");
  await bring(ada, "suppliers");
  await ada.type("@view=suppliers");
  await reads(view(ada, "suppliers"), /Card payments fail/);
  const details = await grants(ada, "suppliers");
  await details.getByRole("button", { name: "Revoke" }).click();
  await reads(view(ada, "suppliers"), /The view suppliers was refused in this browser\./);
  await view(ada, "suppliers").getByText("Card payments fail").waitFor({ state: "detached" });
  const before = asked;
  await ada.page.reload();
  await reads(view(ada, "suppliers"), /was refused in this browser/);
  assert.equal(asked, before);
  await view(ada, "suppliers").getByRole("button", { name: "Allow" }).click();
  await reads(view(ada, "suppliers"), /Card payments fail/);
  await (await grants(ada, "suppliers")).getByRole("button", { name: "Remove from this browser" }).click();
  await reads(view(ada, "suppliers"), /There is no view `suppliers`/);
});

journey(now, "a view is offered with the notebook: others are asked, each decides, the offer is withdrawn", async () => {
  const ada = await Person.arrive(now);
  const path = await ada.newNotebook("Offered");
  await bring(ada, "suppliers");
  await ada.type("@view=suppliers");
  await reads(view(ada, "suppliers"), /Card payments fail/);

  const grace = await Person.arrive(now);
  await grace.open(path);
  await reads(view(grace, "suppliers"), /There is no view `suppliers`/);

  const details = await grants(ada, "suppliers");
  await details.getByRole("button", { name: "Offer to this notebook" }).click();
  await details.getByRole("button", { name: "Withdraw the offer" }).waitFor();

  // Who has it open is asked without a reload.
  const asks = /This notebook brings a view, suppliers\. Allow it here\?/;
  await reads(view(grace, "suppliers"), asks);
  await reads(view(grace, "suppliers"), new RegExp(`requests from your browser to ${status}`));
  await grace.screenshot("own-view-offered");
  const before = asked;
  await view(grace, "suppliers").getByRole("button", { name: "Refuse" }).click();
  await reads(view(grace, "suppliers"), /was refused in this browser/);
  await grace.page.reload();
  await reads(view(grace, "suppliers"), /was refused in this browser/);
  assert.equal(asked, before, "nothing is asked for who refused");
  await view(grace, "suppliers").getByRole("button", { name: "Allow" }).click();
  await reads(view(grace, "suppliers"), /Card payments fail/);
  await reads(await grants(grace, "suppliers"), /Comes with this notebook; you allowed it\./);

  // An offer that asks for more is another one.
  await drop(ada, {
    "plugin.wasm": statusWasm,
    "config.toml": config("suppliers", { domains: [status, "https://status.example"] }),
  });
  await reads(dialog(ada), /https:\/\/status\.example\. This server's pages may not go there yet/);
  await dialog(ada).getByRole("button", { name: "Allow" }).click();
  await (await grants(ada, "suppliers", "https://status.example")).getByRole("button", { name: "Offer again" }).click();
  await reads(view(grace, "suppliers"), asks);

  await (await grants(ada, "suppliers")).getByRole("button", { name: "Withdraw the offer" }).click();
  await reads(view(grace, "suppliers"), /There is no view `suppliers`/);
});

journey(now, "a view without a config.toml asks for nothing; a new build of it takes its place", async () => {
  const ada = await Person.arrive(now);
  await ada.newNotebook("Bare");
  await drop(ada, { "counter.wasm": cView });
  await reads(dialog(ada), /It reaches nothing: it sees what the cell shows, and no more\./);
  await dialog(ada).getByRole("button", { name: "Allow" }).click();
  await ada.type("@view=counter");
  await view(ada, "counter").getByRole("button", { name: /count/i }).waitFor();
  // It may do no more than before, so nobody is asked.
  await drop(ada, { "counter.wasm": statusWasm });
  await reads(message(ada), /counter was replaced in this browser\./);
  await reads(view(ada, "counter"), /No status page is named\./);
});

journey(now, "files that are no view say what they are", async () => {
  const ada = await Person.arrive(now);
  await ada.newNotebook("No view");
  const refused = async (files, words) => {
    await drop(ada, files);
    await reads(dialog(ada), words);
    await dialog(ada).getByRole("button", { name: "Close" }).click();
    await dialog(ada).waitFor({ state: "detached" });
  };
  await refused({ "notes.txt": "hello" }, /There is no view among these files/);
  await refused({ "a.wasm": cView, "b.wasm": cView }, /These are 2 views; bring one at a time/);
  await refused({ "plugin.wasm": "#!/bin/sh" }, /this is not WebAssembly/);
  await refused({ "plugin.wasm": Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) }, /core WebAssembly module, not a component/);
  await refused(
    { "plugin.wasm": statusWasm, "config.toml": 'name = "suppliers"\nkind = "backend"\n' },
    /config\.toml says that `suppliers` is a backend plugin/,
  );
  await refused(
    { "plugin.wasm": statusWasm, "config.toml": `${config("suppliers")}colour = 1` },
    /config\.toml:\d+:\d+: unknown key `colour` in `\[\[options\]\]`; known keys are name, choices, type, default/,
  );
  await refused({ "plugin.wasm": statusWasm, "config.toml": config("heatmap") }, /The server has a plugin `heatmap` already/);
  await ada.screenshot("own-view-refused");
});

journey(now, "who drops nothing chooses the files on the page of plugins", async () => {
  const ada = await Person.arrive(now);
  await ada.open("/plugins");
  const own = ada.page.getByRole("region", { name: "Views of your own" });
  await own.getByLabel("Files of a view").setInputFiles([
    { name: "plugin.wasm", mimeType: "application/wasm", buffer: statusWasm },
    { name: "config.toml", mimeType: "", buffer: Buffer.from(config("suppliers")) },
  ]);
  await dialog(ada).getByRole("button", { name: "Allow" }).click();
  const row = own.getByRole("listitem").filter({ hasText: "How the shop's suppliers are." });
  await row.getByText("allowed", { exact: true }).waitFor();
  await ada.screenshot("own-views");
  await row.getByRole("button", { name: "Revoke" }).click();
  await row.getByText("refused", { exact: true }).waitFor();
  await ada.page.setViewportSize(PHONE);
  await ada.screenshot("own-views-phone");
  await row.getByRole("button", { name: "Remove" }).click();
  await row.waitFor({ state: "detached" });
});
