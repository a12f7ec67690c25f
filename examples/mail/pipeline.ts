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

/** What is counted, and the position of its share among the numbers; a link is known by its colon. */
const COUNTED = ['\n', '<', '!', 'A-Z', ':', '%', '$'];

/** Of each ASCII character, the position in COUNTED plus one; 0 for all the others. */
const KINDS = Uint8Array.from({ length: 128 }, (_, unit) => {
  const character = String.fromCharCode(unit);
  return COUNTED.indexOf(/[A-Z]/.test(character) ? 'A-Z' : character) + 1;
});
const LINK = COUNTED.indexOf(':') + 1;

/**
 * Of each body: log length, log lines, and the shares of tags, exclamation marks, capitals, links, percent and dollar
 * signs among its characters, all counted in one pass.
 */
function signals(mails: readonly Mail[]): Float32Array {
  const values = new Float32Array(mails.length * 8);
  const counts = new Float64Array(COUNTED.length + 1);
  mails.forEach(({ body }, row) => {
    counts.fill(0);
    for (let i = 0; i < body.length; i++) {
      const unit = body.charCodeAt(i);
      const kind = unit < 128 ? KINDS[unit] : 0;
      if (kind !== 0 && (kind !== LINK || isLink(body, i))) counts[kind]++;
    }
    const [, lines, ...shares] = counts;
    values[row * 8] = Math.log1p(body.length);
    values[row * 8 + 1] = Math.log1p(lines);
    for (let n = 0; n < 6; n++) values[row * 8 + 2 + n] = Math.sqrt(shares[n] / Math.max(1, body.length));
  });
  return values;
}

/** Whether the colon at `i` ends `http:` or `https:`. */
function isLink(text: string, i: number): boolean {
  return text.endsWith('http', i) || text.endsWith('https', i);
}
