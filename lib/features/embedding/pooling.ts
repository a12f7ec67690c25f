/** How the vectors of a text's tokens become one. */
export type PoolingName = 'mean' | 'cls' | 'last_token';

/** Vectors of tokens, texts x tokens x dimensions row-major. Texts are padded at their ends. */
export interface TokenVectors {
  readonly data: ArrayLike<number>;
  readonly tokens: number;
  readonly dimensions: number;
}

/**
 * A vector for each text, texts x dimensions. Sums have double precision, and padding isn't read: a
 * text's vector is the same beside longer ones.
 *
 * @param texts tokens, for their counts; 1 or more each
 */
export function pooled(
  { data, tokens, dimensions }: TokenVectors,
  texts: readonly ArrayLike<number>[],
  pooling: PoolingName,
  normalize: boolean,
): { data: Float32Array; dims: number[] } {
  const all = new Float32Array(texts.length * dimensions);
  const vector = new Float64Array(dimensions);
  texts.forEach(({ length }, text) => {
    const [from, to] = pooling === 'mean' ? [0, length] : pooling === 'cls' ? [0, 1] : [length - 1, length];
    vector.fill(0);
    for (let t = from, e = (text * tokens + from) * dimensions; t < to; t++) {
      for (let c = 0; c < dimensions; c++) vector[c] += data[e++];
    }
    let squares = 0;
    for (let c = 0; c < dimensions; c++) {
      vector[c] /= to - from;
      squares += vector[c] * vector[c];
    }
    // The zero vector has no direction: it stays.
    const size = normalize && squares > 0 ? Math.sqrt(squares) : 1;
    for (let c = 0; c < dimensions; c++) all[text * dimensions + c] = vector[c] / size;
  });
  return { data: all, dims: [texts.length, dimensions] };
}
