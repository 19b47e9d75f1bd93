// What the benchmarks in Chromium share: notebooks that are made by operations, and figures.
import { randomBytes } from "node:crypto";

// The server takes so many proposals in one submission.
export const BATCH = 200;
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** 128 random bits as 26 characters of Crockford base 32. */
export function newId() {
  let bits = BigInt(`0x${randomBytes(16).toString("hex")}`);
  let id = "";
  for (let place = 0; place < 26; place += 1) {
    id = ALPHABET[Number(bits & 31n)] + id;
    bits >>= 5n;
  }
  return id;
}

/** A kind of operation as the protocol has it. */
export const operation = (name, value) => ({ case: name, value });

/** Operations that insert a cell for each text, one after another. */
export function insertions(texts) {
  let after;
  return texts.map((text) => {
    const cell = newId();
    const inserted = operation("insertCell", { cell, after, text });
    after = cell;
    return inserted;
  });
}

/** A notebook that is made by handing in operations. */
export class Made {
  static async create(client, title) {
    const made = new Made();
    Object.assign(made, { client, id: newId(), actor: newId(), base: 1n });
    await client.create({ id: made.id, actor: made.actor, title });
    return made;
  }

  get path() {
    return `/n/${this.id}`;
  }

  /** Hands in operations, as many at a time as the server takes. */
  async submit(kinds) {
    for (let from = 0; from < kinds.length; from += BATCH) {
      const some = kinds.slice(from, from + BATCH);
      const proposals = some.map((kind) => ({ id: newId(), operation: { kind } }));
      const reply = await this.client.submit({
        notebook: this.id,
        actor: this.actor,
        baseSequence: this.base,
        proposals,
      });
      if (reply.refusal) throw new Error(reply.refusal.message);
      this.base = reply.sequences.at(-1);
    }
  }

  /** Runs a cell, and sees what the run wrote into the log. */
  async run(cell, source) {
    const run = { notebook: this.id, actor: this.actor, cell, run: newId(), source, widthPx: 800 };
    await this.client.run(run);
    this.base = (await this.client.read({ notebook: this.id })).snapshot.sequence;
  }
}

export function quantile(values, share) {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

export async function timed(act) {
  const begun = performance.now();
  await act();
  return performance.now() - begun;
}
