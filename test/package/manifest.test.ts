import { readFileSync } from 'node:fs';
import test from 'ava';

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

test('what is published depends on ranges, and on no data set', (t) => {
  for (const range of Object.values<string>(manifest.dependencies)) t.regex(range, /^\^/);
  for (const [name, range] of Object.entries<string>(manifest.peerDependencies)) {
    t.regex(range, name === '@duckdb/node-api' ? /^\*$/ : /^\^/, name);
    t.true(manifest.peerDependenciesMeta[name]?.optional, name);
  }
  t.false('provenance' in manifest.publishConfig);
});

test('TypeScript that knows no exports finds the types of every entry, too', (t) => {
  const { exports, typesVersions } = manifest;
  const entries = Object.entries<{ types?: string }>(exports).flatMap(([path, { types }]) =>
    path === '.' || types === undefined ? [] : [[path.slice(2), [types.slice(2)]]],
  );
  t.true(entries.length > 5);
  t.deepEqual(typesVersions, { '*': Object.fromEntries(entries) });
});
