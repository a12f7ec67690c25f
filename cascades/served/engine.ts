import type { Engine } from '../../lib/runtime/index.js';
import type { CascadeParts } from '../parts/index.js';
import { type Label, widthOf } from '../terms/index.js';

/** A cascade as the engine runs it: names become positions. */
export function engineOf<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
): Engine<Row> {
  const { fitted, plan, stages, full, reads, classes } = parts;
  const positions = (names: readonly string[]) =>
    names.map((name) => fitted.findIndex((f) => f.name === name));
  return {
    features: fitted,
    stages: plan.stages.map(({ thresholds }, s) => ({
      model: stages[s].model,
      rule: stages[s].rule,
      reads: positions(stages[s].features),
      thresholds: Float64Array.from(thresholds, (threshold) => threshold ?? Number.POSITIVE_INFINITY),
    })),
    full: { model: full.model, reads: positions(reads) },
    classes: widthOf(classes),
    decision: plan.decision,
  };
}

/** The user's labels; for regression, which has no classes, the numbers themselves. */
export function labelsOf<L extends Label>(answers: Float64Array, classes: readonly L[]): L[] {
  if (classes.length > 0) return Array.from(answers, (c) => classes[c]);
  const numbers: Label[] = Array.from(answers);
  return numbers as L[]; // Where there are no classes, labels are numbers.
}
