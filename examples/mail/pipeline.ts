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

/** Of each byte of UTF-8, the position in COUNTED plus one; 0 for all others. */
const KINDS = Uint8Array.from({ length: 256 }, (_, unit) => {
  const character = String.fromCharCode(unit);
  return COUNTED.indexOf(/[A-Z]/.test(character) ? 'A-Z' : character) + 1;
});
const LINK = COUNTED.indexOf(':') + 1;

const encoder = new TextEncoder();
/** Bodies have at most 20,000 characters, of at most three bytes each. */
const BYTES = new Uint8Array(60_000);

/**
 * Of each body: log length, log lines, and the shares of tags, exclamation marks, capitals, links, percent and dollar
 * signs among its characters, all counted in one pass over its bytes.
 */
function signals(mails: readonly Mail[]): Float32Array {
  const values = new Float32Array(mails.length * 8);
  const counts = new Float64Array(COUNTED.length + 1);
  mails.forEach(({ body }, row) => {
    const { written } = encoder.encodeInto(body, BYTES);
    counts.fill(0);
    for (let i = 0; i < written; i++) {
      const kind = KINDS[BYTES[i]];
      if (kind !== 0 && (kind !== LINK || isLink(i))) counts[kind]++;
    }
    const share = 1 / Math.max(1, body.length);
    values[row * 8] = Math.log1p(body.length);
    values[row * 8 + 1] = Math.log1p(counts[1]);
    for (let n = 0; n < 6; n++) values[row * 8 + 2 + n] = Math.sqrt(counts[n + 2] * share);
  });
  return values;
}

const [H, T, P, S] = ['h', 't', 'p', 's'].map((letter) => letter.charCodeAt(0));

/** Whether the colon at `colon` ends `http:` or `https:`. */
function isLink(colon: number): boolean {
  const end = BYTES[colon - 1] === S ? colon - 2 : colon - 1;
  return BYTES[end] === P && BYTES[end - 1] === T && BYTES[end - 2] === T && BYTES[end - 3] === H;
}
