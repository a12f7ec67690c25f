import { meant, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import type { LossInWords, LossKind } from './kind.js';
import { LOSSES, type LossName, type StatedLoss } from './list.js';

const KINDS: readonly LossKind[] = Object.values(LOSSES);

/** The losses that have a name. */
export const LOSS_NAMES: readonly LossName[] = Object.keys(LOSSES).filter(isLossName);

export function isLossName(loss: unknown): loss is LossName {
  return typeof loss === 'string' && KINDS.some((kind) => kind.check('', loss));
}

/** @throws OptionError for what is no loss, or has members that don't belong */
export function checkLoss(where: string, loss: unknown): void {
  if (typeof loss === 'string' || (typeof loss === 'object' && loss !== null)) {
    if (KINDS.some((kind) => kind.check(where, loss))) return;
  }
  throw unknown(where, loss);
}

/** What the one kind says that a loss is of. */
export function saidBy<Said>(loss: unknown, ask: (kind: LossKind) => Said | undefined): Said {
  for (const kind of KINDS) {
    const said = ask(kind);
    if (said !== undefined) return said;
  }
  throw unknown('bound.loss', loss);
}

function unknown(where: string, loss: unknown): OptionError {
  const hint = typeof loss === 'string' ? meant(loss, LOSS_NAMES) : '';
  return new OptionError(where, `expected ${written(KINDS)}, got ${show(loss)}${hint}`);
}

/** Losses as users write them. */
function written(kinds: readonly LossKind[]): string {
  const all = kinds.map((kind) => kind.written);
  return `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}

/** The losses that fit regression, as users write them. */
export function lossesOfNumbers(): string {
  return written(KINDS.filter(({ fitsNumbers }) => fitsNumbers));
}

export function kindOf(loss: StatedLoss): LossKind {
  return saidBy(loss, (kind) => kind.inWords(loss) && kind);
}

export function inWords(loss: StatedLoss): LossInWords {
  return saidBy(loss, (kind) => kind.inWords(loss));
}

/** A loss as messages name it. */
export function lossName(loss: StatedLoss): string {
  return inWords(loss).name;
}

/** Whether a loss can't be computed without labels. A loss of the user's may look at them where they are known. */
export function needsLabels(loss: StatedLoss): boolean {
  return kindOf(loss).labels === 'needed';
}

/** Whether a row may also gain, as a loss of -1. */
export function isSigned(loss: StatedLoss): boolean {
  return kindOf(loss).least < 0;
}

/** Whether whole numbers of rows decide an exact test: rows that lose, or those that lose and those that gain. */
export function hasExactTest(loss: StatedLoss): boolean {
  return kindOf(loss).exact !== undefined;
}

/** Whether the full model has to be asked twice for its answer to a row. */
export function asksTwice(loss: StatedLoss): boolean {
  return kindOf(loss).asks === 2;
}

/** The loss of 0 and 1 over all rows that is never below this one, and so bounds it; undefined where there is none. */
export function countedAs(loss: StatedLoss): LossName | undefined {
  return kindOf(loss).countedAs;
}

/**
 * Whether a loss says nothing but whether answers differ from the full model's: of a search, where each row has one answer
 * of it, it is 1 where they do, and else 0.
 */
export function tellsDiffering(loss: StatedLoss): boolean {
  return kindOf(loss).labels === 'ignored' && countedAs(loss) !== undefined;
}

/** The loss by which plans are searched: of a signed one the loss that bounds it, without what rows may gain. */
export function withoutGains<Of extends StatedLoss>(loss: Of): Of | LossName {
  return (isSigned(loss) ? countedAs(loss) : undefined) ?? loss;
}

/** The rows that a loss is a share of, in words; empty where those are all. */
export function among(loss: StatedLoss): string {
  const { over } = kindOf(loss);
  if (over === 'pairs') return `the rows ${inWords(loss).rows}`;
  return over === 'all' ? '' : `the rows that the ${over} gives the class`;
}
