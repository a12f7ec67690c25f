import type { JsonValue, State } from '../../lib/util/state.js';
import { contentOf, mismatch } from './pieces.js';

/** The part of a file that answers. */
export interface ServingStates {
  readonly kind: 'cascade' | 'ranker';
  readonly states: Readonly<Record<string, State>>;
  /** Values of a few rows, by which features are checked once. */
  readonly reference: State | undefined;
}

/** States that only certify, retune or report. */
const EVIDENCE = /^(reference|tuning|sample|path \d+ .*)$/;

/** Parts of the content that no answer depends on: some grow with the number of rows or of plans. */
const UNSERVED = {
  cascade: {
    evidence: null,
    frontier: [],
    tried: [],
    triedFidelities: [],
    exits: [],
    stageNotes: [],
    notes: [],
    advice: [],
    stale: [],
  },
  ranker: { curves: [], tried: [], notes: [] },
};

/**
 * What serving needs of a file's states. A cascade restored from them answers alike. It can't be
 * certified again, since it doesn't know which rows were used.
 *
 * @throws ArtifactError if the file holds neither a cascade nor a ranker
 */
export function servingStates(path: string, states: Readonly<Record<string, State>>): ServingStates {
  const kind = states.ranker === undefined ? 'cascade' : 'ranker';
  const { json, tensors } = contentOf(path, states, kind);
  if (!isObject(json)) throw mismatch(path, `the state of its ${kind} isn't an object`);
  const unused = Object.keys(tensors).map((name) => [name, new Float64Array(0)] as const);
  const content: State = { json: { ...json, ...UNSERVED[kind] }, tensors: Object.fromEntries(unused) };
  const kept = Object.entries(states).filter(([name]) => name !== kind && !EVIDENCE.test(name));
  return {
    kind,
    states: Object.fromEntries([[kind, content], ...kept]),
    reference: states.reference,
  };
}

function isObject(json: JsonValue): json is { readonly [key: string]: JsonValue } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
