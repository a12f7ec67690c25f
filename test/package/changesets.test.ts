import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test from 'ava';

interface Changeset {
  readonly summary: string;
  readonly releases: readonly { readonly name: string; readonly type: string }[];
}

const require = createRequire(import.meta.url);
const { default: parse }: { default: (text: string) => Changeset } = require('@changesets/parse');
const root = new URL('../../', import.meta.url);
const folder = new URL('.changeset/', root);
const files = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md');

test('every changeset is one by changesets’ own parser', (t) => {
  t.true(files.length > 0);
  for (const name of files) {
    const { summary, releases } = parse(readFileSync(new URL(name, folder), 'utf8'));
    t.is(releases.length, 1, name);
    t.is(releases[0].name, 'spillway', name);
    t.true(['patch', 'minor'].includes(releases[0].type), name);
    t.true(summary.length > 20, name);
  }
});

test('the example in its README is one', (t) => {
  const text = readFileSync(new URL('README.md', folder), 'utf8');
  const [, example] = text.match(/```markdown\n([\s\S]*?)```/) ?? [];
  t.is(parse(example).releases[0]?.name, 'spillway');
});

test('what is published depends on ranges, and on no data set', (t) => {
  const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  for (const range of Object.values<string>(manifest.dependencies)) t.regex(range, /^\^/);
  for (const [name, range] of Object.entries<string>(manifest.peerDependencies)) {
    t.regex(range, name === '@duckdb/node-api' ? /^\*$/ : /^\^/, name);
    t.true(manifest.peerDependenciesMeta[name]?.optional, name);
  }
  t.false('provenance' in manifest.publishConfig);
});

test('TypeScript that knows no exports finds the types of every entry, too', (t) => {
  const { exports, typesVersions } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  const entries = Object.entries<{ types?: string }>(exports).flatMap(([path, { types }]) =>
    path === '.' || types === undefined ? [] : [[path.slice(2), [types.slice(2)]]],
  );
  t.true(entries.length > 5);
  t.deepEqual(typesVersions, { '*': Object.fromEntries(entries) });
});
