// Writes a .br and a .gz beside every file of a folder that gets smaller by it, all cores at once.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

// Below this size a response fits one packet either way.
const SMALLEST_BYTES = 256;
const TEXT_AND_CODE = /\.(html|css|js|mjs|wasm|svg|json|txt)$/;

const folder = process.argv[2];
const files = await readdir(folder, { recursive: true });
await Promise.all(
  files
    .filter((name) => TEXT_AND_CODE.test(name) && name !== "index.html")
    .map(async (name) => {
      const path = join(folder, name);
      const bytes = await readFile(path);
      if (bytes.length < SMALLEST_BYTES) return;
      const quality = {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
          [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
      };
      const [br, gz] = await Promise.all([
        promisify(brotliCompress)(bytes, quality),
        promisify(gzip)(bytes, { level: 9 }),
      ]);
      await writeFile(`${path}.br`, br);
      await writeFile(`${path}.gz`, gz);
    }),
);
