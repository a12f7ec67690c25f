import { type Cascade, type FeatureSet, logisticRegression, type Profile, tune } from 'spillway';
import { RowView } from 'spillway/extend';
import { interleave, medianRatio } from '../harness/measure.js';
import type { Counts } from '../harness/refute.js';
import { countsOf, timed } from '../mail/seed.js';
import type { Labelled, Sentences } from './data.js';
import type { Encoders } from './encoders.js';
import {
  givenFeatures,
  plainFeatures,
  type SentencesOf,
  sentenceFeatures,
  type Vectors,
} from './pipelines.js';

/** A cascade beside its full model. */
export interface CascadeFigures {
  readonly certificate: Cascade<unknown, string, string>['certificate'];
  /** What each stage reads, the share of rows that leave there, and microseconds a row, measured. */
  readonly stages: readonly {
    readonly features: readonly string[];
    readonly exits: number;
    readonly cost: number;
  }[];
  readonly predictedSpeedup: number;
  readonly speedup: number;
  readonly counts: Counts;
  readonly accuracy: { readonly full: number; readonly cascade: number };
}

/** A cascade over an encoder and a look at its first layers that is made by hand. */
export interface SentenceFigures extends CascadeFigures {
  readonly rows: { readonly known: number; readonly unseen: number };
  /** Seconds: `tune`, encoding every row once, and `tune` with the vectors given. */
  readonly seconds: { readonly tune: number; readonly encode: number; readonly given: number };
  /** Texts that each encoder was requested for while `tune` ran, beyond one for each row. */
  readonly again: { readonly glance: number; readonly meaning: number };
  /** A cascade over the encoder alone, whose cheaper looks are derived, timed in the same rounds. */
  readonly derived: CascadeFigures & {
    /** Its speedup over its full model, over the same of the cascade with a look made by hand. */
    readonly overHand: number;
    /** The time of the cascade with a look made by hand over its own. */
    readonly sooner: number;
    /** Seconds of `tune`. */
    readonly seconds: number;
    /** Texts that all layers were requested for in `tune`, beyond one for each row. */
    readonly again: number;
  };
}

const ROUNDS = 3;
const WARM = 32;

/** Tunes for disagreement, then compares cascade and full model on rows that nothing has seen. */
export async function compareSentences<Row extends object>(
  what: SentencesOf<Row>,
  { known, unseen }: Sentences<Row>,
  encoders: Encoders,
  { epsilon, seed, quick }: { readonly epsilon: number; readonly seed: number; readonly quick: boolean },
): Promise<SentenceFigures> {
  const { features, counts } = sentenceFeatures(what, encoders);
  const tuned = await timed(() => tuneSentences(features, known, epsilon, { seed, fidelities: false }));
  const requested = { glance: counts.glance.texts, meaning: counts.meaning.texts };
  const cascade = tuned.result;

  const encoded = await timed(() => encodeAll(what, known.rows, encoders));
  const stored = givenFeatures(what, known.rows, encoded.result);
  const given = await timed(() =>
    tuneSentences(stored, known, epsilon, { seed, fidelities: false, profile: cascade.profile }),
  );

  const plain = plainFeatures(what, encoders);
  const derived = await timed(() => tuneSentences(plain.features, known, epsilon, { seed }));
  const again = plain.counts.texts - known.rows.length;

  // Layers are opened when they are first needed.
  for (const each of [cascade, derived.result]) await each.warm({ rows: known.rows.slice(0, WARM) });
  const [full, quickly, plainFull, derivedQuickly] = await interleave(
    [cascade.full, cascade, derived.result.full, derived.result].map(
      (answering) => () => answering.predict(unseen.rows),
    ),
    quick ? 1 : ROUNDS,
  );
  const own = await figuresOf(cascade, unseen, medianRatio(full, quickly));
  const ofDerived = await figuresOf(derived.result, unseen, medianRatio(plainFull, derivedQuickly));
  return {
    rows: { known: known.rows.length, unseen: unseen.rows.length },
    ...own,
    seconds: { tune: tuned.seconds, encode: encoded.seconds, given: given.seconds },
    again: {
      glance: requested.glance - known.rows.length,
      meaning: requested.meaning - known.rows.length,
    },
    derived: {
      ...ofDerived,
      overHand: ofDerived.speedup / own.speedup,
      sooner: medianRatio(quickly, derivedQuickly),
      seconds: derived.seconds,
      again,
    },
  };
}

async function figuresOf<Row, Name extends string>(
  cascade: Cascade<Row, string, Name>,
  { rows, labels: truth }: Labelled<Row>,
  speedup: number,
): Promise<CascadeFigures> {
  const reference = (await cascade.full.predict(rows)).labels;
  const { labels } = await cascade.predict(rows);
  const right = (answers: readonly string[]) =>
    answers.filter((label, row) => label === truth[row]).length / answers.length;
  return {
    certificate: cascade.certificate,
    stages: cascade.plan.stages.map(({ features: read, exits, cost }) => ({ features: read, exits, cost })),
    predictedSpeedup: cascade.plan.expected.speedup,
    speedup,
    counts: countsOf(labels, reference, truth),
    accuracy: { full: right(reference), cascade: right(labels) },
  };
}

function tuneSentences<Row, Name extends string>(
  features: FeatureSet<Row, Name>,
  { rows, labels }: Labelled<Row>,
  epsilon: number,
  more: { readonly seed: number; readonly fidelities?: false; readonly profile?: Profile<Name> },
): Promise<Cascade<Row, string, Name>> {
  return tune({
    features,
    rows,
    labels,
    full: logisticRegression(),
    bound: { loss: 'disagreement', epsilon, delta: 0.05 },
    // Real texts repeat by nature: each is a draw.
    repeats: true,
    ...more,
  });
}

/** Every row once by both encoders. */
async function encodeAll<Row>(
  what: SentencesOf<Row>,
  rows: readonly Row[],
  encoders: Encoders,
): Promise<Vectors> {
  const { features } = sentenceFeatures(what, encoders);
  const view = RowView.of(rows);
  const vectors = async (name: 'glance' | 'meaning') => {
    const fitted = await features.get(name).fit(view);
    const block = await fitted.compute(view);
    if (block.kind !== 'dense' || !(block.values instanceof Float32Array)) {
      throw new TypeError('expected a dense block of Float32');
    }
    return block.values;
  };
  return { glance: await vectors('glance'), meaning: await vectors('meaning') };
}
