import { checkEvidence, loadEvidence } from '#evidence';
import { RETRAINED } from '#hints';
import { show } from '../../lib/check.js';
import { decode, separate } from '../../lib/data/artifact/index.js';
import { OptionError } from '../../lib/errors.js';
import { loadIntervalModel, loadRule } from '../../lib/learn/exits/index.js';
import type { State } from '../../lib/util/state.js';
import { voided } from '../certification/index.js';
import type { ClaimedBatch, UsedState } from '../holdout/index.js';
import type { ServedParts } from '../plan/index.js';
import { type Label, type ServedStage, widthOf } from '../types/index.js';
import { checkModel, checkRule } from './checkParts.js';
import { storedFidelities } from './features.js';
import { loadParts, stageModel } from './loadParts.js';
import { checkLoad, contentOf, guarded, type LoadOptions, mismatch, requiredState } from './pieces.js';
import { storedOf } from './shapes.js';
import { type Sharing, UNSHARED } from './sharing.js';
import type { Stored, StoredStage } from './stored.js';

/** Needs nothing of Node. */
export async function readCascadeFile<Row, L extends Label, Name extends string>(
  bytes: Uint8Array | ArrayBuffer,
  options: LoadOptions<Row, L, Name>,
): Promise<Restored<Row, L, Name>> {
  if (!(bytes instanceof Uint8Array || bytes instanceof ArrayBuffer)) {
    throw new OptionError(
      'source',
      `expected the bytes of a file that cascade.save() wrote, got ${show(bytes)}; read it first`,
    );
  }
  checkLoad(options);
  return restoredFrom('the artifact', separate(decode(new Uint8Array(bytes))), options);
}

/** The content of a file: the parts that answer, and the record of rows already used. */
export interface Restored<Row, L extends Label, Name extends string> {
  readonly parts: ServedParts<Row, L, Name>;
  readonly used: UsedState;
  /** Features whose values no longer tell used rows. */
  readonly stale: readonly string[];
  /** The stages that were wanted beside its own, and what its certificate would be void for, with theirs. */
  readonly more: readonly ServedStage[];
  readonly changes: readonly string[];
}

/** Which stages of a file are loaded beside those of its plan; models are shared. */
export type MoreStages<Row, L extends Label, Name extends string> = (
  stored: Stored<Row, L, Name>,
) => readonly StoredStage[];

/**
 * The cascade of a file's separate states.
 *
 * @param path what errors call it
 * @param sharing where equal features and models are found
 */
export async function restoredFrom<Row, L extends Label, Name extends string>(
  path: string,
  states: Record<string, State>,
  options: LoadOptions<Row, L, Name>,
  moreOf?: MoreStages<Row, L, Name>,
  sharing: Sharing = UNSHARED,
): Promise<Restored<Row, L, Name>> {
  const content = contentOf(path, states, 'cascade');
  const stored = checkEvidence(storedOf<Row, L, Name>(content.json));
  const { features } = options;
  const loaded = await loadParts(path, stored, states, options, sharing);
  const { fitted, full, columnsOf } = loaded;
  const { decision } = stored.plan;
  const width = widthOf(stored.classes);
  checkModel(path, 'the full model', full.model, columnsOf(stored.reads), width);
  const read = decision.kind === 'value' ? loadIntervalModel : undefined;
  const stageAt =
    (prefix: string) =>
    (stored: StoredStage, s: number): ServedStage => {
      const { state, ...stage } = stored;
      const place = `${prefix}stage ${s}`;
      const rule = guarded(path, `the exit rule of ${place}`, () =>
        loadRule(decision, requiredState(path, states, `${place} exit`)),
      );
      const whole = guarded(path, `the model of ${place}`, () => loaded.modelOf(state, stage.learner, read));
      // In regression a stage also outputs the expected error.
      const scores = decision.kind === 'value' ? 2 : width;
      checkModel(path, place, whole, columnsOf(stage.features), scores);
      checkRule(path, place, rule, scores);
      const model = stageModel(path, place, whole, whole.name, stage.prefix);
      return { ...stage, model, rule };
    };
  const stages = stored.stages.map(stageAt(''));
  const evidence = loadEvidence(path, stored.evidence, states, stageAt);
  const used = usedOf(path, content, stored.features.length, stored.batches ?? []);
  const more = moreOf?.(stored).map(stageAt('mode ')) ?? [];
  const changes = loaded.changes();
  const parts: ServedParts<Row, L, Name> = {
    ...stored,
    features,
    fitted,
    fidelities: storedFidelities(stored.features),
    stages,
    full,
    restsOn: stored.restsOn,
    evidence,
    reference: loaded.reference,
    checked: loaded.checked,
    certificate: voidedBy(stored.certificate, changes),
  };
  return { parts, used, stale: [...new Set([...stored.stale, ...loaded.stale])], more, changes };
}

function usedOf(
  path: string,
  { tensors }: State,
  features: number,
  claims: readonly Omit<ClaimedBatch, 'keys'>[],
): UsedState {
  const digests = Array.from({ length: features }, (_, f) => {
    const used = tensors[`used ${f}`];
    if (used instanceof Float64Array) return used;
    throw mismatch(path, 'lacks the digests of the rows that were used');
  });
  const keysOf = (name: string) => {
    const keys = tensors[name];
    if (keys instanceof Float64Array) return keys;
    throw mismatch(path, 'lacks the rows that were used');
  };
  const batches = claims.map((claim, b) => ({ ...claim, keys: keysOf(`used batch ${b}`) }));
  return { digests, rows: keysOf('used rows'), groups: keysOf('used groups'), batches };
}

/** Nothing is promised of features or models that have changed since they were certified. */
export function voidedBy<Voidable extends Parameters<typeof voided>[0]>(
  certificate: Voidable,
  changes: readonly string[],
): Voidable {
  if (changes.length === 0) return certificate;
  const words = changes.join('; ').replace(DIGEST, '$1…');
  return voided(certificate, `${words}${RETRAINED}`);
}

/** The beginning of a digest tells two of them apart. */
const DIGEST = /\b(sha256:[0-9a-f]{12})[0-9a-f]{52}\b/g;
