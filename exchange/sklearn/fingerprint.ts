import { sha256 } from '#sha256';
import type { Tensor } from '../../lib/util/state.js';
import { damagedModel, type Fields } from '../fields.js';
import { PIPELINE } from './node.js';

/** The members of a file on which answers depend. */
const MEMBERS = ['rows', 'nodes', 'cut', 'model', 'classes', 'decision'];
/** Tensors on which none does. */
const BESIDE = /^(?:sample|fittedOn)\//;
const DEEPEST = 500;

/**
 * The SHA-256 digest of all that a pipeline's answers depend on: the same for a file with another sample, or with other
 * rows that the pipeline was fitted on.
 *
 * @throws ArtifactError
 */
export function fingerprintOf(fields: Fields, tensors: ReadonlyMap<string, Tensor>): string {
  const own = [...tensors].filter(([name]) => !BESIDE.test(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  const content = [
    ...MEMBERS.map((name) => fields.get(name)),
    ...own.map(([name, tensor]) => [name, tensor[Symbol.toStringTag], tensor.length]),
  ];
  const octets = own.map(
    ([, { buffer, byteOffset, byteLength }]) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  return `sha256:${sha256([new TextEncoder().encode(canonical(content, 0)), ...octets])}`;
}

/** JSON with members in the order of their names. */
function canonical(value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (depth === DEEPEST) throw damagedModel(PIPELINE, `parts that are nested more than ${DEEPEST} deep`);
  if (Array.isArray(value)) return `[${value.map((each) => canonical(each, depth + 1)).join()}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${canonical(each, depth + 1)}`).join()}}`;
}
