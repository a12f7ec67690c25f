import { type Cascade, OptionError, type Plan } from '../../index.js';
import { lossOf } from './losses.js';
import type { Note, NotesLaw } from './notes.js';

export type NotesCascade = Cascade<Note, string>;

/** Answers to every note of a law. */
export interface Answered {
  /** Classes. */
  readonly answers: Int32Array;
  /** 1 where a stage answered, 0 if the full model did. */
  readonly early: Uint8Array;
}

export async function answeredBy(law: NotesLaw, cascade: NotesCascade): Promise<Answered> {
  const { labels, exits } = await cascade.predict(law.notes);
  const stages = cascade.plan.stages.length;
  return { answers: codesOf(law, labels), early: exits.map((exit) => Number(exit < stages)) };
}

export async function answeredInFull(law: NotesLaw, cascade: NotesCascade): Promise<Answered> {
  const { labels } = await cascade.full.predict(law.notes);
  return { answers: codesOf(law, labels), early: new Uint8Array(labels.length) };
}

function codesOf({ classes }: NotesLaw, labels: readonly string[]): Int32Array {
  return Int32Array.from(labels, (label) => classes.indexOf(label));
}

/**
 * The mean loss of answers against the full model's, over weighted cells: the law's own, or drawn
 * ones.
 */
export function meanLoss(
  loss: 'disagreement' | 'accuracy',
  { answers }: Answered,
  full: Answered,
  weights: Float64Array,
): number {
  const classes = weights.length / answers.length;
  let sum = 0;
  for (let cell = 0; cell < weights.length; cell++) {
    const note = Math.floor(cell / classes);
    const row = { full: full.answers[note], label: cell % classes };
    sum += weights[cell] * lossOf(loss, answers[note], row).lost;
  }
  return sum;
}

/** The share of rows that a stage answers. */
export function acceptance({ early }: Answered, { chances, classes }: NotesLaw): number {
  return chances.reduce((sum, chance, cell) => sum + chance * early[Math.floor(cell / classes.length)], 0);
}

/** How much of a drawn sample each cell is. */
export function sharesOf({ chances }: NotesLaw, drawn: Int32Array): Float64Array {
  const shares = new Float64Array(chances.length);
  for (const cell of drawn) shares[cell] += 1 / drawn.length;
  return shares;
}

/**
 * Answers of the most aggressive plan that passes, by bisection: plans are in order of cost, in
 * which losses grow, or nearly. Each plan is evaluated once.
 */
export function explorer(law: NotesLaw, cascade: NotesCascade) {
  const plans = [...cascade.path].sort((a, b) => b.expected.cost - a.expected.cost);
  const known = new Map<number, Promise<Answered>>();
  const at = (j: number) => {
    const requested = known.get(j) ?? answeredBy(law, cascade.explore(plans[j]));
    known.set(j, requested);
    return requested;
  };
  return async (willDo: (answered: Answered) => boolean): Promise<Answered | undefined> => {
    let [does, doesNot] = [-1, plans.length];
    while (doesNot - does > 1) {
      const middle = (does + doesNot) >> 1;
      if (willDo(await at(middle))) does = middle;
      else doesNot = middle;
    }
    return does < 0 ? undefined : at(does);
  };
}

/** A plan's thresholds with another cascade's models; undefined if that has other stages. */
export function transplanted(plan: Plan<string>, into: NotesCascade): NotesCascade | undefined {
  try {
    return into.explore(plan);
  } catch (error) {
    if (error instanceof OptionError) return undefined;
    throw error;
  }
}
