import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { atLeast, atMost, type Check, columns } from '../harness/checks.js';
import type { Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { splitMail } from '../mail/data.js';
import { ONNX_PIPELINES, SKLEARN_PIPELINES } from '../peers/known.js';
import { type PipelinesPeer, startPipelines } from '../peers/pipelines.js';
import { writeData } from './data.js';
import { mailFigures, type Span, span } from './mail.js';
import { measurePipeline, type PipelineFigures } from './measure.js';
import { readingMemory } from './memory.js';

const CHECKS = {
  compared: 'pipelines compared',
  double: 'largest difference where all is double',
  difference: 'largest difference',
  labels: 'changed labels',
  textBatch: 'median pipeline with text, batches, over scikit-learn',
  textSingle: 'median pipeline with text, single rows, over scikit-learn',
  tableBatch: 'median table, batches, over scikit-learn',
  tableSingle: 'median table, single rows, over scikit-learn',
  least: 'least factor over scikit-learn, dense products aside',
  memory: 'memory of reading over the file',
  certified: 'mail: both cascades certified at 1 %',
  hand: 'mail: speedup over that of the same by hand',
  mail: "mail: cascade in batches, over scikit-learn's",
} as const;

/** Forty fitted pipelines of scikit-learn as they are, beside scikit-learn and ONNX Runtime; then mail, certified. */
export const pipelines: Workload = {
  peers: () => [
    { peer: SKLEARN_PIPELINES, checks: Object.values(CHECKS) },
    { peer: ONNX_PIPELINES, checks: [] },
  ],
  async run({ quick, full = false, cases, log }) {
    const missing = SKLEARN_PIPELINES.missing();
    if (missing !== undefined) return { json: { checks: [] }, table: missing };
    const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
    try {
      const split = (await splitMail(quick))(1);
      await writeData(folder, split);
      const peer = await startPipelines(folder, quick ? 500 : 2_000, quick ? 1_000 : 10_000);
      if (typeof peer === 'string') return { json: { checks: [] }, table: peer };
      try {
        const isAsked = (part: Part) => cases === undefined || cases.includes(part);
        const all = isAsked('pipelines') ? await measureAll(peer, quick, log) : [];
        const reading = isAsked('reading') ? await reads(peer, log) : undefined;
        const mail = isAsked('mail') ? await mailFigures(split, peer, { full, log }) : undefined;
        const checks = [
          ...(all.length > 0 ? checksOf(all, peer) : []),
          ...(mail !== undefined && !quick ? checksOfMail(mail) : []),
          ...(reading === undefined ? [] : [atMost(CHECKS.memory, reading.ratio, 2)]),
        ];
        const json = {
          workload: 'pipelines',
          quick,
          machine: machine(),
          versions: { ...versions(), sklearn: peer.version },
          checks,
          mail,
          reading,
          ...(all.length > 0 && { oneLine: oneLineOf(all) }),
          pipelines: all,
        };
        return { json, table: [...tableOf(all), ...mailTable(mail)].join('\n\n') };
      } finally {
        await peer.close();
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Parts of it, for `--cases`. */
type Part = 'pipelines' | 'reading' | 'mail';

/** A vocabulary of a million terms: written, and read by a process of its own. */
async function reads(peer: PipelinesPeer, log: (text: string) => void) {
  log('a vocabulary of a million terms');
  const { file, seconds } = await peer.makeOther('vocabulary');
  return { ...(await readingMemory(file)), exportSeconds: seconds };
}

async function measureAll(peer: PipelinesPeer, quick: boolean, log: (text: string) => void) {
  const sizes = quick ? { batch: 200, singles: 20, rounds: 2 } : { batch: 1_000, singles: 40, rounds: 5 };
  const all: PipelineFigures[] = [];
  for (const [at, name] of peer.names.entries()) {
    log(`${at + 1} of ${peer.names.length}: ${name}`);
    all.push(await measurePipeline(await peer.make(name), peer, sizes));
  }
  return all;
}

function checksOf(all: readonly PipelineFigures[], peer: PipelinesPeer): Check[] {
  const most = (some: readonly PipelineFigures[]) =>
    Math.max(...some.map(({ largestDifference }) => largestDifference));
  const middle = (hasText: boolean, way: 'batch' | 'single') =>
    median(all.filter((each) => each.hasText === hasText).map((each) => each[way].sklearn));
  const least = all
    .filter(({ hasProducts }) => !hasProducts)
    .map(({ batch, single }) => Math.min(batch.sklearn, single.sklearn));
  return [
    atLeast(CHECKS.compared, all.length, Math.max(40, peer.names.length)),
    atMost(CHECKS.double, most(all.filter(({ isDouble }) => isDouble)), 1e-9),
    atMost(CHECKS.difference, most(all), 1e-6),
    atMost(
      CHECKS.labels,
      all.reduce((sum, { changedLabels }) => sum + changedLabels, 0),
      0,
    ),
    atLeast(CHECKS.textBatch, middle(true, 'batch'), 5),
    atLeast(CHECKS.textSingle, middle(true, 'single'), 15),
    atLeast(CHECKS.tableBatch, middle(false, 'batch'), 1.5),
    atLeast(CHECKS.tableSingle, middle(false, 'single'), 50),
    atLeast(CHECKS.least, Math.min(...least), 1),
  ];
}

function checksOfMail({ certified, byHand, overSklearn }: Awaited<ReturnType<typeof mailFigures>>): Check[] {
  return [
    atLeast(CHECKS.certified, Number(certified), 1),
    atLeast(CHECKS.hand, byHand, 0.9),
    atLeast(CHECKS.mail, overSklearn.batch, 150),
  ];
}

/** Factors over scikit-learn for texts of a line, in batches and alone: of mails, much is kernels that read long texts. */
function oneLineOf(all: readonly PipelineFigures[]): Readonly<Record<'batch' | 'single', Span>> {
  const own = all.filter(({ source, hasProducts }) => source === 'glosses' && !hasProducts);
  return {
    batch: span(own.map(({ batch }) => batch.sklearn)),
    single: span(own.map(({ single }) => single.sklearn)),
  };
}

function mailTable(mail: Awaited<ReturnType<typeof mailFigures>> | undefined): string[] {
  if (mail === undefined) return [];
  const { whole, kernels, cascade, single } = mail.bySeed;
  const line = (what: string, { least, median: middle, most }: Span) => [
    what,
    ...[least, most, middle].map((factor) => `${factor.toFixed(1)}x`),
  ];
  return [
    columns([
      ['mail', 'least', 'most', 'median'],
      line('cascade over scikit-learn, in batches', whole),
      line('of it features and full model, over scikit-learn', kernels),
      line('of it the cascade, over its own full model', cascade),
      line('cascade over scikit-learn, rows alone', single),
    ]),
  ];
}

function tableOf(all: readonly PipelineFigures[]): string[] {
  if (all.length === 0) return [];
  const { batch: inBatches, single: alone } = oneLineOf(all);
  const range = ({ least, most }: Span) => `${least.toFixed(1)}x to ${most.toFixed(1)}x`;
  const factor = (value: number | undefined) => (value === undefined ? '-' : value.toPrecision(3));
  const table = columns([
    [
      'pipeline',
      'us a row',
      'sklearn',
      'onnx',
      'us alone',
      'sklearn',
      'onnx',
      'difference',
      'labels',
      "onnx's labels",
    ],
    ...all.map(({ name, batch, single, largestDifference, changedLabels, onnx }) => [
      name,
      batch.us.toPrecision(3),
      factor(batch.sklearn),
      factor(batch.onnx),
      single.us.toPrecision(3),
      factor(single.sklearn),
      factor(single.onnx),
      largestDifference.toExponential(1),
      `${changedLabels}`,
      typeof onnx === 'string' ? onnx.slice(0, 40) : `${(100 * onnx.changedLabels).toFixed(2)} %`,
    ]),
  ]);
  return [table, `texts of a line: ${range(inBatches)} in batches, ${range(alone)} alone, over scikit-learn`];
}
