import { demand, demandCount, demandProbability } from './demand.js';
import { type WorldRandom, worldRandom } from './random.js';

/**
 * One row of a score-level world: the values of a cheap and a costly feature of one column each.
 */
export interface AgreementRow {
  /** The cheap model's log-odds of 'yes': `1 / (1 + exp(-cheap))` is its probability. A Float32 number. */
  readonly cheap: number;
  /** Above 0 where the full model answers 'yes', below where it answers 'no'; +4 or -4. */
  readonly costly: number;
}

/** The two classes of {@link agreementWorld}. */
export type AgreementLabel = 'no' | 'yes';

/** Options of {@link agreementWorld}. */
export interface AgreementWorldOptions {
  /** How many, 1 or more. */
  readonly rows: number;
  /** An integer. */
  readonly seed: number;
  /** Probability that the cheap answer is wrong at a score of .5, where it is likeliest. Default .5. */
  readonly doubt?: number;
  /**
   * How fast doubt falls as the score grows; 0 is not at all, so that scores carry no information.
   * Default 1.
   */
  readonly sharpness?: number;
  /** Probability that the full answer is the label, for any row. Default 1. */
  readonly accuracy?: number;
}

/** Rows and labels of {@link agreementWorld}, and the truth about them. */
export interface AgreementWorld {
  readonly rows: AgreementRow[];
  readonly labels: AgreementLabel[];
  /** The full model's answer for each row. */
  readonly answers: AgreementLabel[];
  /** Probability that a row exits at `threshold` and differs from the full answer. */
  trueDisagreement(threshold: number): number;
  /**
   * Accuracy of the full model less the accuracy of the cascade that exits at `threshold`. Below 0
   * is a gain.
   */
  trueAccuracyLoss(threshold: number): number;
  /** Probability that a row exits. */
  exitRate(threshold: number): number;
  /** The lowest threshold whose true disagreement is at most `epsilon`. */
  thresholdFor(epsilon: number): number;
}

/**
 * A binary world of scores for one early exit, 'answer cheaply if score >= threshold', thresholds .5 … 1.
 *
 * The score s, the cheap model's top probability, is uniform on (.5, 1), and the full answer is the other one with
 * probability q(s) = doubt · u^sharpness, where u = 2(1 - s) is uniform on (0, 1). So, at u = 2(1 - threshold),
 *
 *     exit rate      u
 *     disagreement   ∫₀ᵘ doubt · v^sharpness dv = doubt · u^(sharpness + 1) / (sharpness + 1)
 *     accuracy loss  (2 · accuracy - 1) · disagreement: the label is the full answer or, else, the cheap one
 *
 * With the defaults q(s) = 1 - s: given `cheap`, the full answer is 'yes' with probability 1 / (1 + exp(-cheap)), so
 * logistic regression fitted to the answers tends to weight 1 and intercept 0, which are the intended scores. A model
 * made by hand returns that sigmoid; the full one returns the sigmoid of `costly`. With other options a regression's
 * scores are another scale of |cheap| and exit rows in the same order.
 *
 * Throws `RangeError` for an option out of its range.
 *
 * @example
 * const world = agreementWorld({ rows: 5_000, seed: 1 });
 * world.trueDisagreement(0.9); // 0.01
 */
export function agreementWorld(options: AgreementWorldOptions): AgreementWorld {
  const { rows, seed, doubt = 0.5, sharpness = 1, accuracy = 1 } = options;
  demandCount('rows', rows);
  const law = agreementLaw(doubt, sharpness, accuracy);
  const source = worldRandom(seed);
  const draws = Array.from({ length: rows }, () => law.draw(source));
  return {
    rows: draws.map((draw) => draw.row),
    labels: draws.map((draw) => draw.label),
    answers: draws.map((draw) => draw.answer),
    trueDisagreement: law.disagreement,
    trueAccuracyLoss: (threshold) => (2 * accuracy - 1) * law.disagreement(threshold),
    exitRate: doubled,
    thresholdFor(epsilon) {
      demand(epsilon >= 0, 'epsilon', epsilon, 'a number of at least 0');
      if (law.disagreement(0.5) <= epsilon) return 0.5;
      return 1 - ((epsilon * (sharpness + 1)) / doubt) ** (1 / (sharpness + 1)) / 2;
    },
  };
}

interface Draw {
  readonly row: AgreementRow;
  readonly answer: AgreementLabel;
  readonly label: AgreementLabel;
}

/** How one row is drawn, and the disagreement that follows; worlds with more structure share it. */
export function agreementLaw(doubt: number, sharpness: number, accuracy: number) {
  demandProbability('doubt', doubt);
  demand(sharpness >= 0, 'sharpness', sharpness, 'a number of at least 0');
  demandProbability('accuracy', accuracy);
  return {
    disagreement: (threshold: number) => (doubt * doubled(threshold) ** (sharpness + 1)) / (sharpness + 1),
    draw(source: WorldRandom): Draw {
      const u = source.uniform();
      const cheapYes = source.chance(0.5);
      const fullYes = cheapYes !== source.chance(doubt * u ** sharpness);
      const labelYes = fullYes === source.chance(accuracy);
      const logOdds = Math.fround(Math.log(2 / u - 1));
      return {
        row: { cheap: cheapYes ? logOdds : -logOdds, costly: fullYes ? 4 : -4 },
        answer: fullYes ? 'yes' : 'no',
        label: labelYes ? 'yes' : 'no',
      };
    },
  };
}

function doubled(threshold: number): number {
  demand(threshold >= 0.5 && threshold <= 1, 'threshold', threshold, 'a score, .5 to 1');
  return 2 * (1 - threshold);
}
