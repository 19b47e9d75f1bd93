// A network between one person and the server: it passes bytes on, and can be cut.
import { once } from "node:events";
import { connect, createServer } from "node:net";

export class Network {
  /** Listens on `port` of this machine and leads to `serverPort`. */
  static async start(port, serverPort) {
    const network = new Network();
    network.url = `http://127.0.0.1:${port}`;
    network.isCut = false;
    network.ends = new Set();
    network.server = createServer((near) => {
      if (network.isCut) return near.destroy();
      const far = connect(serverPort, "127.0.0.1");
      for (const [one, other] of [[near, far], [far, near]]) {
        network.ends.add(one);
        one.on("error", () => {});
        one.on("close", () => (network.ends.delete(one), other.destroy()));
      }
      near.pipe(far).pipe(near);
    });
    network.server.listen(port, "127.0.0.1");
    await once(network.server, "listening");
    return network;
  }

  cut() {
    this.isCut = true;
    for (const end of this.ends) end.destroy();
  }

  mend() {
    this.isCut = false;
  }

  async stop() {
    this.cut();
    this.server.close();
    await once(this.server, "close");
  }
}
