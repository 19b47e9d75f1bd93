// Runs one view plugin. The page posts the compiled host, then bytes; each is answered with bytes.
//
// The server sends this script with a policy of its own that lets it connect to nothing. On top of
// that, everything that reaches out is taken from the global scope before a plugin is loaded: a
// plugin cannot run JavaScript anyway, and this way there would be nothing to find.
import { initSync, Host } from "./host.js";

const KEPT = new Set(
  ("Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError " +
    "FinalizationRegistry Float32Array Float64Array Function Infinity Int8Array Int16Array " +
    "Int32Array JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect " +
    "RegExp Set String Symbol SyntaxError TextDecoder TextEncoder TypeError URIError Uint8Array " +
    "Uint8ClampedArray Uint16Array Uint32Array WeakMap WeakRef WeakSet WebAssembly globalThis " +
    "isFinite isNaN parseFloat parseInt queueMicrotask self undefined constructor console").split(" "),
);

const answer = self.postMessage.bind(self);
let host;

function strip() {
  for (let scope = self; scope && scope !== Object.prototype; scope = Object.getPrototypeOf(scope)) {
    for (const name of Object.getOwnPropertyNames(scope)) {
      if (KEPT.has(name)) continue;
      try {
        delete scope[name];
      } catch {
        // What cannot be deleted is shadowed below.
      }
      if (name in self && name !== "onmessage") {
        try {
          Object.defineProperty(self, name, { value: undefined });
        } catch {
          // Neither: it belongs to the language.
        }
      }
    }
  }
}

self.addEventListener("message", ({ data }) => {
  if (!host) {
    initSync({ module: data });
    host = new Host();
    strip();
    return;
  }
  try {
    const bytes = host.handle(new Uint8Array(data));
    answer(bytes.buffer, [bytes.buffer]);
  } catch (error) {
    // The host itself failed, for example for want of memory: the page replaces the worker.
    answer(String(error));
  }
});
