import { OptionError } from '../../lib/errors.js';
import type { CascadeModel } from '../model/index.js';

/** How much of a detector's search is done. */
export interface Version {
  /** Its first stages, 1 or more. */
  readonly stages: number;
  /** One of so many sizes of windows: those whose numbers, from 1 on, are multiples of it. */
  readonly every: number;
}

/** The search as `detect` does it. */
export function wholeSearch({ stageThresholds }: CascadeModel): Version {
  return { stages: stageThresholds.length, every: 1 };
}

/** What follows '@' in a feature's name: `5`, the first five stages; `5/2`, these on every second size. */
export function versionName({ stages, every }: Version): string {
  return every === 1 ? String(stages) : `${stages}/${every}`;
}

/** Whether the other version does all that this one does, and more. */
export function doesLess(version: Version, other: Version): boolean {
  const isSame = version.stages === other.stages && version.every === other.every;
  return !isSame && version.stages <= other.stages && version.every % other.every === 0;
}

const NAME = /^([1-9]\d{0,8})(?:\/([1-9]\d{0,8}))?$/;

/**
 * The versions of these names, and at last the whole.
 *
 * @throws OptionError for a name that is none, or one whose version isn't contained in the next one
 */
export function versionsNamed(names: readonly string[], model: CascadeModel): readonly Version[] {
  const whole = wholeSearch(model);
  const versions = [...names.map((name) => versionOf(name, whole)), whole];
  for (const [i, name] of names.entries()) {
    if (doesLess(versions[i], versions[i + 1])) continue;
    throw new OptionError(
      'fidelities',
      `'${name}' is not contained in '${names[i + 1] ?? versionName(whole)}', which comes after it`,
    );
  }
  return versions;
}

function versionOf(name: string, { stages: most }: Version): Version {
  const [, stages, every = '1'] = NAME.exec(name) ?? [];
  const version = { stages: Number(stages), every: Number(every) };
  if (version.stages <= most && versionName(version) === name) return version;
  throw new OptionError(
    'fidelities',
    `expected stages from 1 to ${most}, as in '1', or with sizes, as in '1/2' for every second size; got '${name}'`,
  );
}
