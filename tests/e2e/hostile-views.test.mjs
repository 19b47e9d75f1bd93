// A view can neither harm the page nor reach past it, whatever it does: it ends with words that say
// what it did, and everything around it goes on. Once with the page's policy and once without, so
// that nothing here rests on the policy alone.
import assert from "node:assert/strict";
import { cp, mkdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Person, askWorkers, eventually, journey, reads, stage } from "./harness.mjs";
import { FIXTURES } from "./programs.mjs";

const MAX_COMPONENT_BYTES = 32 << 20;

/** The folder of a plugin that is broken in its own way. */
async function broken(folder, name, { kind = "view", says = name, more = "", wasm }) {
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, "config.toml"), `name = "${says}"\nkind = "${kind}"\n${more}`);
  await writeFile(join(folder, name, "plugin.wasm"), wasm);
}

/** Bytes in the place of as many others. */
function changed(wasm, from, to) {
  assert.equal(from.length, to.length);
  return Buffer.from(wasm.toString("latin1").replaceAll(from, to), "latin1");
}

const now = stage({
  plugins: async (folder) => {
    for (const name of ["hostile-view", "c-view"]) {
      await cp(join(FIXTURES, name), join(folder, name), { recursive: true });
    }
    const view = await readFile(join(folder, "hostile-view/plugin.wasm"));
    const backend = await readFile(join(folder, "demo/plugin.wasm"));
    const more = '[limits]\nnodes = 6000\n[[options]]\nname = "do"\n[[options]]\nname = "count"\n';
    await broken(folder, "roomy", { more, wasm: view });
    await broken(folder, "no-wasm", { wasm: "#!/bin/sh\n" });
    await broken(folder, "core-module", { wasm: Buffer.from("\0asm\x01\0\0\0", "latin1") });
    await broken(folder, "newer", { wasm: changed(view, "@1.0.0", "@2.0.0") });
    await broken(folder, "foreign", { wasm: changed(view, "plugin/page@", "plugin/pagf@") });
    await broken(folder, "huge", { wasm: view });
    await truncate(join(folder, "huge/plugin.wasm"), MAX_COMPONENT_BYTES + 1);
    await broken(folder, "misnamed", { says: "somebody-else", wasm: view });
    await broken(folder, "backend-as-view", { wasm: backend });
    await broken(folder, "view-as-backend", { kind: "backend", wasm: view });
  },
});

/** Somebody whose page tells of everything that should not happen. */
async function arrive(policy) {
  const person = await Person.arrive(now, { bypassCSP: policy === "off" });
  person.dialogs = [];
  person.foreign = [];
  person.page.on("dialog", async (dialog) => {
    person.dialogs.push(dialog.message());
    await dialog.dismiss();
  });
  const { host } = new URL(now.server.url);
  const look = (request) => {
    const url = new URL(request.url());
    if (!["data:", "blob:"].includes(url.protocol) && url.host !== host) person.foreign.push(url.href);
  };
  // Of the whole profile: workers and tabs that a link opened as well.
  person.context.on("request", look);
  return person;
}

/** The part of the page in which the view of a cell is. */
function viewOf(person, number, name = "hostile-view") {
  return person.cell(number).getByRole("group", { name: `View ${name}`, exact: true });
}

/** A new cell with this text, at once: a view would start with each letter. */
async function cell(person, text) {
  const number = await person.type("-");
  await person.retype(number, text);
  return number;
}

/** A notebook whose first cell is a view that counts, for the proof that all goes on. */
async function begin(person, title) {
  await person.newNotebook(title);
  person.counter = await cell(person, "@view=c-view");
  person.counted = 0;
  await stillGoesOn(person);
}

/** The page answers to keys, another view to its button, and nothing was run or asked for. */
async function stillGoesOn(person) {
  const counter = viewOf(person, person.counter, "c-view");
  await counter.getByRole("button", { name: "Count", exact: true }).click();
  person.counted += 1;
  await reads(counter, new RegExp(`Pressed ${person.counted} time`));
  await person.title.fill(`Title ${person.counted}`);
  assert.equal(await person.title.inputValue(), `Title ${person.counted}`);
  assert.equal(await person.page.evaluate(() => window.pwned), undefined);
  assert.deepEqual(person.dialogs, []);
  assert.deepEqual(person.foreign, []);
}

/** What an expression gives in each worker of the page. */
async function inWorkers(person, expression) {
  return askWorkers(person, async (send) => {
    const { result } = await send("Runtime.evaluate", { expression, returnByValue: true });
    return result.value ?? JSON.stringify(result);
  });
}

/** The tags and attributes below an element that could run or fetch something. */
async function dangers(view) {
  return view.evaluate((root) => {
    const found = [];
    for (const element of root.querySelectorAll("*")) {
      const tag = element.localName;
      if (["script", "iframe", "object", "embed", "style", "link", "base", "meta"].includes(tag)) {
        found.push(`<${tag}>`);
      }
      for (const { name, value } of element.attributes) {
        if (name.startsWith("on") || ["style", "srcdoc", "action", "formaction"].includes(name)) {
          found.push(`${tag} ${name}`);
        }
        const allowed = {
          href: /^(https?:|mailto:|data:application\/octet-stream;base64,|#)/,
          "xlink:href": /^#/,
          src: /^data:image\//,
          srcset: /^$/,
        }[name];
        if (allowed && !allowed.test(value)) found.push(`${tag} ${name}=${value}`);
      }
    }
    return found;
  });
}

const TRAP = /the view crashed:.*unreachable/;
const BREAKS = "the view's answer breaks its contract: ";
const TREE = "the view's tree cannot be shown: ";

/** What the view does and the words with which it ends, at its start or after a press. */
const ENDS = [
  ["do=trap", TRAP],
  ["do=memory", TRAP],
  ["do=recursion", /the view crashed:.*call stack/i],
  ["do=post", TRAP],
  ["do=result as=outside", `${BREAKS}it points outside of its memory`],
  ["do=result as=last", `${BREAKS}it points outside of its memory`],
  ["do=result", `${BREAKS}it says case 2 of \`result\``],
  ["do=nodes", `${BREAKS}it is larger than 33554432 bytes`],
  ["do=nodes count=6000", `${TREE}the widget tree has 6000 nodes, at most 5000`],
  ["do=deep", `${TREE}the widget tree has 100000 nodes, at most 5000`],
  ["do=deep count=4000", `${TREE}widget 32 is nested deeper than 32 levels`],
  ["do=cycle", `${TREE}widget 1 names child 0`],
  ["do=self", `${TREE}widget 0 names child 0`],
  ["do=outside", `${TREE}widget 1 names child 4294967295`],
  ["do=shared", `${TREE}widget 2 is the child of more than one widget`],
  ["do=alias", `${BREAKS}it is larger than 33554432 bytes`],
  ["do=lie as=text-bytes", `${BREAKS}a text in it is not UTF-8`],
  ["do=lie as=text-start place=40", `${BREAKS}it points outside of its memory`],
  ["do=lie as=text-length place=40", `${BREAKS}it points outside of its memory`],
  ["do=lie as=list-start place=9", `${BREAKS}it points outside of its memory`],
  ["do=lie as=list-length place=9", `${BREAKS}it points outside of its memory`],
  ["do=lie as=list-longest place=9", `${BREAKS}it points outside of its memory`],
  ["do=lie as=list-alignment place=9", `${BREAKS}it points to `],
  ["do=lie as=case place=9", /breaks its contract: it says case \d+ of/],
  ["do=lie as=flag place=9", `${BREAKS}it says 2 where only true or false can stand`],
  ["do=effects", "the view asks for 100000 effects at once, at most 32"],
  ["do=slots", "the view asks for 1000 changes of slots at once, at most 100"],
  ["do=failure", "<img src=x onerror="],
  ["do=failure as=long", /y{1000}/],
];

journey(now, "a tree has at most the widgets that its view's config.toml says", async () => {
  const ada = await Person.arrive(now);
  await ada.newNotebook("Roomy");
  const number = await cell(ada, "@view=roomy do=nodes count=6001");
  await reads(viewOf(ada, number, "roomy"), `${TREE}the widget tree has 6001 nodes, at most 6000`);
  await ada.retype(number, "@view=roomy do=nodes count=6000");
  await ada.editor(number).press("Control+Enter");
  await ada.cell(number).locator(".view:not(:has(.failure)) .view-content > *").waitFor({ state: "attached" });
});

for (const policy of ["on", "off"]) {
  journey(now, `a view that misbehaves ends with words, and nothing else does: policy ${policy}`, async () => {
    const ada = await arrive(policy);
    await begin(ada, "Misbehaviour");
    const number = await cell(ada, "@view=hostile-view do=fine");
    const view = viewOf(ada, number);
    await reads(view, "All is well.");
    const retry = view.getByRole("button", { name: "Run the view again", exact: true });
    const start = async (options) => {
      await ada.retype(number, `@view=hostile-view ${options}`);
      await ada.editor(number).press("Control+Enter");
    };
    for (const [options, words] of ENDS) {
      await start(options);
      await reads(view, words);
      await retry.waitFor();
      assert.deepEqual(await dangers(view), [], options);
      await stillGoesOn(ada);

      await start(`${options} when=press`);
      await reads(view, "It waits for a press.");
      await view.getByRole("button", { name: "Go", exact: true }).click();
      await reads(view, words);
      await retry.waitFor();
      await stillGoesOn(ada);
    }
    // What is put right runs again.
    await start("do=fine");
    await reads(view, "All is well.");
    assert.equal(await retry.count(), 0);
    await ada.screenshot(`hostile-view-${policy}`);
  });

  journey(now, `a view that does not come back is ended: policy ${policy}`, async () => {
    const ada = await arrive(policy);
    await begin(ada, "Loops");
    for (const options of ["do=loop", "do=post as=loop"]) {
      const number = await cell(ada, `@view=hostile-view ${options}`);
      // While it loops, too.
      await stillGoesOn(ada);
      await reads(viewOf(ada, number), "took more than 5000 ms to show something and was ended");
    }
    for (const options of ["do=loop", "do=realloc as=loop"]) {
      const number = await cell(ada, `@view=hostile-view ${options} when=press`);
      const go = viewOf(ada, number).getByRole("button", { name: "Go", exact: true });
      await go.click();
      if (options.startsWith("do=realloc")) {
        // The allocator lies from the next event on.
        await go.click();
      }
      await reads(viewOf(ada, number), "took more than 5000 ms to answer and was ended");
    }
    for (const [how, words] of [
      ["outside", "it gives no memory for"],
      ["odd", "it gives no memory for"],
      ["trap", "its allocator failed"],
    ]) {
      const number = await cell(ada, `@view=hostile-view do=realloc as=${how}`);
      await viewOf(ada, number).getByRole("button", { name: "Go", exact: true }).click();
      await reads(viewOf(ada, number), words);
    }
    await stillGoesOn(ada);
  });

  journey(now, `texts of a view stay texts in every field of every widget: policy ${policy}`, async () => {
    const ada = await arrive(policy);
    await begin(ada, "Markup");
    for (const [what, words] of [
      ["everything", "text"],
      ["markup", "<script>window.pwned=1;alert(1)</script>"],
      ["links", "javascript:window.pwned=1"],
      ["pictures", "a picture of a kind that is not shown"],
    ]) {
      const number = await cell(ada, `@view=hostile-view do=${what}`);
      const view = viewOf(ada, number);
      await reads(view, words);
      assert.deepEqual(await dangers(view), [], what);
      await stillGoesOn(ada);
      await ada.retype(number, "-");
    }
    // Text of the log and of a failure is text as well.
    const number = await cell(ada, "@view=hostile-view do=log as=markup");
    const log = viewOf(ada, number).getByText("Log of the view: 7 lines");
    await log.click();
    await reads(viewOf(ada, number), "info: <img src=x onerror=");
    assert.deepEqual(await dangers(viewOf(ada, number)), []);
    await stillGoesOn(ada);
  });

  journey(now, `what was not granted is refused, and no request leaves: policy ${policy}`, async () => {
    const ada = await arrive(policy);
    await begin(ada, "Wishes");
    for (const [options, words] of [
      ["do=http url=http://foreign.invalid/x", "Denied: `hostile-view` is not granted http://foreign.invalid"],
      ["do=http url=http://granted.example.foreign.invalid/x", "Denied: "],
      ["do=http url=http://granted.example@foreign.invalid/x", "Denied: "],
      ["do=http url=http://granted.example:8080/x", "Denied: "],
      ["do=http url=https://granted.example/x", "Denied: "],
      ["do=http url=//foreign.invalid/x", "Invalid: "],
      ["do=http url=/n/1", "Invalid: "],
      ["do=http url=javascript:window.pwned=1", "Invalid: "],
      ["do=http url=data:text/plain,x", "Invalid: "],
      ["do=http url=blob:http://foreign.invalid/1", "Invalid: "],
      [`do=http url=${now.server.url}/healthz`, "Denied: "],
      ["do=invoke", "Denied: `hostile-view` is not granted the plugin `demo`"],
      ["do=set-option", "Denied: `nobody-knows-it` is no option of `hostile-view`"],
    ]) {
      const number = await cell(ada, `@view=hostile-view ${options}`);
      await reads(viewOf(ada, number), `It came back: ${words}`);
      await ada.retype(number, "-");
    }
    await stillGoesOn(ada);
  });

  journey(now, `a view that never rests leaves the page to the reader: policy ${policy}`, async () => {
    const ada = await arrive(policy);
    await begin(ada, "Floods");
    for (const how of ["refused", "timer", "tree"]) {
      await cell(ada, `@view=hostile-view do=endless as=${how}`);
    }
    const logs = await cell(ada, "@view=hostile-view do=log");
    await reads(viewOf(ada, logs), "Log of the view: 200 lines");
    await reads(viewOf(ada, logs - 1), /Turn [1-9]/);
    for (let turn = 0; turn < 5; turn += 1) await stillGoesOn(ada);
    // By itself it goes on as often as a screen shows something, and not as often as it can.
    const turn = async () => Number((await viewOf(ada, logs - 1).textContent()).match(/Turn (\d+)/)[1]);
    const [from, since] = [await turn(), performance.now()];
    await eventually("some time has passed", () => performance.now() - since > 2_000);
    const each = (performance.now() - since) / ((await turn()) - from);
    assert.ok(each > 12, `a turn took ${each} ms`);
    // What is typed is there within the time in which it feels at once, with room for busy cores.
    const asked = await ada.page.evaluate(() => performance.now());
    await ada.editor(logs).press("End");
    await ada.page.keyboard.type(" x");
    const took = (await ada.page.evaluate(() => performance.now())) - asked;
    assert.ok(took < 2_000, `two letters took ${Math.round(took)} ms`);
  });

  journey(now, `a worker has nothing to reach out with: policy ${policy}`, async () => {
    const ada = await arrive(policy);
    await begin(ada, "Worker");
    const names = [
      "fetch", "fetchLater", "Request", "XMLHttpRequest", "WebSocket", "WebSocketStream", "WebTransport",
      "EventSource", "RTCPeerConnection", "importScripts", "Worker", "SharedWorker",
      "BroadcastChannel", "MessageChannel", "indexedDB", "caches", "cookieStore", "navigator",
      "location", "FileReader", "FileReaderSync", "Notification", "setTimeout", "postMessage", "eval",
      "addEventListener", "dispatchEvent", "close",
    ];
    const look = (names) => {
      const there = [];
      for (const name of names) {
        for (let scope = self; scope && scope !== Object.prototype; scope = Object.getPrototypeOf(scope)) {
          const { value, get } = Object.getOwnPropertyDescriptor(scope, name) ?? {};
          if (value !== undefined || get !== undefined) there.push(name);
        }
      }
      return there;
    };
    // One of them runs the counter; the spare one is not stripped before it has been loaded.
    await eventually("a worker that runs a view has none of them", async () => {
      const left = await inWorkers(ada, `(${look})(${JSON.stringify(names)})`);
      if (left.some((names) => names.length === 0)) return true;
      throw new Error(JSON.stringify(left));
    });
    await stillGoesOn(ada);
  });
}

journey(now, "a file that is no view is listed with what it is, and a cell says so", async () => {
  const ada = await arrive("on");
  const cases = [
    ["no-wasm", /plugin\.wasm: this is not WebAssembly/],
    ["core-module", /plugin\.wasm: this is a core WebAssembly module, not a component/],
    ["newer", /made for version 2\.0\.0 of the contract, this page knows 1\.0\.0/],
    ["foreign", /the component wants `databook:plugin\/pagf@1\.0\.0`/],
    ["huge", /the file has 33554433 bytes, at most 33554432 are taken/],
    ["misnamed", /the name is `somebody-else`, but the folder is `misnamed`/],
    ["backend-as-view", /this is a backend plugin: it runs in the server/],
  ];
  await ada.newNotebook("Broken");
  for (const [name, words] of cases) {
    const number = await cell(ada, `@view=${name}`);
    await reads(viewOf(ada, number, name), words);
    await ada.retype(number, "-");
  }
  const number = await cell(ada, "@plugin=view-as-backend");
  await ada.editor(number).press("Control+Enter");
  await reads(ada.output(number), /plugin\.wasm (imports `databook:plugin\/page|does not export `invoke`)/);

  await ada.open("/plugins");
  for (const [name, words] of cases) {
    const plugin = ada.page.getByRole("listitem").filter({
      has: ada.page.getByRole("heading", { name, exact: true }),
    });
    await reads(plugin, words);
  }
});
