import { define, dense, tfidf } from 'spillway';
import type { Mail } from 'spillway/datasets';

/** The pipeline of the main job: eight numbers, three word vocabularies and one very expensive one. */
export const features = define({
  signals: dense(8, signals),
  subject: tfidf((mail: Mail) => mail.subject, { maxFeatures: 3_000, sublinear: true }),
  lede: tfidf((mail: Mail) => mail.body.slice(0, 400), { maxFeatures: 3_000, sublinear: true }),
  words: tfidf((mail: Mail) => mail.body, { maxFeatures: 10_000, sublinear: true }),
  chars: tfidf((mail: Mail) => mail.body, {
    analyzer: 'char',
    ngrams: [2, 5],
    maxFeatures: 50_000,
    sublinear: true,
  }),
});

const encoder = new TextEncoder();
/** Bodies have at most 20,000 characters, of at most three bytes each. */
const BYTES = new Uint8Array(60_000);
const CAPITALS = Array.from({ length: 26 }, (_, letter) => 65 + letter);
const [LINE, TAG, EXCLAMATION, PERCENT, DOLLAR] = ['\n', '<', '!', '%', '$'].map((c) => c.charCodeAt(0));

/**
 * For each body: log length, log lines, and the shares of tags, exclamation marks, capitals, links,
 * percent and dollar signs among its characters. One pass counts every byte: that is cheaper than
 * testing each.
 */
function signals(mails: readonly Mail[]): Float32Array {
  const values = new Float32Array(mails.length * 8);
  const counts = new Uint32Array(256);
  mails.forEach(({ body }, row) => {
    const { written } = encoder.encodeInto(body, BYTES);
    count(BYTES, written, counts.fill(0));
    const capitals = CAPITALS.reduce((sum, letter) => sum + counts[letter], 0);
    const shared = [counts[TAG], counts[EXCLAMATION], capitals, links(body), counts[PERCENT], counts[DOLLAR]];
    values[row * 8] = Math.log1p(body.length);
    values[row * 8 + 1] = Math.log1p(counts[LINE]);
    shared.forEach((count, n) => {
      values[row * 8 + 2 + n] = Math.sqrt(count / Math.max(1, body.length));
    });
  });
  return values;
}

/** Four bytes an iteration: the loop's own overhead costs as much as counting a byte. */
function count(bytes: Uint8Array, length: number, counts: Uint32Array): void {
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    counts[bytes[i]]++;
    counts[bytes[i + 1]]++;
    counts[bytes[i + 2]]++;
    counts[bytes[i + 3]]++;
  }
  for (; i < length; i++) counts[bytes[i]]++;
}

/** How often `http:` or `https:` stands in a text. */
function links(text: string): number {
  let count = 0;
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    if (text.endsWith('http', at) || text.endsWith('https', at)) count++;
  }
  return count;
}
