import { Chunk, type ChunkPlace, type Validity } from './chunk.js';
import type { TableColumn } from './table.js';

/** Entries of a dictionary, each decoded once, when it is first needed. Chunks that share a dictionary share them. */
export class DictionaryEntries {
  private readonly known: unknown[] = [];

  constructor(
    private readonly column: Pick<TableColumn, 'content' | 'exact'> & { readonly length: number },
  ) {}

  get length(): number {
    return this.column.length;
  }

  at(entry: number): unknown {
    this.known[entry] ??= this.column.content(entry);
    return this.known[entry];
  }

  exact(entry: number): unknown {
    return this.column.exact(entry);
  }
}

/** Values by their entries in a dictionary. */
export class DictionaryChunk extends Chunk {
  constructor(
    length: number,
    place: ChunkPlace,
    validity: Validity | undefined,
    protected override readonly missing: number | null,
    private readonly indices: ArrayLike<number | bigint>,
    private readonly entries: DictionaryEntries,
  ) {
    super(length, place, validity);
  }

  protected valueAt(i: number): unknown {
    return this.entries.at(this.entryAt(i));
  }

  override exact(i: number): unknown {
    return this.validity?.lacks(i) ? this.missing : this.entries.exact(this.entryAt(i));
  }

  private entryAt(i: number): number {
    const entry = Number(this.indices[i]);
    if (entry >= 0 && entry < this.entries.length) return entry;
    throw this.fault(i, `is damaged: entry ${entry} of a dictionary that has ${this.entries.length}`);
  }
}
