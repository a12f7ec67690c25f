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

const [TAG, EXCLAMATION, PERCENT, DOLLAR, LINE] = ['<', '!', '%', '$', '\n'].map((c) => c.charCodeAt(0));
const [UPPER_A, UPPER_Z, LOWER_H, COLON] = ['A', 'Z', 'h', ':'].map((c) => c.charCodeAt(0));

/**
 * Of each body: log length, log lines, and the shares of tags, exclamation marks, capitals, links, percent and dollar
 * signs among its characters, all read in one pass.
 */
function signals(mails: readonly Mail[]): Float32Array {
  const values = new Float32Array(mails.length * 8);
  mails.forEach(({ body }, row) => {
    let lines = 1;
    let tags = 0;
    let exclamations = 0;
    let capitals = 0;
    let links = 0;
    let percents = 0;
    let dollars = 0;
    for (let i = 0; i < body.length; i++) {
      const unit = body.charCodeAt(i);
      if (unit >= UPPER_A && unit <= UPPER_Z) capitals++;
      else if (unit === LOWER_H) links += Number(isLink(body, i));
      else if (unit === LINE) lines++;
      else if (unit === TAG) tags++;
      else if (unit === EXCLAMATION) exclamations++;
      else if (unit === PERCENT) percents++;
      else if (unit === DOLLAR) dollars++;
    }
    const share = 1 / Math.max(1, body.length);
    const numbers = [tags, exclamations, capitals, links, percents, dollars];
    values[row * 8] = Math.log1p(body.length);
    values[row * 8 + 1] = Math.log1p(lines);
    for (let n = 0; n < 6; n++) values[row * 8 + 2 + n] = Math.sqrt(numbers[n] * share);
  });
  return values;
}

/** Whether `http:` or `https:` begins at `i`. */
function isLink(text: string, i: number): boolean {
  return text.startsWith('http', i) && (text.charCodeAt(i + 4) === COLON || text.charCodeAt(i + 5) === COLON);
}
