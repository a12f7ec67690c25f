import { cutSamples } from '../lib/costs/index.js';
import { profiledRows } from './costs/index.js';
import { drawReference } from './plan/index.js';
import type { Run } from './problem/index.js';
import { rereadAmong } from './stability/index.js';
import { nestedRows } from './training/index.js';
import type { Label } from './types/index.js';

/**
 * Reads the rows that single steps look at, drawn as these draw them, in one pass: rows that are
 * read again, that costs are measured with, and that a file refers to. Otherwise each step would
 * read all rows for its few.
 */
export async function keepSamples<Row, L extends Label, Name extends string>({
  options: { profile, signal },
  problem: {
    development: { rows },
    random,
  },
}: Run<Row, L, Name>): Promise<void> {
  if (rows.source.held) return;
  const drawn = [
    rereadAmong(rows.length, random.fork('reread')),
    drawReference(rows.length, random.fork('reference')),
    nestedRows(rows.length),
  ];
  if (profile === undefined)
    drawn.push(...cutSamples(rows.length, random.fork('timing')), profiledRows(rows.length, random));
  await rows.keep(
    drawn.flatMap((positions) => [...positions]),
    signal,
  );
}
