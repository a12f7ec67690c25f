import type { RecordBatch, Schema } from 'apache-arrow';
import { optionalPackage } from '../../../lib/util/packages.js';
import type { RawMessage } from './messages.js';

/** Loads the optional package. @throws MissingPackage */
export function loadArrow(): Promise<Arrow> {
  return optionalPackage('apache-arrow', 'rows as Arrow', () => import('apache-arrow'));
}

export type Arrow = typeof import('apache-arrow');

/** apache-arrow's reader of streams, fed with whole messages: it never waits, nor meets an end. */
export class Decoder {
  private readonly queue: Uint8Array[] = [];
  private readonly reader;

  /** @param first the schema. @throws what apache-arrow does */
  constructor(arrow: Arrow, first: RawMessage) {
    this.push(first);
    this.reader = arrow.RecordBatchReader.from(pieces(this.queue));
    this.reader.open();
  }

  get schema(): Schema {
    return this.reader.schema;
  }

  push({ prefix, description, body }: RawMessage): void {
    this.queue.push(prefix, description, body);
  }

  /** @param message of a record batch; dictionaries were pushed before. @throws what apache-arrow does */
  batch(message: RawMessage): RecordBatch {
    this.push(message);
    const { done, value } = this.reader.next();
    if (done || value === undefined) throw new RangeError('there is no record batch');
    return value;
  }
}

/** The reader looks ahead for a piece: it is given an empty one where none is there. */
function* pieces(queue: Uint8Array[]): Generator<Uint8Array, void, void> {
  let isAhead = false;
  for (;;) {
    const piece = queue.shift();
    if (piece === undefined && isAhead) throw new RangeError('its messages are shorter than they say');
    isAhead = piece === undefined;
    yield piece ?? NONE;
  }
}

const NONE = new Uint8Array(0);
