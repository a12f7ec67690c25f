import { average, median } from 'simple-statistics';
import { logisticRegression, type Ranker, tuneTopK } from 'spillway';
import type { Mail } from 'spillway/datasets';
import { features } from '../../examples/mail/pipeline.js';
import { random, sample } from '../../lib/stats/index.js';
import { atLeast, type Check, columns } from '../harness/checks.js';
import type { Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { L2, type MailLabel, splitMail } from '../mail/data.js';

const K = 20;
const BOUNDS = {
  mean: { recall: 0.95, delta: 0.05 },
  share: { recall: 0.95, share: 0.95, delta: 0.05 },
} as const;
const SIZE = [500, 900] as const;
const COUNT = 800;
const CERTIFY = 0.7;
const TIMED = { queries: 20, rounds: 3 };

type MailRanker = Ranker<Mail, MailLabel, (typeof features.names)[number]>;

/** The 20 most spam-like of some hundred mails: by their probability, whose ties at the top are close. */
export const topkMail: Workload = {
  async run({ seeds = [1], quick, log }) {
    const [seed] = seeds;
    const { unseen, known } = (await splitMail(quick))(seed);
    const size: readonly [number, number] = quick ? [50, 100] : SIZE;
    const tune = async (name: keyof typeof BOUNDS, made?: MailRanker): Promise<MailRanker> => {
      log(`tuning: ${name}`);
      return tuneTopK({
        // Real rows repeat by nature: each is a draw.
        repeats: true,
        features,
        rows: known.rows,
        labels: known.labels,
        full: logisticRegression({ l2: L2 }),
        rankClass: 'spam',
        queries: { pool: unseen.rows, size, count: quick ? 200 : COUNT },
        certify: CERTIFY,
        k: quick ? 5 : K,
        bound: BOUNDS[name],
        seed,
        ...(made && { profile: made.profile }),
      });
    };
    const mean = await tune('mean');
    const share = await tune('share', mean);
    const draw = random(seed).fork('topk-mail timed');
    const requested = Array.from({ length: quick ? 3 : TIMED.queries }, () =>
      Array.from(sample(unseen.rows.length, size[1], draw), (row) => unseen.rows[row]),
    );
    log('timing');
    const results = {
      mean: await measured(mean, requested, quick ? 5 : K),
      share: await measured(share, requested, quick ? 5 : K),
    };
    const checks: Check[] = (['mean', 'share'] as const).flatMap((name) => [
      atLeast(`${name}: certified`, Number(results[name].verdict === 'certified'), 1),
      atLeast(`${name}: speedup over scoring all`, results[name].speedup, 1),
    ]);
    const json = {
      workload: 'topk-mail',
      quick,
      machine: machine(),
      versions: versions(),
      seed,
      k: quick ? 5 : K,
      candidates: size,
      ...results,
      checks,
    };
    const table = columns([
      ['', 'speedup', 'expected', 'recall', 'least', 'Willump, released: expected'],
      ...(['mean', 'share'] as const).map((name) => {
        const { speedup, expected, recall, least, willump } = results[name];
        const x = (value: number) => `${value.toFixed(1)}x`;
        return [
          name,
          x(speedup),
          x(expected),
          recall.toFixed(4),
          least.toFixed(2),
          x(willump.released ?? Number.NaN),
        ];
      }),
    ]);
    return { json, table };
  },
};

/** Over other queries from the same pool, in turn with scoring all. */
async function measured(ranker: MailRanker, requested: readonly (readonly Mail[])[], k: number) {
  const [{ expected, stages }] = ranker.plan.bands;
  const [{ observed, queries }] = ranker.certificate.bands;
  // biome-ignore lint/complexity/useLiteralKeys: the brackets are what gives access to a private member.
  const [{ willump }] = ranker['parts'].curves;
  const ratios: number[] = [];
  const recalls: number[] = [];
  for (const rows of requested) {
    const truth = new Set((await ranker.full.query(rows, k)).indices);
    const { indices } = await ranker.query(rows, k);
    recalls.push(indices.filter((index) => truth.has(index)).length / k);
    const [full, own] = await interleave(
      [() => ranker.full.query(rows, k), () => ranker.query(rows, k)],
      TIMED.rounds,
    );
    ratios.push(medianRatio(full, own));
  }
  return {
    verdict: ranker.certificate.verdict,
    speedup: median(ratios),
    expected: expected.speedup,
    recall: average(recalls),
    least: Math.min(...recalls),
    certified: { queries, observed },
    stages: stages.map(({ features: names, cut, reach }) => ({ features: names, cut: cut.kind, reach })),
    willump: Object.fromEntries(willump.map(({ rule, cost }) => [rule, expected.fullCost / cost])),
  };
}
