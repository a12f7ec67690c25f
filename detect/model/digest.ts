import { sha256 } from '../../lib/util/lightSha256.js';
import type { CascadeModel } from './model.js';

/** What tells a cascade from others by all that its answers depend on: a SHA-256 in hexadecimal digits. */
export function modelDigest(model: CascadeModel): string {
  const { kind, width, height, features } = model;
  const arrays = [
    features.rectangles,
    features.weights,
    features.tilted,
    model.firstTree,
    model.stageThresholds,
    model.firstNode,
    model.left,
    model.right,
    model.feature,
    model.thresholds,
    model.subsets,
    model.leaves,
  ];
  const head = JSON.stringify([kind, width, height, arrays.map(({ length }) => length)]);
  return sha256([
    new TextEncoder().encode(head),
    ...arrays.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
  ]);
}
