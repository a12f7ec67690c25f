import type { Learner } from 'spillway';

/** A learner that counts its fits. */
export interface Counted {
  readonly learner: Learner;
  /** Fits so far: in full, and of its lighter forms. */
  fits(): { readonly full: number; readonly light: number };
}

/** The same learner, which counts its fits and those of its lighter forms. */
export function counting(learner: Learner): Counted {
  const fits = { full: 0, light: 0 };
  const counted = (of: Learner, as: keyof typeof fits): Learner => ({
    ...of,
    ...(of.lighter && { lighter: () => counted(of.lighter?.() ?? of, 'light') }),
    ...(of.probe && { probe: () => counted(of.probe?.() ?? of, 'light') }),
    ...(of.rough && { rough: () => counted(of.rough?.() ?? of, as) }),
    fit(set, context) {
      fits[as]++;
      return of.fit(set, context);
    },
  });
  return { learner: counted(learner, 'full'), fits: () => ({ ...fits }) };
}
