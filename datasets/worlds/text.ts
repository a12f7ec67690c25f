import { demand, demandCount, demandProbability } from './demand.js';
import { type WorldRandom, worldRandom } from './random.js';

/** A short document: a title that is cheap to read and a body that isn't. */
export interface TextRow {
  readonly title: string;
  readonly body: string;
}

/** Options of {@link textWorld}. */
export interface TextWorldOptions {
  /** How many, 1 or more. */
  readonly rows: number;
  /** An integer. */
  readonly seed: number;
  /** 2 … 26. Default 2. */
  readonly classes?: number;
  /** Probability that the title has a telltale word; the other rows need the body. Default .8. */
  readonly easy?: number;
  /** Probability that the title's telltale word is of a wrong class. Below 1 - 1/classes. Default .008. */
  readonly titleNoise?: number;
  /** The same for the body, which always has one. Default .002. */
  readonly bodyNoise?: number;
  /** Words of a body; a title has 6. Default 60. */
  readonly bodyWords?: number;
}

/** Rows and labels of {@link textWorld}, and the truth about them. */
export interface TextWorld {
  readonly rows: TextRow[];
  /** 'a', 'b', …, all equally likely. */
  readonly labels: string[];
  /** The telltale words of each class. */
  readonly telltales: readonly (readonly string[])[];
  /** Error of the best possible classifier that reads the title, the body, or both. */
  readonly bayesError: { readonly title: number; readonly body: number; readonly both: number };
  /** How often the best answer by both differs from the title's on rows whose title has a telltale word. */
  readonly easyDisagreement: number;
}

const TITLE_WORDS = 6;
const TELLTALES = 5;
const FILLERS = 400;

/**
 * Synthetic documents in K equally likely classes. All words are filler, drawn alike for every class, but for one
 * telltale word in every body and, with probability `easy`, one in the title. It is one of five words of the row's
 * class or, with probability β in bodies and η in titles, of another class, each as likely.
 *
 * The best answer is the class of the telltale word; a title without one leaves a guess, wrong with
 * probability 1 - 1/K. If title and body differ, the less noisy one is the likelier, since (1 - η)β
 * / η(1 - β) is the odds. So
 *
 *     error of title   easy · η + (1 - easy)(1 - 1/K)
 *     error of body    β
 *     error of both    easy · min(η, β) + (1 - easy) · β
 *
 * and on easy rows both differs from title when β < η and the two words do: 1 - (1 - η)(1 - β) - ηβ / (K - 1).
 *
 * Throws `RangeError` for an option out of its range.
 *
 * @example
 * const world = textWorld({ rows: 3_000, seed: 1 });
 * const features = define<TextRow>({ title: tfidf((row) => row.title), body: tfidf((row) => row.body) });
 */
export function textWorld(options: TextWorldOptions): TextWorld {
  const { rows, seed, classes = 2, bodyWords = 60 } = options;
  const { easy = 0.8, titleNoise = 0.008, bodyNoise = 0.002 } = options;
  demandCount('rows', rows);
  demandCount('classes', classes, 2);
  demand(classes <= 26, 'classes', classes, 'at most 26');
  demandCount('bodyWords', bodyWords);
  demandProbability('easy', easy);
  const guess = 1 - 1 / classes;
  demand(titleNoise >= 0 && titleNoise < guess, 'titleNoise', titleNoise, `0 to below ${guess}`);
  demand(bodyNoise >= 0 && bodyNoise < guess, 'bodyNoise', bodyNoise, `0 to below ${guess}`);

  const fillers = Array.from({ length: FILLERS }, (_, i) => word(i));
  const telltales = Array.from({ length: classes }, (_, k) =>
    Array.from({ length: TELLTALES }, (_, i) => word(FILLERS + k * TELLTALES + i)),
  );
  const source = worldRandom(seed);
  const telltale = (label: number, noise: number): string => {
    const shown = source.chance(noise) ? (label + 1 + source.below(classes - 1)) % classes : label;
    return telltales[shown][source.below(TELLTALES)];
  };
  const labels: string[] = [];
  const drawn = Array.from({ length: rows }, (): TextRow => {
    const label = source.below(classes);
    labels.push(String.fromCharCode(97 + label));
    const title = source.chance(easy) ? telltale(label, titleNoise) : undefined;
    return {
      title: document(source, fillers, TITLE_WORDS, title),
      body: document(source, fillers, bodyWords, telltale(label, bodyNoise)),
    };
  });
  return {
    rows: drawn,
    labels,
    telltales,
    bayesError: {
      title: easy * titleNoise + (1 - easy) * guess,
      body: bodyNoise,
      both: easy * Math.min(titleNoise, bodyNoise) + (1 - easy) * bodyNoise,
    },
    easyDisagreement:
      bodyNoise < titleNoise
        ? 1 - (1 - titleNoise) * (1 - bodyNoise) - (titleNoise * bodyNoise) / (classes - 1)
        : 0,
  };
}

function document(
  source: WorldRandom,
  fillers: readonly string[],
  length: number,
  telltale?: string,
): string {
  const words = Array.from({ length }, () => fillers[source.below(fillers.length)]);
  if (telltale !== undefined) words[source.below(length)] = telltale;
  return words.join(' ');
}

/** The i-th made-up word, two syllables, all different for i < 3,600. */
function word(i: number): string {
  return syllable(i % 60) + syllable(Math.floor(i / 60));
}

function syllable(i: number): string {
  return 'bdfgklmnprst'[i % 12] + 'aeiou'[Math.floor(i / 12)];
}
