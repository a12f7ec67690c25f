/** What is opened by keys, each once. */
export interface OpenedOnce<Key, Value> {
  /** Opens it when it is first needed, and again after a failure. */
  get(key: Key): Promise<Value>;
  /** All that was opened, or is being opened. */
  all(): Promise<readonly Value[]>;
}

/**
 * @example
 * const layers = openedOnce((layer: number) => encoder.upTo(layer));
 * (await layers.get(2)) === (await layers.get(2)); // true
 */
export function openedOnce<Key, Value>(open: (key: Key) => Promise<Value>): OpenedOnce<Key, Value> {
  const opened = new Map<Key, Promise<Value>>();
  return {
    get(key) {
      const known = opened.get(key);
      if (known !== undefined) return known;
      const own = open(key);
      opened.set(key, own);
      own.catch(() => opened.delete(key));
      return own;
    },
    async all() {
      const settled = await Promise.allSettled(opened.values());
      return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    },
  };
}
