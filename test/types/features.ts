/** What the compiler must accept and refuse of features. Never run: `tsc` is the test. */
import type { TableRow } from '../../entries/data.js';
import {
  type ColumnOptions,
  column,
  columns,
  counts,
  define,
  dense,
  type FeatureSet,
  lookup,
  type OneHotOptions,
  oneHot,
  type TfidfOptions,
  tfidf,
  transform,
} from '../../lib/features/define/index.js';
import { embedding } from '../../lib/features/embedding/index.js';

interface Mail {
  readonly subject: string;
  readonly body: string;
  readonly lines: number;
  readonly from?: string;
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Takes only `true`. */
const holds = <_Claim extends true>(): void => {};

const parsed = transform((mail: Mail) => mail.body.split('\n'));
const first = transform(parsed, ([line]) => line);

const features = define({
  size: dense(1, (mails: readonly Mail[]) => Float32Array.from(mails, (mail) => mail.lines)),
  lines: dense(1, parsed, (all) => Float32Array.from(all, (lines) => lines.length)),
  subject: tfidf((mail: Mail) => mail.subject),
  first: counts(first),
  sender: oneHot((mail: Mail) => mail.from ?? false),
});

// Names are types where accessors say what a row is …
holds<Same<(typeof features)['names'][number], 'size' | 'lines' | 'subject' | 'first' | 'sender'>>();
const narrow: FeatureSet<Mail, 'size' | 'lines' | 'subject' | 'first' | 'sender'> = features;
// @ts-expect-error a set with other names is another type
export const misspelt: FeatureSet<Mail, 'size' | 'subjcet'> = features;
// … and a set with known names is one whose names aren't asked.
export const loose: FeatureSet<Mail> = narrow;

// Said beforehand, the row types the accessors.
export const stated = define<Mail>({
  words: tfidf((mail) => mail.body),
  sender: oneHot((mail) => mail.from ?? ''),
});
// @ts-expect-error no such field
define<Mail>({ words: tfidf((mail) => mail.boddy) });

// Features of one set read the same rows; those of part of a row read the whole row too.
export const partly = define<Mail>({ size: oneHot((row: { readonly lines: number }) => row.lines) });
// @ts-expect-error a feature of other rows
define<Mail>({ size: oneHot((row: { readonly pages: number }) => row.pages) });
// @ts-expect-error rows that lack what a feature reads
export const other: FeatureSet<{ readonly subject: string }> = features;

// Sources give what features read.
// @ts-expect-error a number is no text
tfidf((mail: Mail) => mail.lines);
// @ts-expect-error perhaps no text
tfidf((mail: Mail) => mail.from);
// @ts-expect-error lines, not a text
counts(parsed);
// @ts-expect-error an array is no category
oneHot(parsed);
// @ts-expect-error a transform of a text, not of lines
transform(first, (lines: readonly string[]) => lines.length);

// Blocks are 32-bit floats, or promises of them.
dense(1, async (mails: readonly Mail[]) => new Float32Array(mails.length));
// @ts-expect-error plain numbers
dense(1, (mails: readonly Mail[]) => mails.map((mail) => mail.lines));
// @ts-expect-error 64 bits
dense(1, (mails: readonly Mail[]) => new Float64Array(mails.length));
// @ts-expect-error the number of columns is missing
dense((mails: readonly Mail[]) => new Float32Array(mails.length));

// Options are known by name and by value.
export const options: TfidfOptions = { analyzer: 'char', ngrams: [2, 5], norm: 'none', hashing: 64 };
// @ts-expect-error no such analyser
export const analyzer: TfidfOptions = { analyzer: 'chars' };
// @ts-expect-error an n-gram range has two ends
export const ngrams: TfidfOptions = { ngrams: [2] };
// @ts-expect-error no such norm
export const norm: TfidfOptions = { norm: 'l3' };
// @ts-expect-error an option of tfidf
counts((mail: Mail) => mail.body, { sublinear: true });
// @ts-expect-error an option of tfidf
export const minDf: OneHotOptions = { minDf: 2 };

// Features over columns read any rows with properties: views, records, and those that accessors type.
const ofColumns = define({
  age: column('age', { missing: 'indicator' }),
  sizes: columns(['width', 'height']),
  city: oneHot(column('city')),
  region: oneHot(column('region'), { missing: true }),
  words: tfidf(column('text')),
  terms: counts(column('text'), { minDf: 2 }),
  long: tfidf(transform(column('text'), (text: string) => text.slice(0, 10))),
  halves: dense(1, column('age'), (ages: readonly number[]) => Float32Array.from(ages, (age) => age / 2)),
  known: lookup({ key: column('id'), fetch: async () => new Map<string, number[]>(), width: 1 }),
  meaning: embedding(async (texts: string[]) => texts.map(() => [0]), {
    text: column('text'),
    dimensions: 1,
  }),
});
export const ofTables: FeatureSet<TableRow> = ofColumns;
export const ofMails: FeatureSet<Mail> = ofColumns;
holds<
  Same<
    (typeof ofColumns)['names'][number],
    'age' | 'sizes' | 'city' | 'region' | 'words' | 'terms' | 'long' | 'halves' | 'known' | 'meaning'
  >
>();
// @ts-expect-error rows without properties
export const ofTexts: FeatureSet<string> = ofColumns;
// Beside accessors, rows are theirs.
const mixed = define({ lines: column('lines'), words: tfidf((mail: Mail) => mail.body) });
holds<Same<typeof mixed, FeatureSet<Mail, 'lines' | 'words'>>>();
export const among = define<Mail>({ lines: column('lines'), from: oneHot(column('from')) });
// The values of a column have no type until they are given one.
// @ts-expect-error which values?
transform(column('text'), (text) => text.length);
transform(column<string>('text'), (text) => text.length);
// @ts-expect-error one column
columns('age');
// @ts-expect-error a column's number has no price
export const priced: ColumnOptions = { price: 1 };
