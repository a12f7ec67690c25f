import { createRequire } from 'node:module';

/**
 * Puts back two functions of `node:util` that tfjs-node 4.22 calls and Node 23 removed. spillway does so when it starts
 * that backend; call it before you build a network with tfjs-node yourself on Node 23 or later.
 *
 * @example
 * restoreNodeUtil();
 * const tf = await import('@tensorflow/tfjs-node');
 */
export function restoreNodeUtil(): void {
  const util: Record<string, unknown> = createRequire(import.meta.url)('node:util');
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}
