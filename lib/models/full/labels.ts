import { show } from '../../check.js';
import { ModelError, OptionError } from '../../errors.js';
import type { Declared } from './inputs.js';

/** @throws OptionError for labels without classes, and for an output of text that is to be anything else */
export function checkLabelOutput(
  labels: readonly unknown[] | undefined,
  kind: string,
  { name, type }: Declared,
): void {
  if (type === 'string' && kind !== 'labels') {
    throw new OptionError(
      'scores',
      `the model's output '${name}' is of text, which are labels, not ${kind}: leave it out, or name another output`,
    );
  }
  if (kind !== 'labels' || labels !== undefined) return;
  throw new OptionError('classes', `missing; the model's output '${name}' gives labels, which they list`);
}

/**
 * The class of each label as text. A model gives true and false as such, or as 1 and 0.
 *
 * @throws OptionError for classes that are the same label
 */
export function labelCodes(labels: readonly unknown[]): ReadonlyMap<string, number> {
  const codes = new Map<string, number>();
  labels.forEach((label, code) => {
    const names = typeof label === 'boolean' ? [String(label), String(Number(label))] : [String(label)];
    for (const name of names) {
      if (codes.has(name)) {
        throw new OptionError(
          'classes',
          `${show(labels[codes.get(name) ?? 0])} and ${show(label)} are the same label: a model gives ${name} for both`,
        );
      }
      codes.set(name, code);
    }
  });
  return codes;
}

/**
 * Writes hard answers, rows x classes: 1 for the class of a row's label, 0 for all others.
 *
 * @throws ModelError that names the row for a label of no class
 */
export function writeLabels(
  model: string,
  codes: ReadonlyMap<string, number>,
  output: string,
  given: ArrayLike<number | string>,
  out: Float64Array,
): void {
  const classes = out.length / given.length;
  out.fill(0);
  for (let row = 0; row < given.length; row++) {
    const code = codes.get(String(given[row]));
    if (code === undefined) {
      throw new ModelError(
        model,
        `gave the label ${show(given[row])} as '${output}'; 'classes' lists ${[...codes.keys()].join(', ')}`,
        { row },
      );
    }
    out[row * classes + code] = 1;
  }
}
