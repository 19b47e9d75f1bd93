// A journey: browsers that look at a server, the words for what a person does, and what is kept
// when it goes wrong.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { PATIENCE_MS, Prometheus, Server, eventually } from "./programs.mjs";

export { eventually, freePort } from "./programs.mjs";

export const ARTEFACTS = join(import.meta.dirname, "artefacts");
export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

// Without a sandbox, because CI is root; without what Chromium does on the network by itself.
const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

// A dropped connection is no mistake of the page: journeys kill the server.
const CONNECTION_LOST = /ERR_CONNECTION|ERR_EMPTY_RESPONSE|WebSocket|Failed to load resource|Failed to fetch/;

export async function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: CHROMIUM_FLAGS,
  });
}

/**
 * Starts a server (and a Prometheus where `prometheus` is true, or says with which `history`) and
 * a browser for a file of journeys. `plugins` may change the server's folder of plugins. The object is filled when the
 * first journey starts.
 */
export function stage({ prometheus = false, env = {}, plugins } = {}) {
  const stage = { people: [] };
  before(async () => {
    await mkdir(ARTEFACTS, { recursive: true });
    if (prometheus) stage.prometheus = await Prometheus.start(prometheus);
    const url = stage.prometheus?.url;
    stage.server = await Server.start({ ...(url && { PROMETHEUS_URL: url }), ...env }, plugins);
    stage.browser = await launch();
  });
  after(async () => {
    await stage.browser?.close();
    await stage.server?.stop();
    await stage.prometheus?.stop();
  });
  return stage;
}

/** A test with people in it; when it fails, their screens and the server's log are kept. */
export function journey(stage, name, story) {
  test(name, { timeout: 6 * PATIENCE_MS }, async () => {
    stage.people = [];
    try {
      await story();
      for (const person of stage.people) {
        if (person.mistakes.length) throw new Error(`the page reported:\n${person.mistakes.join("\n")}`);
      }
    } catch (error) {
      const file = `failed-${name.replace(/\W+/g, "-")}`;
      await writeFile(join(ARTEFACTS, `${file}.log`), stage.server.program.output);
      for (const [place, person] of stage.people.entries()) {
        // The page may be gone; the failure itself matters more.
        await person.screenshot(`${file}-${place + 1}`).catch(() => {});
      }
      throw error;
    } finally {
      await Promise.all(stage.people.map((person) => person.leave()));
    }
  });
}

/** Somebody with a browser profile of their own. */
export class Person {
  static async arrive(stage, options = {}) {
    const person = new Person();
    person.stage = stage;
    person.mistakes = [];
    person.context = await stage.browser.newContext({ viewport: DESKTOP, ...options });
    person.page = await person.context.newPage();
    person.page.setDefaultTimeout(PATIENCE_MS);
    person.page.on("pageerror", (error) => person.mistakes.push(String(error)));
    person.page.on("console", (message) => {
      const text = message.text();
      if (message.type() === "error" && !CONNECTION_LOST.test(text)) person.mistakes.push(text);
    });
    stage.people.push(person);
    return person;
  }

  async leave() {
    await this.context.close();
  }

  async open(path = "/") {
    await this.page.goto(this.stage.server.url + path);
  }

  /** The path of the page that is open. */
  get path() {
    return new URL(this.page.url()).pathname;
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  link(name) {
    return this.page.getByRole("link", { name, exact: true });
  }

  get title() {
    return this.page.getByRole("textbox", { name: "Title", exact: true });
  }

  get connection() {
    return this.page.getByRole("status", { name: "Connection" });
  }

  editor(number) {
    return this.page.getByRole("textbox", { name: `Cell ${number} source`, exact: true });
  }

  output(number) {
    return this.page.getByRole("region", { name: `Output of cell ${number}`, exact: true });
  }

  plot(number) {
    return this.output(number).getByRole("img");
  }

  /** The row of a plugin cell. */
  cell(number) {
    return this.page.getByRole("listitem").filter({ has: this.editor(number) });
  }

  /** Waits until the page is connected and takes input. */
  async isLive() {
    await this.connection.filter({ hasText: "Live" }).waitFor();
  }

  /** A new notebook with a name; gives its path. */
  async newNotebook(title) {
    await this.open("/");
    await this.isLive();
    await this.button("New notebook").click();
    await this.title.fill(title);
    await this.isLive();
    return this.path;
  }

  /** Adds a cell at the end and types into it, key by key; gives its number. */
  async type(text) {
    const editors = this.page.getByRole("textbox", { name: /^Cell \d+ source$/ });
    const before = await editors.count();
    await this.button("Add cell").click();
    await editors.nth(before).waitFor();
    const label = await editors.nth(before).getAttribute("aria-label");
    const number = Number(label.match(/\d+/)[0]);
    await this.editor(number).click();
    await this.page.keyboard.type(text);
    return number;
  }

  /** Replaces a cell's text. */
  async retype(number, text) {
    await this.editor(number).fill(text);
  }

  /** The whole page, from its top: what sticks to the top would else be drawn in the middle. */
  async screenshot(name) {
    await this.page.evaluate(() => scrollTo(0, 0));
    await this.page.screenshot({ path: join(ARTEFACTS, `${name}.png`), fullPage: true });
  }
}

/**
 * Asks each worker of the page by the devtools protocol: Playwright's own way takes `eval`, which a
 * worker no longer has. `ask` is given a function that sends a command to one worker; gives what it
 * makes of each.
 */
export async function askWorkers({ context, page }, ask) {
  const devtools = await context.newCDPSession(page);
  const asked = [];
  const waiting = new Map();
  devtools.on("Target.receivedMessageFromTarget", ({ sessionId, message }) => {
    const { id, result, error } = JSON.parse(message);
    const wanted = waiting.get(`${sessionId} ${id}`);
    if (error) wanted?.failed(new Error(error.message));
    else wanted?.done(result);
  });
  devtools.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
    if (targetInfo.type !== "worker") return;
    let id = 0;
    const send = (method, params = {}) =>
      new Promise((done, failed) => {
        id += 1;
        waiting.set(`${sessionId} ${id}`, { done, failed });
        const message = JSON.stringify({ id, method, params });
        devtools.send("Target.sendMessageToTarget", { sessionId, message }).catch(failed);
      });
    asked.push(ask(send));
  });
  await devtools.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  await eventually("there is a worker", () => asked.length > 0);
  const answers = await Promise.all(asked);
  await devtools.detach();
  return answers;
}

/** Text of a locator that is there, once it matches. */
export async function reads(locator, pattern) {
  await locator.filter({ hasText: pattern }).waitFor();
}
