import { separate } from '../../lib/data/artifact/index.js';
import { RowReader } from '../../lib/data/rows/index.js';
import { ArtifactError } from '../../lib/errors.js';
import { columnFeatures } from '../../lib/features/define/index.js';
import { frozen } from '../../lib/util/frozen.js';
import type { State } from '../../lib/util/state.js';
import { Ledger } from '../holdout/index.js';
import type { CascadeParts, ModeSet } from '../plan/index.js';
import type { Label, ServedStage } from '../types/index.js';
import { restoredFrom, voidedBy } from './loading.js';
import { checkLoad, contentOf, type FileLoadOptions } from './pieces.js';
import { storedOf } from './shapes.js';
import { type Sharing, UNSHARED } from './sharing.js';
import { readSource } from './source.js';
import type { Stored, StoredModes } from './stored.js';
import { storedModes } from './storedModes.js';

/**
 * A cascade that can be certified again: beside what answers, it knows the rows that were used.
 *
 * @param source a file's path, or its bytes
 */
export async function loadCascade<Row, L extends Label, Name extends string>(
  source: string | Uint8Array | ArrayBuffer,
  options: FileLoadOptions<Row, L, Name>,
): Promise<CascadeParts<Row, L, Name>> {
  // Before a large file is read.
  checkLoad(options, [], false);
  const path = typeof source === 'string' ? source : 'the artifact';
  return partsFrom(path, separate(await readSource(source)), options, UNSHARED);
}

/**
 * The same from a file's separate states, whose tensors it keeps as they are.
 *
 * @param path what errors call it
 * @param sharing where equal features and models are found
 */
export async function partsFrom<Row, L extends Label, Name extends string>(
  path: string,
  states: Record<string, State>,
  options: FileLoadOptions<Row, L, Name>,
  sharing: Sharing,
): Promise<CascadeParts<Row, L, Name>> {
  checkLoad(options, [], false);
  const features =
    options.features ??
    columnFeatures<Row, Name>(path, storedOf<Row, L, Name>(contentOf(path, states, 'cascade').json).features);
  let modes: StoredModes<L, Name> | undefined;
  const chainOf = (stored: Stored<Row, L, Name>) => {
    modes = storedModes(stored);
    return modes?.chain ?? [];
  };
  const whole = { ...options, features };
  const { parts, used, stale, more, changes } = await restoredFrom(path, states, whole, chainOf, sharing);
  if (!Number.isFinite(parts.restsOn)) {
    throw new ArtifactError('damaged', 'the file lacks the number of the rows that its certificate rests on');
  }
  return {
    ...parts,
    used: Ledger.from(used, stale, new RowReader()),
    modes: modes && loadedModes(modes, more, changes),
  };
}

/** Modes share what their cascade is made of: what makes its certificate void makes theirs void. */
function loadedModes<L extends Label, Name extends string>(
  { epsilons, further }: StoredModes<L, Name>,
  stages: readonly ServedStage[],
  changes: readonly string[],
): ModeSet<L, Name> {
  const promised = further.map(({ plan, certificate }) => ({
    plan,
    certificate: voidedBy(certificate, changes),
  }));
  return { epsilons, stages, further: frozen(promised) };
}
