import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ArrowTable } from '../../lib/data/columns/index.js';
import { member } from '../../lib/util/member.js';

/** Libraries that read Arrow files. */
export const ARROW_LIBRARIES = ['apache-arrow', '@uwdata/flechette'];

/** How a library reads a file of `test/fixtures/arrow`; undefined where it isn't installed. */
export function arrowReader(library: string): ((file: string) => ArrowTable) | undefined {
  try {
    const read: unknown = member(createRequire(import.meta.url)(library), 'tableFromIPC');
    if (typeof read !== 'function') return undefined;
    return (file) => read(readFileSync(new URL(`../fixtures/arrow/${file}`, import.meta.url)));
  } catch {
    return undefined;
  }
}
