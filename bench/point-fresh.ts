import { readFile } from 'node:fs/promises';
import { Cascade } from 'spillway';
import { features } from '../examples/mail/pipeline.js';
import { splitMail } from './mail-data.js';

/** A fresh process: loads a cascade, readies it if it is to, and prints the microseconds of its first hundred queries. */

interface Asked {
  readonly path: string;
  readonly seed: number;
  readonly quick: boolean;
  /** Position of the first mail among those unseen; it comes again as the hundredth. */
  readonly first: number;
  /** Mails that it is readied with. */
  readonly warming: number;
}

// The benchmark that started this process wrote it.
const asked = JSON.parse(await readFile(process.argv[2], 'utf8')) as Asked;
const { known, unseen } = (await splitMail(asked.quick))(asked.seed);
const cascade = await Cascade.load(asked.path, { features });
const start = performance.now();
if (asked.warming > 0) await cascade.warm({ rows: known.rows.slice(0, asked.warming) });
const warmMs = performance.now() - start;

const times: number[] = [];
for (let q = 0; q < 100; q++) {
  const row = unseen.rows[(asked.first + (q === 99 ? 0 : q)) % unseen.rows.length];
  const begun = performance.now();
  await cascade.predictOne(row);
  times.push((performance.now() - begun) * 1000);
}
process.stdout.write(JSON.stringify({ times, warmMs }));
