import { type Random, random } from '../../lib/stats/index.js';

/** A language model that is made up: it errs by topic, always alike, and flips answers by chance. */
export interface SimulatedModel {
  /** The share of rows that it answers otherwise than what it mostly answers. */
  readonly flips: number;
  /** Topics, and the share of them in which it errs. */
  readonly topics: number;
  readonly erring: number;
  /** Of the rows of such a topic, the share that it answers wrong, each time. */
  readonly errs: number;
}

/** Answers to rows, and the distribution that the model says it drew each from. */
export interface SimulatedAnswers {
  readonly answers: Int32Array;
  /** rows x classes. */
  readonly probabilities: Float64Array;
}

/**
 * What the model answers to texts whose true classes are known. The topic of a text is that of its rarest frequent word. In an
 * erring topic a class is taken for another one, the same in the whole topic, in most rows: so its errors can be
 * learnt in part, as those of real models can.
 */
export function simulate(
  texts: readonly string[],
  truth: ArrayLike<number>,
  classes: number,
  { flips, topics, erring, errs }: SimulatedModel,
  seed: number | string,
): SimulatedAnswers {
  const draw = random(seed).fork('simulated model');
  const errsIn = Uint8Array.from({ length: topics }, () => Number(draw.uniform() < erring));
  const shift = Int32Array.from({ length: topics }, () => 1 + draw.integer(classes - 1));
  const answers = new Int32Array(texts.length);
  const probabilities = new Float64Array(texts.length * classes);
  topicsOf(texts, topics).forEach((topic, row) => {
    const other = (truth[row] + shift[topic]) % classes;
    const isWrong = errsIn[topic] === 1 && draw.uniform() < errs;
    const [mode, rival] = isWrong ? [other, truth[row]] : [truth[row], other];
    const isFlipped = draw.uniform() < flips;
    const answer = isFlipped ? rival : mode;
    answers[row] = answer;
    // It is nearly sure where it doesn't flip, and less so where it does: a hint, as log-probabilities are.
    const sure = 1 - 0.5 * (isFlipped ? Math.sqrt(draw.uniform()) : draw.uniform() ** 4) * 0.98;
    spread(probabilities, row, classes, answer, answer === mode ? rival : mode, sure, draw);
  });
  return { answers, probabilities };
}

function spread(
  out: Float64Array,
  row: number,
  classes: number,
  answer: number,
  rival: number,
  sure: number,
  draw: Random,
): void {
  const rest = (1 - sure) * (classes > 2 ? 0.2 + 0.2 * draw.uniform() : 0);
  out.fill(rest / Math.max(1, classes - 2), row * classes, (row + 1) * classes);
  out[row * classes + answer] = sure;
  out[row * classes + rival] = 1 - sure - rest;
}

const WORD = /[a-z]{4,}/g;

/** Each text's topic: of the words that are in many texts, the rarest in it stands for one. */
function topicsOf(texts: readonly string[], topics: number): Int32Array {
  const wordsOf = texts.map((text) => new Set(text.slice(0, 1_000).toLowerCase().match(WORD) ?? []));
  const counts = new Map<string, number>();
  for (const words of wordsOf) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const frequent = [...counts].filter(([, count]) => count >= texts.length / 400);
  const topicOf = new Map(frequent.map(([word, count], w) => [word, { count, topic: w % topics }]));
  return Int32Array.from(wordsOf, (words) => {
    let rarest = { count: Number.POSITIVE_INFINITY, topic: 0 };
    for (const word of words) {
      const found = topicOf.get(word);
      if (found !== undefined && found.count < rarest.count) rarest = found;
    }
    return rarest.topic;
  });
}
