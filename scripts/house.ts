import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WINGS, wrongArrows } from './house/arrows.js';
import { declaredTwice } from './house/names.js';
import { unlisted, untidyProse } from './house/prose.js';
import { pathsIn, type Room, roomSentence, withRooms } from './house/rooms.js';

/**
 * Checks beyond a linter's: imports that point down, exported names declared once, pages wrapped, decisions short and
 * each listed once by its title, and in CONTRIBUTING.md a map of rooms that equals the rooms' own sentences. With `--write` the
 * map is written. Exit code 1 if a check fails.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const folders = ['lib', ...WINGS, 'entries', 'cli', 'bench', 'scripts', 'examples', 'datasets', 'test'];

const sources = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.[cm]?[jt]s$/.test(path) && !/\/(?:node_modules|fixtures)\/|\.wasm\.ts$/.test(path)),
);

const complaints = sources.flatMap((path) => wrongArrows(path, read(path), hasFace));
complaints.push(...declaredTwice(new Map(sources.map((path) => [path, read(path)]))));

const notes = readdirSync(join(root, 'bench'), { recursive: true, encoding: 'utf8' })
  .map((path) => `bench/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('/NOTES.md'));
const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .map((path) => `docs/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.md'));
for (const path of [
  'README.md',
  'CONTRIBUTING.md',
  'bench/README.md',
  'python/README.md',
  ...WINGS.map((wing) => `${wing}/README.md`),
  ...docs,
  ...notes,
])
  complaints.push(...untidyProse(path, read(path)));
const decisions = docs.flatMap((path) => /^docs\/decisions\/(\d.*)$/.exec(path)?.[1] ?? []);
const texts = new Map(decisions.map((file) => [file, read(`docs/decisions/${file}`)]));
complaints.push(...unlisted(read('docs/decisions/README.md'), texts));

const rooms = sources
  .filter((path) => ['lib', ...WINGS, 'datasets'].includes(path.split('/')[0]) && /\/index\.ts$/.test(path))
  .sort((a, b) => (dirname(a) < dirname(b) ? -1 : 1))
  .flatMap((path): Room[] => {
    const holds = roomSentence(read(path));
    if (holds !== undefined) return [{ path: dirname(path), holds }];
    complaints.push(`${path}: expected a comment at its top, whose first sentence says what the room holds`);
    return [];
  });
const page = read('CONTRIBUTING.md');
const mapped = withRooms(page, rooms);
if (process.argv.includes('--write')) writeFileSync(join(root, 'CONTRIBUTING.md'), mapped);
else if (mapped !== page)
  complaints.push("CONTRIBUTING.md: its map of rooms is stale; 'npm run format' writes it");
for (const path of pathsIn(mapped))
  if (!existsSync(join(root, path))) complaints.push(`CONTRIBUTING.md names ${path}, which isn't there`);

for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length > 0 ? 1 : 0;

function hasFace(folder: string): boolean {
  return existsSync(join(root, folder, 'index.ts'));
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
