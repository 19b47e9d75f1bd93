// A gRPC-web client that shares nothing with us but proto/ calls databook.Databook/get.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { connect } from "./client.mjs";

const ROOT = resolve(import.meta.dirname, "../..");
const SERVER = process.env.TEST_SERVER ?? join(ROOT, "target/release/server");
const PLUGINS = process.env.TEST_PLUGINS ?? join(ROOT, "target/plugins");
const PAGE = process.env.TEST_PAGE ?? join(ROOT, "target/site");

let folder;
let server;
let client;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "databook-foreign-"));
  client = await connect(await startServer(join(folder, "data")), "databook.Databook");
});

after(async () => {
  if (server && server.exitCode === null) {
    server.kill("SIGKILL");
    await once(server, "exit");
  }
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function startServer(data) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("DATABOOK_")),
  );
  const places = ["--data", data, "--plugins", PLUGINS, "--app", PAGE];
  server = spawn(SERVER, ["--listen", "127.0.0.1:0", ...places], { env });
  const printed = [];
  const lines = (stream) => createInterface({ input: stream });
  return new Promise((found, failed) => {
    for (const output of [lines(server.stdout), lines(server.stderr)]) {
      output.on("line", (line) => {
        printed.push(line);
        const address = line.match(/listening on (http:\/\/[^\s"/]+)/);
        if (address) found(address[1]);
      });
    }
    server.once("error", failed);
    server.once("close", () => failed(new Error(`the server ended:\n${printed.join("\n")}`)));
  });
}

test("get answers a gRPC-web client with text", async () => {
  const reply = await client.get({ name: "hello_world", options: { name: "Ada" } });
  assert.equal(reply.output, "Hello, Ada!");
  assert.deepEqual(reply.answer.output, { case: "text", value: "Hello, Ada!" });
});

test("get answers a gRPC-web client with frames", async () => {
  const reply = await client.get({ name: "demo", options: { query: "requests" } });
  assert.equal(reply.answer.output.case, "frames");
  assert.ok(reply.answer.output.value.frames.length > 0);
});

test("a failure reaches a gRPC-web client as a status that suggests the nearest name", async () => {
  await assert.rejects(client.get({ name: "hello_wrold" }), (error) => {
    assert.ok(error instanceof ConnectError);
    assert.ok([Code.NotFound, Code.InvalidArgument].includes(error.code), Code[error.code]);
    assert.match(error.message, /hello_world/);
    // As typed as the answer: a client can show message and hint apart.
    assert.deepEqual(error.details.map((detail) => detail.type), ["databook.Failure"]);
    return true;
  });
});
