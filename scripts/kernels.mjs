// Turns every kernel's source, *.wat of lib and detect, into a module beside it that holds its code: words.wat -> words.wasm.ts. A source with a
// line ";; also in single precision" gives another, words.single.wasm.ts, whose sums of doubles are each rounded to a float.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import startWabt from 'wabt';

const wabt = await startWabt();
const root = fileURLToPath(new URL('../', import.meta.url));
const sources = ['lib', 'detect'].flatMap((wing) =>
  readdirSync(root + wing, { recursive: true }).map((path) => `${wing}/${path}`),
);
for (const name of sources.filter((path) => path.endsWith('.wat'))) {
  const text = readFileSync(root + name, 'utf8');
  const kernel = basename(name, '.wat');
  write(name, `${kernel}Kernel`, 'wasm.ts', text, 'assembled');
  if (text.includes(';; also in single precision')) {
    write(name, `${kernel}SingleKernel`, 'single.wasm.ts', inSingle(text), 'assembled in single precision');
  }
}

function write(name, constant, ending, text, how) {
  const source = wabt.parseWat(name, text, { simd: true });
  source.validate();
  const code = Buffer.from(source.toBinary({}).buffer).toString('hex');
  writeFileSync(
    root + name.replace(/wat$/, ending),
    `/** ${basename(name)}, ${how} by scripts/kernels.mjs. */\nexport const ${constant} = '${code}';\n`,
  );
}

/** Puts a rounding round every sum of doubles. */
function inSingle(text) {
  const sum = '(f64.add ';
  let rounded = '';
  let from = 0;
  for (let at = text.indexOf(sum); at >= 0; at = text.indexOf(sum, from)) {
    let end = at;
    for (let depth = 0; end === at || depth > 0; end++) depth += { '(': 1, ')': -1 }[text[end]] ?? 0;
    rounded += `${text.slice(from, at)}(f64.promote_f32 (f32.demote_f64 ${text.slice(at, end)}))`;
    from = end;
  }
  return rounded + text.slice(from);
}
