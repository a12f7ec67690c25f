/** First in, first out, looked up by position: nothing moves for each one that leaves. */
export class Fifo<Item> {
  private items: (Item | undefined)[] = [];
  private from = 0;

  get length(): number {
    return this.items.length - this.from;
  }

  get first(): Item | undefined {
    return this.items[this.from];
  }

  get last(): Item | undefined {
    return this.length > 0 ? this.items[this.items.length - 1] : undefined;
  }

  push(item: Item): void {
    this.items.push(item);
  }

  shift(): Item | undefined {
    if (this.length === 0) return undefined;
    const item = this.items[this.from];
    this.items[this.from++] = undefined;
    // Half of them are gone, so each is moved once for each that left.
    if (2 * this.from >= this.items.length) {
      this.items = this.items.slice(this.from);
      this.from = 0;
    }
    return item;
  }

  /** The last one whose number is at most `key`, where numbers ascend. */
  upTo(key: number, numberOf: (item: Item) => number): Item | undefined {
    let [before, after] = [this.from - 1, this.items.length];
    while (after - before > 1) {
      const middle = (before + after) >> 1;
      const item = this.items[middle];
      if (item !== undefined && numberOf(item) <= key) before = middle;
      else after = middle;
    }
    return before < this.from ? undefined : this.items[before];
  }

  toArray(): Item[] {
    return this.items.slice(this.from).flatMap((item) => (item === undefined ? [] : [item]));
  }
}
