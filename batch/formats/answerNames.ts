import { InputError, OptionError } from '../../lib/errors.js';
import type { WriterOptions } from './format.js';

/** Names of the columns of answers, in their order. */
export interface AnswerNames {
  readonly label: string;
  readonly stage: string;
  readonly verdict: string;
  readonly scores: string | undefined;
  readonly error: string | undefined;
  readonly all: readonly string[];
}

/** @throws OptionError for a key that an answer is called, too */
export function answerNames({ key, prefix = '', scores, errors }: WriterOptions): AnswerNames {
  const [label, stage, verdict] = ['label', 'stage', 'verdict'].map((name) => prefix + name);
  const names = {
    label,
    stage,
    verdict,
    scores: scores ? `${prefix}scores` : undefined,
    error: errors ? `${prefix}error` : undefined,
  };
  const all = Object.values(names).filter((name) => name !== undefined);
  if (key !== undefined && all.includes(key))
    throw new OptionError('--prefix', `an answer is called '${key}' as the key is: give another, such as p_`);
  return { ...names, all };
}

/** A column of the input that is called as an answer. @param where it was read */
export function clashing(where: string, name: string): InputError {
  return new InputError(
    where,
    `it has a column '${name}' already: begin the names of answers otherwise, as --prefix p_ does, or leave columns out by --key`,
  );
}
