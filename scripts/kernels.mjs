// Turns every kernel's source, lib/**/*.wat, into a module beside it that holds its code: words.wat -> words.wasm.ts.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import startWabt from 'wabt';

const wabt = await startWabt();
const features = { simd: true, threads: true };
const lib = fileURLToPath(new URL('../lib/', import.meta.url));
for (const name of readdirSync(lib, { recursive: true }).filter((path) => path.endsWith('.wat'))) {
  const source = wabt.parseWat(name, readFileSync(lib + name, 'utf8'), features);
  source.validate(features);
  const code = Buffer.from(source.toBinary({}).buffer).toString('base64');
  const kernel = basename(name, '.wat');
  writeFileSync(
    lib + name.replace(/wat$/, 'wasm.ts'),
    `/** ${kernel}.wat, assembled by scripts/kernels.mjs. */\nexport const ${kernel}Kernel = '${code}';\n`,
  );
}
