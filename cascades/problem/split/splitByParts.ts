import { consecutive } from '../../../lib/data/blocks/index.js';
import { OptionError } from '../../../lib/errors.js';
import type { DrawInput } from './splitByDraw.js';
import type { Part, RowSplit } from './types.js';

/**
 * Rows split as the user says.
 *
 * @param parts the part of each row
 * @throws OptionError for a part that is none, an empty one, and groups or equal rows in two
 */
export function splitByParts(
  parts: readonly Part[],
  { groups, equals, separate }: Pick<DrawInput, 'groups' | 'equals' | 'separate'>,
): RowSplit {
  parts.forEach((part, row) => {
    if (part === 'train' || part === 'tune' || (part === 'certify' && !separate)) return;
    throw new OptionError(
      'split',
      `row ${row}: expected 'train', 'tune'${separate ? '' : " or 'certify'"}, got '${part}'`,
    );
  });
  if (groups !== undefined) checkWhole(parts, groups);
  if (equals !== undefined) checkTogether(parts, equals);
  const where = (...wanted: Part[]) =>
    consecutive(0, parts.length).filter((row) => wanted.includes(parts[row]));
  const development = where('train', 'tune');
  const positions = consecutive(0, development.length);
  const fit = positions.filter((row) => parts[development[row]] === 'train');
  const scored = positions.filter((row) => parts[development[row]] === 'tune');
  if (fit.length === 0) throw new OptionError('split', "no row is 'train'; models need rows to be fitted on");
  if (scored.length === 0)
    throw new OptionError('split', "no row is 'tune'; a plan needs rows to be chosen on");
  return { development, certify: where('certify'), rounds: [{ fit, score: scored }], fit, scored };
}

function checkWhole(parts: readonly Part[], groups: Int32Array): void {
  const partOf = new Map<number, Part>();
  for (let row = 0; row < parts.length; row++) {
    const part = partOf.get(groups[row]) ?? parts[row];
    if (part !== parts[row]) {
      throw new OptionError('split', `row ${row} is '${parts[row]}', but others of its group are '${part}'`);
    }
    partOf.set(groups[row], part);
  }
}

function checkTogether(parts: readonly Part[], first: Int32Array): void {
  const row = first.findIndex((before, at) => parts[before] !== parts[at]);
  if (row < 0) return;
  throw new OptionError(
    'split',
    `row ${row} is '${parts[row]}', but row ${first[row]}, which it equals, is '${parts[first[row]]}'; ` +
      'give equal rows one part, or pass repeats: true if inputs repeat and each is a draw of its own',
  );
}
