// The programs a journey needs, for real: Prometheus, the server, and the folder each works in.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
const SERVER = process.env.TEST_SERVER ?? join(ROOT, "target/release/server");
const PLUGINS = process.env.TEST_PLUGINS ?? join(ROOT, "target/plugins");
/** The plugins that only the tests use. */
export const FIXTURES = process.env.TEST_FIXTURES ?? join(ROOT, "target/fixtures");
export const PAGE = process.env.TEST_PAGE ?? join(ROOT, "target/site");

// How long anything that should happen at once may take on two busy cores.
export const PATIENCE_MS = Number(process.env.PATIENCE_MS ?? 20_000);
const LOOK_EVERY_MS = 50;
// Of what a program prints, this much is kept for the report of a failure.
const KEPT_CHARACTERS = 20_000;

/** Resolves with the first truthy value of `check`; an error of `check` counts as "not yet". */
export async function eventually(what, check) {
  const deadline = performance.now() + PATIENCE_MS;
  for (let last; ; ) {
    try {
      const value = await check();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) throw new Error(`never happened: ${what}`, { cause: last });
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
  }
}

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** A program with its output kept. */
class Program {
  constructor(command, args, env) {
    this.output = "";
    this.ended = false;
    this.child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    const keep = (chunk) => (this.output = (this.output + chunk).slice(-KEPT_CHARACTERS));
    this.child.stdout.setEncoding("utf8").on("data", keep);
    this.child.stderr.setEncoding("utf8").on("data", keep);
    // "close" comes after the last output, unlike "exit".
    this.closed = new Promise((done) => {
      const end = () => ((this.ended = true), done());
      this.child.once("close", end);
      this.child.once("error", (error) => (keep(String(error)), end()));
    });
  }

  /** Waits for a line that matches, or fails with all that was printed. */
  async says(pattern) {
    return eventually(`the program says ${pattern}`, () => {
      const found = this.output.match(pattern);
      if (!found && this.ended) throw new Error(`it ended:\n${this.output}`);
      return found;
    });
  }

  /** Waits for its end, which a signal may bring; gives its exit code. */
  async end(signal) {
    if (!this.ended && signal) this.child.kill(signal);
    await this.closed;
    return this.child.exitCode;
  }
}

/** A Prometheus that scrapes itself every second. */
export class Prometheus {
  /** `history` is what it has kept from before, in OpenMetrics text with timestamps. */
  static async start({ history } = {}) {
    const prometheus = new Prometheus();
    prometheus.folder = await mkdtemp(join(tmpdir(), "databook-prometheus-"));
    if (history) {
      const file = join(prometheus.folder, "history.txt");
      await writeFile(file, history);
      const data = join(prometheus.folder, "data");
      const backfill = new Program("promtool", ["tsdb", "create-blocks-from", "openmetrics", file, data], process.env);
      if ((await backfill.end()) !== 0) throw new Error(backfill.output);
    }
    prometheus.port = await freePort();
    prometheus.url = `http://127.0.0.1:${prometheus.port}`;
    const config = join(prometheus.folder, "prometheus.yml");
    await writeFile(
      config,
      `global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - job_name: prometheus
    static_configs: [{ targets: ["127.0.0.1:${prometheus.port}"] }]
`,
    );
    prometheus.program = new Program(
      "prometheus",
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(prometheus.folder, "data")}`,
        `--web.listen-address=127.0.0.1:${prometheus.port}`,
      ],
      process.env,
    );
    await eventually("Prometheus has scraped itself twice", async () => {
      if (prometheus.program.ended) throw new Error(prometheus.program.output);
      const [sample] = await prometheus.query("count_over_time(up[1m])");
      return Number(sample?.value[1]) >= 2;
    });
    return prometheus;
  }

  async query(query) {
    const response = await fetch(`${this.url}/api/v1/query?${new URLSearchParams({ query })}`);
    return (await response.json()).data.result;
  }

  async stop() {
    await this.program.end("SIGKILL");
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** An Alertmanager that tells nobody. */
export class Alertmanager {
  static async start(port) {
    const manager = new Alertmanager();
    manager.folder = await mkdtemp(join(tmpdir(), "databook-alertmanager-"));
    manager.url = `http://127.0.0.1:${port}`;
    const config = join(manager.folder, "alertmanager.yml");
    await writeFile(config, "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n");
    manager.program = new Program(
      "prometheus-alertmanager",
      [
        `--config.file=${config}`,
        `--storage.path=${join(manager.folder, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
        // Without others there is nobody to gossip with.
        "--cluster.listen-address=",
      ],
      process.env,
    );
    await eventually("Alertmanager is ready", async () => {
      if (manager.program.ended) throw new Error(manager.program.output);
      return (await fetch(`${manager.url}/-/ready`)).ok;
    });
    return manager;
  }

  /** Hands alerts in, as a Prometheus does. */
  async fire(alerts) {
    const response = await fetch(`${this.url}/api/v2/alerts`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(alerts),
    });
    if (!response.ok) throw new Error(await response.text());
  }

  async silences() {
    return (await fetch(`${this.url}/api/v2/silences`)).json();
  }

  async stop() {
    await this.program.end("SIGKILL");
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The server with a data folder of its own. */
export class Server {
  /**
   * `env` is added to the environment, for example PROMETHEUS_URL. `changePlugins` gets the path
   * of a copy of the plugins, which the server then uses.
   */
  static async start(env = {}, changePlugins) {
    const server = new Server();
    server.data = await mkdtemp(join(tmpdir(), "databook-data-"));
    server.plugins = PLUGINS;
    if (changePlugins) {
      server.plugins = join(server.data, "plugins");
      await cp(PLUGINS, server.plugins, { recursive: true });
      await changePlugins(server.plugins);
    }
    // The caller's own settings are not the test's.
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith("DATABOOK_"));
    server.env = { ...Object.fromEntries(own), ...env };
    await server.run(0);
    return server;
  }

  async run(port) {
    this.program = new Program(
      SERVER,
      [
        ["--listen", `127.0.0.1:${port}`],
        ["--data", this.data],
        ["--plugins", this.plugins],
        ["--app", PAGE],
      ].flat(),
      this.env,
    );
    [, this.url] = await this.program.says(/listening on (http:\/\/[^\s"]+)/);
    this.url = this.url.replace(/\/$/, "");
    this.port = Number(new URL(this.url).port);
  }

  /** SIGKILL: the server gets no chance to tidy up. */
  async kill() {
    await this.program.end("SIGKILL");
  }

  /** Starts again on the same port, with the same data. */
  async restart() {
    await this.run(this.port);
  }

  async stop() {
    await this.program.end("SIGKILL");
    await rm(this.data, { recursive: true, force: true });
  }
}
