/** The data of a tensor in a message: a list, from its bracket to the one that ends it. */
export interface DataSpan {
  readonly start: number;
  /** After the bracket that ends it. */
  readonly end: number;
  /** Commas between its items, at least {@link BLOCK} octets apart: what is between two of them is read by itself. */
  readonly cuts: readonly number[];
}

/** Octets of JSON that are read in one piece: some tenths of a millisecond. */
export const BLOCK = 32 * 1024;

const BACKSLASH = 0x5c;
const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const LIST = ascii('inputs');
const DATA = ascii('data');
/** No key of these names is longer, however it is escaped. */
const LONGEST = 6 * LIST.length;

/** What the text before has to do with data. */
type Named = 'nothing' | 'list' | 'data' | 'escaped';

/**
 * Finds the data of a request's tensors while its structure is looked at. Depths are those of the message: its own
 * keys have 1, and those of a tensor 3.
 */
export class DataSpans {
  /** By the tensor's position in its list. */
  readonly found: (DataSpan | undefined)[] = [];
  /**
   * Whether keys that matter are escaped, or are there twice: only a parser can say which of them counts. Also where
   * data don't end.
   */
  get isOdd(): boolean {
    return this.hasOddKeys || this.start >= 0;
  }
  private hasOddKeys = false;
  private named: Named = 'nothing';
  private isKey = false;
  private isInList = false;
  private hasList = false;
  private tensor = 0;
  private start = -1;
  private cuts: number[] = [];
  private nextCut = 0;

  constructor(private readonly json: Uint8Array) {}

  text(open: number, close: number, depth: number): void {
    this.isKey = false;
    this.named = 'nothing';
    if (depth === 1) this.named = this.nameOf(open + 1, close, LIST, 'list');
    else if (depth === 3 && this.isInList) this.named = this.nameOf(open + 1, close, DATA, 'data');
  }

  colon(): void {
    this.isKey = true;
    if (this.named === 'escaped') this.hasOddKeys = true;
    else if (this.named === 'list') {
      if (this.hasList) this.hasOddKeys = true;
      this.hasList = true;
    } else if (this.named === 'data') {
      if (this.tensor in this.found) this.hasOddKeys = true;
      this.found[this.tensor] = undefined;
    }
  }

  comma(at: number, depth: number): void {
    if (depth > 3) {
      if (at < this.nextCut || this.start < 0) return;
      this.cuts.push(at);
      this.nextCut = at + BLOCK;
      return;
    }
    this.named = 'nothing';
    if (depth === 2 && this.isInList) this.tensor++;
  }

  opened(at: number, depth: number, isList: boolean): void {
    const { named, isKey } = this;
    this.named = 'nothing';
    if (!isList || !isKey) return;
    if (depth === 2 && named === 'list') this.isInList = true;
    else if (depth === 4 && named === 'data') {
      this.start = at;
      this.cuts = [];
      this.nextCut = at + BLOCK;
    }
  }

  closed(at: number, depth: number): void {
    this.named = 'nothing';
    if (depth === 1) this.isInList = false;
    if (depth !== 3 || this.start < 0) return;
    this.found[this.tensor] = { start: this.start, end: at + 1, cuts: this.cuts };
    this.start = -1;
  }

  private nameOf(from: number, to: number, name: Uint8Array, as: Named): Named {
    if (to - from > LONGEST) return 'nothing';
    let isSame = to - from === name.length;
    for (let i = from; i < to; i++) {
      if (this.json[i] === BACKSLASH) return 'escaped';
      if (isSame && this.json[i] !== name[i - from]) isSame = false;
    }
    return isSame ? as : 'nothing';
  }
}
