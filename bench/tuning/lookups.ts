import { fileURLToPath } from 'node:url';
import { define, dense, gradientBoosting, lookup, tune } from 'spillway';
import { httpSource, redisSource } from 'spillway/lookup';
import { atLeast, type Check, columns, leftOut } from '../harness/checks.js';
import { type QueryFigures, queryFigures } from '../serving/point-queries.js';
import { hasRedis, RedisServer } from '../serving/redis.js';
import { Child } from '../serving/serve/programs/children.js';
import type { ServerCommands } from './lookups-server.js';
import { twoClasses } from './workloads.js';

/** `tune` with no option but the bound, over boosted trees whose columns must be fetched, and point queries by what it found. */
interface LookupsLine {
  readonly seed: number;
  readonly seconds: number;
  readonly objective: string;
  /** What the summary says of it. */
  readonly said: readonly string[];
  readonly verdict: string;
  readonly expected: { readonly cost: number; readonly fullCost: number; readonly speedup: number };
  /** What each stage reads, and the share of rows that it is expected to get; the full model last. */
  readonly stages: readonly { readonly features: readonly string[]; readonly reach: number }[];
  /** Microseconds of point queries, and keys a row that they request. */
  readonly full: PointFigures;
  readonly cascade: PointFigures;
  /** Of the full pipeline over the cascade's. */
  readonly ratio: { readonly mean: number; readonly p50: number };
  /** The full model's accuracy on unseen rows less the cascade's. */
  readonly lost: number;
}

interface PointFigures extends QueryFigures {
  readonly keys: Readonly<Record<'profile' | 'score', number>>;
}

/** The name of the case. */
export const LOOKUPS = 'columns from Redis and HTTP';
export const LOOKUPS_CHECK = `${LOOKUPS}: mean of point queries, the full pipeline over the cascade`;
const [LEAST, EPSILON, DELAY_MS] = [3, 0.02, 3];

const SIZES = { usual: { rows: 12_000, queries: 1_000 }, quick: { rows: 2_000, queries: 50 } };
/** Columns of a row itself, of Redis and of the HTTP server: the first six decide, each less than the ones before. */
const PARTS = {
  own: [0, 1, 2],
  profile: [3, 6, 7, 8, 9],
  score: [4, 5, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
};
const WIDTH = 20;
/** What a key is said to cost. */
const PRICES = { profile: 0.1, score: 1 };

/** A row as a caller has it: its key, and the columns that are its own. */
interface KeyedRow {
  readonly key: string;
  readonly own: Float32Array;
}

export async function measureLookups(
  { seeds, quick, full }: Record<'quick' | 'full', boolean> & { readonly seeds: readonly number[] },
  log: (text: string) => void,
): Promise<LookupsLine[] | string> {
  if (!hasRedis) return 'redis-server is not installed';
  const lines: LookupsLine[] = [];
  for (const seed of full ? seeds : seeds.slice(0, 1)) {
    const line = await measure(seed, SIZES[quick ? 'quick' : 'usual']);
    lines.push(line);
    log(`${LOOKUPS}, seed ${seed}: ${line.ratio.mean.toFixed(2)} times as fast at the mean`);
  }
  return lines;
}

async function measure(
  seed: number,
  size: { readonly rows: number; readonly queries: number },
): Promise<LookupsLine> {
  const drawn = twoClasses(seed, size.rows, WIDTH);
  const all = [...drawn.rows, ...drawn.unseen.rows];
  const part = (of: readonly number[], row: Float32Array) => of.map((column) => row[column]);
  const rows = all.map(
    (row, r): KeyedRow => ({ key: `row ${r}`, own: Float32Array.from(part(PARTS.own, row)) }),
  );
  const [known, unseen] = [rows.slice(0, size.rows), rows.slice(size.rows)];
  const redis = await RedisServer.start();
  const http = new Child<ServerCommands>(fileURLToPath(new URL('./lookups-server.ts', import.meta.url)), [
    '--import=tsx/esm',
  ]);
  try {
    await fill(redis, rows, (r) => part(PARTS.profile, all[r]));
    const { port } = await http.ask('serve', {
      columns: rows.map(({ key }, r) => [key, part(PARTS.score, all[r])] as const),
      delayMs: DELAY_MS,
    });
    const source = await redisSource(redis.url, { timeoutMs: 60_000 });
    try {
      const fetchers = {
        profile: source.packed(),
        score: httpSource(`http://127.0.0.1:${port}/`, { timeoutMs: 60_000 }),
      };
      const fetched = (name: 'profile' | 'score') =>
        lookup({
          key: ({ key }: KeyedRow) => key,
          fetch: fetchers[name],
          width: PARTS[name].length,
          price: PRICES[name],
        });
      const start = performance.now();
      const cascade = await tune({
        features: define({
          own: dense(PARTS.own.length, (some: readonly KeyedRow[]) =>
            Float32Array.from(some.flatMap(({ own }) => [...own])),
          ),
          profile: fetched('profile'),
          score: fetched('score'),
        }),
        rows: known,
        labels: drawn.labels,
        full: gradientBoosting(),
        bound: { epsilon: EPSILON },
        seed,
      });
      const seconds = (performance.now() - start) / 1_000;
      const asked = unseen.slice(0, size.queries);
      await cascade.warm({ rows: known.slice(0, 64) });
      const [full, own] = await queryFigures(
        [(row: KeyedRow) => cascade.full.predictOne(row), (row: KeyedRow) => cascade.predictOne(row)],
        asked,
        1,
      );
      const keysOf = async (answering: Pick<typeof cascade, 'predictOne'> | typeof cascade.full) => {
        const counted = () => ({
          profile: fetchers.profile.source.counts.keys,
          score: fetchers.score.source.counts.keys,
        });
        const before = counted();
        for (const row of asked) await answering.predictOne(row);
        const after = counted();
        return {
          profile: (after.profile - before.profile) / asked.length,
          score: (after.score - before.score) / asked.length,
        };
      };
      const right = ({ labels }: { readonly labels: readonly number[] }) =>
        labels.filter((label, r) => label === drawn.unseen.labels[r]).length / labels.length;
      const { plan, certificate, objective } = cascade;
      return {
        ...{ seed, seconds, objective, said: saidOf(cascade.summary()), verdict: certificate.verdict },
        expected: plan.expected,
        stages: [...plan.stages, plan.full].map(({ features, reach }) => ({ features, reach })),
        full: { ...full, keys: await keysOf(cascade.full) },
        cascade: { ...own, keys: await keysOf(cascade) },
        ratio: { mean: full.mean / own.mean, p50: full.p50 / own.p50 },
        lost: right(await cascade.full.predict(unseen)) - right(await cascade.predict(unseen)),
      };
    } finally {
      await source.close();
    }
  } finally {
    await Promise.all([http.close(), redis.end()]);
  }
}

/** Puts a row's columns under its key, as numbers of four bytes. */
async function fill(
  server: RedisServer,
  rows: readonly KeyedRow[],
  columnsOf: (row: number) => readonly number[],
) {
  const client = server.client();
  const pipeline = client.pipeline();
  rows.forEach(({ key }, r) => {
    pipeline.set(key, Buffer.from(Float32Array.from(columnsOf(r)).buffer));
  });
  await pipeline.exec();
  client.disconnect();
}

/** The sentences of a summary on what plans are compared by, and on who is asked. */
function saidOf(summary: string): string[] {
  const sentences = summary.replaceAll(/\s+/g, ' ').split(/(?<=\.) (?=[A-Z])/);
  return sentences.filter((sentence) =>
    /compared by|is expected to take|counts for nothing|asks? for/.test(sentence),
  );
}

export function lookupsChecks(lines: readonly LookupsLine[] | string): Check[] {
  if (typeof lines === 'string') return [leftOut(LOOKUPS_CHECK, `>= ${LEAST}`, lines)];
  if (lines.length === 0) return [];
  return [atLeast(LOOKUPS_CHECK, Math.min(...lines.map(({ ratio }) => ratio.mean)), LEAST)];
}

export function lookupsTable(lines: readonly LookupsLine[]): string {
  const ms = (us: number) => (us / 1_000).toFixed(2);
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return columns([
    ['', 'seed', 'by', 'full, ms', 'p50', 'cascade, ms', 'p50', 'mean', 'p50', 'Redis', 'HTTP', 'lost'],
    ...lines.map(({ seed, objective, full, cascade, ratio, lost }) => [
      ...[LOOKUPS, String(seed), objective, ms(full.mean), ms(full.p50), ms(cascade.mean), ms(cascade.p50)],
      ...[`${ratio.mean.toFixed(2)}x`, `${ratio.p50.toFixed(2)}x`],
      ...[percent(cascade.keys.profile), percent(cascade.keys.score), percent(lost)],
    ]),
  ]);
}
