import { Cascade } from 'spillway';
import type { Mail } from 'spillway/datasets';
import { features } from '../../examples/mail/pipeline.js';
import { splitMail } from '../mail/data.js';

/** A fresh process: loads a cascade, readies it if it is to, and prints how long its first hundred queries take. */

export interface Requested {
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
const requested = JSON.parse(process.argv[2]) as Requested;
const { known, unseen } = (await splitMail(requested.quick))(requested.seed);
const cascade = await Cascade.load(requested.path, { features });
const rows = [unseen.rows[requested.first], ...unseen.rows.slice(-98), unseen.rows[requested.hundredth]];

type Request = (row: Mail) => Promise<unknown>;

async function micros(request: Request, row: Mail): Promise<number> {
  const begun = performance.now();
  await request(row);
  return (performance.now() - begun) * 1000;
}

// The measuring code must not be compiled, or call its first function, within the first query: it
// is warmed up with others.
const request: Request = cascade.predictOne.bind(cascade);
const others = [
  async (row: Mail) => row.body.length,
  (row: Mail) => Promise.resolve([row.subject]),
  async () => 1,
].map((other): Request => other.bind(undefined));
for (let i = 0; i < 200; i++) for (const other of others) await micros(other, rows[1 + (i % 98)]);

const start = performance.now();
if (requested.warming > 0) await cascade.warm({ rows: known.rows.slice(0, requested.warming) });
const readyMs = performance.now() - start;
// The clock is hot again, as it is by the hundredth.
for (const other of others) await micros(other, rows[1]);
const times: number[] = [];
for (const row of rows) times.push(await micros(request, row));
const fresh: Fresh = { times, readyMs };
process.stdout.write(JSON.stringify(fresh));
