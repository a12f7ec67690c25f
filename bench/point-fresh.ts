import { Cascade } from 'spillway';
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

const start = performance.now();
if (asked.warming > 0) await cascade.warm({ rows: known.rows.slice(0, asked.warming) });
const readyMs = performance.now() - start;

async function micros(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) * 1000;
}
const times: number[] = [];
for (const row of rows) times.push(await micros(() => cascade.predictOne(row)));
const fresh: Fresh = { times, readyMs };
process.stdout.write(JSON.stringify(fresh));
