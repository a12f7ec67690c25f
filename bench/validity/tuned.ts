import {
  counts,
  define,
  type Learner,
  logisticRegression,
  type Model,
  oneHot,
  type Profile,
} from '../../index.js';
import type { FeatureSet } from '../../lib/features/define/index.js';
import { declaredProfile } from '../harness/declared.js';
import type { Note } from './notes.js';

/** A world of notes in which the public `tune` is tried from end to end. */
export interface TunedWorld {
  readonly name: string;
  readonly loss: 'disagreement' | 'accuracy';
  readonly epsilon: number;
  readonly delta: number;
  readonly features: FeatureSet<Note>;
  readonly profile: Profile;
  /**
   * Rows that `tune` gets, of which it sets some aside; more rows to certify on if the world has
   * them.
   */
  readonly rows: number;
  readonly certify?: number;
  readonly approximate: Learner;
  readonly trials: number;
  /** Whether the certified plan is tried with refitted models too: a fault. */
  readonly refit?: boolean;
}

const parts = {
  features: define<Note>({
    sender: oneHot((note) => note.sender),
    subject: counts((note) => note.subject),
    text: counts((note) => note.text),
  }),
  profile: declaredProfile({ sender: 1, subject: 10, text: 100 }, 1),
  delta: 0.05,
  approximate: logisticRegression(),
};

/** One cheap feature, so that every chain is over it, and refitted models fit into every plan. */
const heading = {
  features: define<Note>({
    heading: counts((note) => `${note.sender} ${note.subject}`),
    text: counts((note) => note.text),
  }),
  profile: declaredProfile({ heading: 1, text: 100 }, 1),
  delta: 0.05,
};

/**
 * 410 of these certify; with them the exact test spends all but a hundredth of delta, so broken
 * promises would show.
 */
const ROWS = 1_025;

export function tunedWorlds(quick: boolean): TunedWorld[] {
  return [
    {
      ...parts,
      name: 'end to end, disagreement',
      loss: 'disagreement',
      epsilon: 0.05,
      rows: ROWS,
      trials: quick ? 2 : 300,
    },
    {
      ...parts,
      name: 'end to end, accuracy',
      loss: 'accuracy',
      epsilon: 0.03,
      rows: ROWS,
      trials: quick ? 1 : 150,
    },
    {
      ...parts,
      name: 'end to end, muddled scores',
      loss: 'disagreement',
      epsilon: 0.05,
      approximate: muddled(1),
      rows: ROWS,
      trials: quick ? 1 : 150,
    },
    {
      ...heading,
      name: 'end to end, few rows to fit on',
      loss: 'disagreement',
      epsilon: 0.05,
      rows: 100,
      certify: 500,
      approximate: logisticRegression({ l2: 30 }),
      trials: quick ? 8 : 200,
      refit: true,
    },
  ];
}

/**
 * Logistic regression of three classes that answers as usual, but hides its confidence: the highest
 * probability is uninformative, the margin barely informative, and only both together identify a
 * confident answer. The exit score must be learnt.
 */
function muddled(l2: number): Learner {
  const plain = logisticRegression({ l2 });
  return {
    name: plain.name,
    work: plain.work,
    fit: async (set, context) => muddle(await plain.fit(set, context)),
  };
}

function muddle(model: Model): Model {
  return {
    name: model.name,
    classes: model.classes,
    async score(blocks, out) {
      await model.score(blocks, out);
      for (let from = 0; from < out.length; from += 3) muddleRow(out.subarray(from, from + 3));
    },
  };
}

/** @param scores of one row, in place */
function muddleRow(scores: Float64Array): void {
  const [first, second, third] = [0, 1, 2].sort((a, b) => scores[b] - scores[a]);
  const lead = scores[first] - scores[second];
  const noise = (scores[third] * 1e4) % 1;
  scores[first] = 0.45 + 0.1 * noise;
  scores[second] = scores[first] - (0.02 + 0.2 * noise + 0.1 * lead);
  scores[third] = 1 - scores[first] - scores[second];
}
