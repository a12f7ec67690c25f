import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gloss, type GlossCategory, loadGlosses } from 'spillway/datasets';
import { type SklearnLabel, type SklearnPipeline, sklearnPipeline } from 'spillway/exchange';
import type { TrainedModel } from 'spillway/full';
import { random } from '../../lib/stats/index.js';
import { SKLEARN_PYTHON, startPython } from '../peers/python.js';

/** A gloss with numbers about it. */
export interface NumberedGloss extends Gloss {
  readonly letters: number;
  readonly words: number;
  readonly commas: number;
  readonly brackets: number;
  readonly quotes: number;
  readonly lemmaLetters: number;
}

/** A pipeline that scikit-learn has fitted, and glosses that it hasn't seen: to tune on, and others. */
export interface GlossProblem {
  readonly pipeline: SklearnPipeline<TrainedModel<SklearnLabel>>;
  readonly rows: readonly NumberedGloss[];
  readonly labels: readonly GlossCategory[];
  readonly unseen: readonly NumberedGloss[];
  /** Seconds of processor time that scikit-learn took to fit it. */
  readonly fitted: number;
}

const UNSEEN = 4_096;

/**
 * Glosses of the largest categories behind a pipeline of words, characters, lemmas and numbers, fitted on as many others.
 *
 * @returns or why there is none, in words
 */
export async function glossProblem(
  seed: number,
  classes: number,
  count: number,
): Promise<GlossProblem | string> {
  const { rows, labels } = await largest(classes);
  const order = Int32Array.from(rows.keys());
  random(seed).fork('bench glosses').shuffle(order);
  const part = (from: number, to: number) => {
    const own = [...order.subarray(from, to)];
    return { rows: own.map((row) => numbered(rows[row])), labels: own.map((row) => labels[row]) };
  };
  const fit = await fittedPipeline(part(0, count));
  if (typeof fit === 'string') return fit;
  const { rows: unseen } = part(2 * count, 2 * count + UNSEEN);
  return { ...fit, ...part(count, 2 * count), unseen };
}

/**
 * What scikit-learn fits to texts: `pipelines/glosses.py`.
 *
 * @returns with the seconds of processor time that this took; or why there is none, in words
 */
export async function fittedPipeline(known: {
  readonly rows: readonly NumberedGloss[];
  readonly labels: readonly string[];
}): Promise<Pick<GlossProblem, 'pipeline' | 'fitted'> | string> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
  try {
    await writeFile(join(folder, 'glosses.json'), JSON.stringify(known));
    const python = await startPython('pipelines/glosses.py', [folder], SKLEARN_PYTHON);
    if (typeof python === 'string') return python;
    await python.close();
    const fitted = 'seconds' in python.ready ? Number(python.ready.seconds) : Number.NaN;
    return { pipeline: sklearnPipeline(join(folder, 'glosses.pipeline')), fitted };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function largest(classes: number) {
  const { rows, labels } = await loadGlosses();
  const counts = new Map<GlossCategory, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const kept = new Set(
    [...counts]
      .sort(([, a], [, b]) => b - a)
      .slice(0, classes)
      .map(([label]) => label),
  );
  const chosen = [...labels.keys()].filter((row) => kept.has(labels[row]));
  return { rows: chosen.map((row) => rows[row]), labels: chosen.map((row) => labels[row]) };
}

export function numbered({ lemma, gloss }: Gloss): NumberedGloss {
  const times = (pattern: RegExp) => gloss.match(pattern)?.length ?? 0;
  return {
    ...{ lemma, gloss, letters: gloss.length, words: times(/\S+/g), commas: times(/,/g) },
    ...{ brackets: times(/\(/g), quotes: times(/"/g), lemmaLetters: lemma.length },
  };
}
