import { checkFlag, checkKeys } from '../../lib/check.js';
import { refuseVacuousAt } from '../certification/index.js';
import { shareAsked } from '../losses/index.js';
import type { CascadeParts } from '../plan/index.js';
import type { Label } from '../types/index.js';
import { choiceAt, chosen, evidenceOf } from './choice.js';
import { withOwnModes } from './modes.js';

/** Options of `cascade.retune`. */
export type RetuneOptions = (
  | {
      /** The loss promised at most from now on, above 0 and below 1; loss and delta stay. */
      readonly epsilon: number;
      readonly atMost?: never;
    }
  | {
      /** The same for `absoluteError`, in the units of the answers: above 0 and below its cap. */
      readonly atMost: number;
      readonly epsilon?: never;
    }
) & {
  /** Serve an epsilon that a constant answer would meet. @defaultValue false */
  readonly allowVacuous?: boolean;
};

/** The same cascade under another epsilon: nothing is fitted and no row is looked at again. */
export function retuned<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  options: RetuneOptions,
): CascadeParts<Row, L, Name> {
  checkKeys(options, ['epsilon', 'atMost', 'allowVacuous']);
  const { allowVacuous = false } = options;
  const epsilon = shareAsked(options, parts.certificate.loss);
  checkFlag('allowVacuous', allowVacuous);
  const evidence = evidenceOf(parts, 'retune');
  if (!allowVacuous) refuseVacuousAt(parts.certificate, epsilon);
  return withOwnModes(chosen(parts, evidence, choiceAt({ ...parts, evidence }, epsilon)), parts.modes);
}
