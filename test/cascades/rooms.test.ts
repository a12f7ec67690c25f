import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const HOUSE = fileURLToPath(new URL('../../cascades', import.meta.url));

/** The rooms that each room imports from, types included. */
function importsOf(): Map<string, Set<string>> {
  const rooms = new Map<string, Set<string>>();
  const roomOf = (path: string) => relative(HOUSE, path).split(sep)[0];
  for (const entry of readdirSync(HOUSE, { recursive: true, withFileTypes: true })) {
    const folder = entry.parentPath;
    if (!entry.isFile() || !entry.name.endsWith('.ts') || folder === HOUSE) continue;
    const room = roomOf(folder);
    const others = rooms.get(room) ?? new Set();
    rooms.set(room, others);
    const text = readFileSync(join(folder, entry.name), 'utf8');
    for (const [, path] of text.matchAll(/ from '(\.[^']+)'/g)) {
      const target = resolve(folder, path);
      const other = roomOf(target);
      if (dirname(target) !== HOUSE && target.startsWith(HOUSE + sep) && other !== room) others.add(other);
    }
  }
  return rooms;
}

test('no room imports, by whatever way, one that imports it', (t) => {
  const rooms = importsOf();
  t.true(rooms.size > 10, 'the rooms were found');
  const reached = (from: string, seen = new Set<string>()): Set<string> => {
    for (const next of rooms.get(from) ?? []) if (!seen.has(next)) reached(next, seen.add(next));
    return seen;
  };
  for (const room of rooms.keys()) t.false(reached(room).has(room), room);
});
