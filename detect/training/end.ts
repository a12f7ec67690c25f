import type { FalsePositives } from './examples/index.js';

/** Why training ended. */
export type EndReason =
  /** All stages are trained. */
  | 'stages'
  /** No more than `falsePositiveRate` of the windows pass. */
  | 'rate'
  /** The negative images, of training or of validation, had too few false positives left. */
  | 'exhausted'
  /** `maxWindows` were visited, and too few passed. */
  | 'windows'
  /** No weak learner lowered the error any more. */
  | 'stalled';

/** Why training ended, and that in a sentence. */
export type End = readonly [reason: EndReason, message: string];

/** Fewer validation negatives say too little about a rate of false alarms, and fewer others are learnt by heart. */
const LEAST_NEGATIVES = 30;

/** How many negatives a stage is fitted on, and with how few it isn't trained. */
export interface NegativesWanted {
  readonly least: number;
  readonly needed: number;
}

/** By default there are enough of them for few objects, too: these are no reason to end early. */
const DEFAULT_NEGATIVES = 500;

/** @param given the option; undefined for what the objects take */
export function negativesWanted(given: number | undefined, positives: number): NegativesWanted {
  if (given !== undefined) return { least: given / 2, needed: given };
  return {
    least: Math.max(LEAST_NEGATIVES, positives / 2),
    needed: Math.max(DEFAULT_NEGATIVES, positives),
  };
}

/**
 * Whether training ends before another stage, for the negatives that were found.
 *
 * @param neededValidation false positives that count a stage's false alarms
 * @param rate the share of windows that is wanted to pass; undefined before the first stage
 */
export function endOf(
  negatives: FalsePositives,
  { least, needed }: NegativesWanted,
  validation: FalsePositives,
  neededValidation: number,
  rate: number | undefined,
): End | undefined {
  const found = negatives.windows.length;
  const seen = `${found} false positives of ${needed} were found in ${negatives.visited} windows`;
  if (rate !== undefined) {
    const isRare = negatives.passed <= rate * negatives.visited;
    if (negatives.outcome === 'rare' || (negatives.outcome === 'enough' && isRare)) {
      return [
        'rate',
        `${negatives.passed} of ${negatives.visited} windows pass, which is the rate wanted. ${ofAnImage(negatives)}`,
      ];
    }
  }
  if (found === 0 || (rate !== undefined && found < least)) {
    if (negatives.outcome === 'limit') return ['windows', `${seen}, and 'maxWindows' allows no more`];
    return ['exhausted', `${seen}, and there are no more images in 'negatives'`];
  }
  const judged = validation.windows.length;
  if (judged >= Math.min(LEAST_NEGATIVES, neededValidation)) return undefined;
  const where = `${judged} false positives were found in ${validation.visited} windows of validation`;
  if (validation.outcome === 'limit') return ['windows', `${where}, and 'maxWindows' allows no more`];
  return ['exhausted', `${where}, and there are no more images; ${LEAST_NEGATIVES} are needed`];
}

/** A small share of windows is still many in an image. */
function ofAnImage({ images, visited, passed }: FalsePositives): string {
  const [windows, left] = [visited, passed].map((count) => count / images);
  return (
    `An image has ${Math.round(windows)} windows here, and ${left.toFixed(1)} of them pass; detect() visits more ` +
    "where its scaleFactor is smaller. If that is too many, lower 'falsePositiveRate'"
  );
}
