import { type Block, gather } from '../data/blocks/index.js';
import { type FeatureSet, type FittedFeature, RowView } from '../features/define/index.js';
import { type Model, scoreInto } from '../learn/learners/index.js';
import { transformsOf, withAncestors } from './profile.js';
import type { Subject } from './rounds.js';

/** Batches of rows to measure on. */
export interface Batches<Row> {
  /** Rows a batch, ascending. @defaultValue the sizes of `Subject` */
  readonly sizes?: readonly number[];
  /** `size` rows, other ones each round. */
  take(size: number, round: number): readonly Row[];
}

/** All rows in turn, wrapping round at the end. */
export function inTurn<Row>(rows: readonly Row[]): Batches<Row> {
  return { take: (size, round) => turn(rows, size, round) };
}

/** Measures a feature alone, over such rows: the transforms that it reads are computed while readying. */
export function featureSubject<Row>(
  name: string,
  features: FeatureSet<Row>,
  fitted: Pick<FittedFeature<Row>, 'compute'>,
  batches: Batches<Row>,
): Subject {
  const { reads, price } = features.get(name);
  return {
    name,
    price: price ?? 0,
    ...sizesOf(batches),
    ready(size, round) {
      const view = RowView.of(batches.take(size, round));
      for (const transform of withAncestors(reads)) transform.read(view);
      return () => fitted.compute(view);
    },
  };
}

/** Measures each shared transform alone: its ancestors are computed while readying. */
export function transformSubjects<Row>(features: FeatureSet<Row>, batches: Batches<Row>): Subject[] {
  return [...transformsOf(features)].map(([transform, name]) => ({
    name,
    price: 0,
    ...sizesOf(batches),
    ready(size, round) {
      const view = RowView.of(batches.take(size, round));
      if (transform.parent !== undefined) for (const t of withAncestors([transform.parent])) t.read(view);
      return () => transform.read(view);
    },
  }));
}

/** Measures a model over given blocks: scoring, and `settle`, the processing of the scores. */
export function modelSubject(
  model: Model,
  blocks: readonly Block[],
  settle: (scores: Float64Array) => void,
  price = 0,
): Subject {
  const all = Array.from({ length: blocks[0].rows }, (_, row) => row);
  return {
    name: model.name,
    price,
    ready(size, round) {
      const rows = turn(all, size, round);
      const read = blocks.map((block) => gather(block, rows));
      return () => {
        const scores = new Float64Array(size * model.classes);
        const waiting = scoreInto(model, read, scores);
        if (waiting !== undefined) return waiting.then(() => settle(scores));
        return settle(scores);
      };
    },
  };
}

function sizesOf<Row>({ sizes }: Batches<Row>): Pick<Subject, 'sizes'> {
  return sizes ? { sizes } : {};
}

/** `size` of the items, other ones each round, wrapping round at the end. */
function turn<Item>(items: readonly Item[], size: number, round: number): Item[] {
  const from = (round * 256 + size * 17) % items.length;
  return Array.from({ length: size }, (_, i) => items[(from + i) % items.length]);
}
