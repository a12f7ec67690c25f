import type { StageRow } from './progress.js';

/** What a training should be told of before its detector is believed. */
export type TrainingWarning =
  /** Fewer objects choose thresholds than the hit rate takes. */
  | {
      readonly kind: 'few-validation-objects';
      readonly objects: number;
      readonly needed: number;
      readonly message: string;
    }
  /** No object is left that chose nothing: hits aren't counted. */
  | { readonly kind: 'no-test-objects'; readonly message: string }
  /** Few objects are fitted on, and `augment` makes no copies of them. */
  | { readonly kind: 'no-copies'; readonly objects: number; readonly message: string }
  /** A stage passes more of the validation negatives than it may, with all its weak learners. */
  | {
      readonly kind: 'false-alarms';
      readonly stage: number;
      readonly falseAlarms: number;
      readonly message: string;
    };

/** Objects that needn't be copied: they vary enough by themselves. */
const MANY_OBJECTS = 200;

/**
 * @param fitted how many objects are fitted on without copies; undefined where they have some
 * @param choosing, counting how many objects choose thresholds, and how many count hits
 * @param table the stages that are done
 */
export function trainingWarnings(
  fitted: number | undefined,
  choosing: number,
  counting: number,
  table: readonly StageRow[],
  { hitRate, falseAlarmRate }: { readonly hitRate: number; readonly falseAlarmRate: number },
): TrainingWarning[] {
  const warnings: TrainingWarning[] = [];
  // 1 / (1 - .995) is a little less than 200.
  const needed = Math.ceil(1 / (1 - hitRate) - 1e-6);
  if (hitRate < 1 && choosing < needed) {
    warnings.push({
      kind: 'few-validation-objects',
      objects: choosing,
      needed,
      message:
        `${choosing} objects choose thresholds, so that 1/${choosing} is the smallest share that can be told: a ` +
        `hitRate of ${hitRate} takes ${needed}. A new object passes a stage with a chance of about ` +
        `${choosing} in ${choosing + 1}. Pass more objects or hold out more of them; fewer stages lose less.`,
    });
  }
  if (counting === 0) {
    const message = "no object is left to count hits on: pass more, or others as 'test'";
    warnings.push({ kind: 'no-test-objects', message });
  }
  if (fitted !== undefined && fitted < MANY_OBJECTS) {
    const message =
      `${fitted} objects are fitted on, without copies, and windows of a search never fit objects exactly: in ` +
      "images many aren't found. Pass augment: { mirror: true, copies: 30 }.";
    warnings.push({ kind: 'no-copies', objects: fitted, message });
  }
  for (const { stage, weak, falseAlarms } of table) {
    if (falseAlarms <= falseAlarmRate) continue;
    const message =
      `stage ${stage} passes ${falseAlarms.toFixed(3)} of the validation negatives with ${weak} weak learners, and ` +
      `${falseAlarmRate} was asked. Pass more negatives or objects, raise 'maxWeak', or lower 'hitRate'.`;
    warnings.push({ kind: 'false-alarms', stage, falseAlarms, message });
  }
  return warnings;
}
