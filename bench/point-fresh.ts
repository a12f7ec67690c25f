import { Cascade } from 'spillway';
import type { Mail } from 'spillway/datasets';
import { features } from '../examples/mail/pipeline.js';
import { splitMail } from './mail-data.js';

/** A fresh process: loads a cascade, readies it if it is to, and prints how long its first hundred queries take. */

export interface Asked {
  readonly path: string;
  readonly seed: number;
  readonly quick: boolean;
  /** Positions among the unseen mails; those between come from the end. */
  readonly first: number;
  readonly hundredth: number;
  /** Mails, of those tuned on, that it is readied with. */
  readonly warming: number;
}

export interface Fresh {
  /** Microseconds. */
  readonly times: readonly number[];
  readonly readyMs: number;
}

// The benchmark that started this process wrote it.
const asked = JSON.parse(process.argv[2]) as Asked;
const { known, unseen } = (await splitMail(asked.quick))(asked.seed);
const cascade = await Cascade.load(asked.path, { features });
const rows = [unseen.rows[asked.first], ...unseen.rows.slice(-98), unseen.rows[asked.hundredth]];

interface Answering {
  predictOne(row: Mail): Promise<unknown>;
}

async function micros(answering: Answering, row: Mail): Promise<number> {
  const begun = performance.now();
  await answering.predictOne(row);
  return (performance.now() - begun) * 1000;
}

// What measures is code too, that isn't to be compiled within the first query: it is run with others, of several shapes.
const others: Answering[] = [
  { predictOne: async (row) => row.body.length },
  { predictOne: (row) => Promise.resolve([row.subject]) },
  Object.assign(Object.create(null), { a: 1, predictOne: async () => 1 }),
  Object.assign(Object.create(null), { b: 1, c: 2, predictOne: async () => 2 }),
  Object.assign(Object.create(null), { d: 1, e: 2, f: 3, predictOne: async () => 3 }),
];
for (let i = 0; i < 100; i++) for (const other of others) await micros(other, rows[1 + (i % 98)]);

const start = performance.now();
if (asked.warming > 0) await cascade.warm({ rows: known.rows.slice(0, asked.warming) });
const readyMs = performance.now() - start;
const times: number[] = [];
for (const row of rows) times.push(await micros(cascade, row));
const fresh: Fresh = { times, readyMs };
process.stdout.write(JSON.stringify(fresh));
