import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Block, entries } from '../../lib/data/blocks/index.js';
import { octetsOf } from './equalRows.js';
import type { PackedSlice } from './packing.js';

/** Octets of an entry beside its values: objects, its key, and places in tables. */
const OVERHEAD = 400;

/**
 * Values of features for rows that a tenant has asked about before. Tenants don't see by the time
 * of an answer what others have asked: each has entries of its own.
 */
export class TenantCache {
  private readonly blocks: LRUCache<string, Block>;
  hits = 0;
  misses = 0;

  /** @param octets that all entries may take together */
  constructor(octets: number) {
    this.blocks = new LRUCache({ maxSize: octets });
  }

  get octets(): number {
    return this.blocks.calculatedSize;
  }

  /** The block of a row, or undefined. @param key of feature, tenant and content */
  get(key: string): Block | undefined {
    const block = this.blocks.get(key);
    if (block === undefined) this.misses++;
    else this.hits++;
    return block;
  }

  /** @param block of one row, whose memory is its own */
  set(key: string, block: Block): void {
    const size = OVERHEAD + (block.kind === 'dense' ? 4 : 8) * entries(block);
    if (size <= this.blocks.maxSize) this.blocks.set(key, block, { size });
  }
}

/** Keys of a slice's rows: of the tenant, and of all octets that a row is made of. */
export function contentKeys(tenant: string, { inputs, rows }: PackedSlice, positions?: Int32Array): string[] {
  const names = Object.keys(inputs).sort();
  const columns = names.map((name) => octetsOf(inputs[name]));
  return Array.from({ length: positions?.length ?? rows }, (_, r) => {
    const row = positions === undefined ? r : positions[r];
    const hash = createHash('sha256').update(JSON.stringify(tenant));
    columns.forEach(({ octets, start, end }, c) => {
      hash.update(`${names[c]} ${end(row) - start(row)} `);
      hash.update(octets.subarray(start(row), end(row)));
    });
    return hash.digest('base64');
  });
}
