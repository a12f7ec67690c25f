import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArtifactError, Cascade, define, inspect, Ranker, tfidf } from '../../index.js';
import { features, type Mail, mails, tuned } from './mails.js';
import { js, on, refused } from './mistake.js';

/** What goes wrong with files. */

const folder = await mkdtemp(join(tmpdir(), 'spillway-mistakes-'));
const at = (name: string) => join(folder, name);
const cascade = await tuned();
const path = at('mail.cascade');
await cascade.save(path);
await writeFile(at('notes.txt'), 'no cascade');
const subject = (mail: Mail) => mail.subject;
const load = (...given: readonly unknown[]) => on(Cascade, 'load', ...given);

refused([
  [
    'load: no options',
    () => load(path),
    /'features': missing; features come from code: load\(path, \{ features \}\)/,
  ],
  [
    'load: one row in place of rows to check',
    () => load(path, { features, rows: mails[0] }),
    /'rows': expected an array of rows, got an object with subject/,
  ],
  [
    'load: rows among which no reference row is',
    () => load(path, { features, rows: [{ ...mails[0], size: -1 }] }),
    /'rows': none of the \d+ reference rows of .* is among these 1; pass the rows that the cascade was made from/,
  ],
  [
    'load: empty options',
    () => load(path, {}),
    /'features': missing; features come from code: load\(path, \{ features \}\).*alone doesn't tell feature/,
  ],
  [
    'load: the features without braces',
    () => load(path, features),
    /'options': are the features themselves; expected \{ features \}/,
  ],
  [
    'load: features as a plain object',
    () => load(path, { features: { subject: tfidf(subject) } }),
    /'features'.*wrap them: define\(\{ … \}\)/,
  ],
  ['load: nothing', () => load(), /'source'|'features'/],
  [
    'load: a path that isn’t there',
    () => load(at('nowhere.cascade'), { features }),
    /can't read '.*nowhere\.cascade'.*Check the path/,
    ArtifactError,
  ],
  ['load: a folder', () => load(folder, { features }), /can't read/, ArtifactError],
  ['load: a file of something else', () => load(at('notes.txt'), { features }), /notes\.txt/, ArtifactError],
  [
    'load: a file’s text for its bytes',
    () => load(['a'], { features }),
    /'source': expected a path, or the bytes of a file.*got an array of 1/,
  ],
  [
    'load: other features',
    () => load(path, { features: define({ words: tfidf(subject) }) }),
    /needs a .* feature 'size'; there are words/,
    ArtifactError,
  ],
  [
    'load: a feature of another name by a slip',
    () =>
      load(path, {
        features: define({
          size: features.get('size'),
          subjct: features.get('subject'),
          sender: features.get('sender'),
        }),
      }),
    /needs a tfidf feature 'subject'; there are size, subjct, sender; did you mean 'subjct'\?/,
    ArtifactError,
  ],
  [
    'load: a feature of another kind',
    () =>
      load(path, {
        features: define({
          size: tfidf(subject),
          subject: features.get('subject'),
          sender: features.get('sender'),
        }),
      }),
    /feature 'size' is a tfidf feature now, was dense/,
    ArtifactError,
  ],
  [
    'load: more features',
    () =>
      load(path, {
        features: define({
          more: tfidf(subject),
          size: features.get('size'),
          subject: features.get('subject'),
          sender: features.get('sender'),
        }),
      }),
    /made without the features more/,
    ArtifactError,
  ],
  [
    'load: learners that are one',
    () => load(path, { features, learners: { name: 'own' } }),
    /'learners': expected an array of learners, got an object with name/,
  ],
  [
    'load: an option of another name',
    () => load(path, { features, models: [] }),
    /'models': unknown; known are features, full, learners/,
  ],
  [
    'load: a ranker’s loader for a cascade',
    () => on(Ranker, 'load', path, { features }),
    /holds no ranker.*this is one of a cascade: load it with Cascade\.load/,
    ArtifactError,
  ],
  ['Ranker.load: no options', () => on(Ranker, 'load', path), /'features': missing/],
  [
    'Ranker.load: no path',
    () => on(Ranker, 'load', undefined, { features }),
    /'path': expected the path of a file, got undefined/,
  ],
  ['save: no path', () => on(cascade, 'save'), /'path': expected the path of a file, got undefined/],
  ['save: an empty path', () => cascade.save(''), /'path': expected the path of a file, got ""/],
  ['save: options for the path', () => on(cascade, 'save', { path }), /'path'.*got an object with path/],
  [
    'save: into a folder that isn’t there',
    () => cascade.save(at('no/such/folder/a.cascade')),
    /no\/such\/folder/,
    ArtifactError,
  ],
  ['save: over a folder', () => cascade.save(folder), /spillway-mistakes/, ArtifactError],
  [
    'save: a slip',
    () => on(cascade, 'save', at('b.cascade'), { evidense: true }),
    /'evidense': unknown.*did you mean 'evidence'\?/,
  ],
  [
    'save: evidence as text',
    () => on(cascade, 'save', at('b.cascade'), { evidence: 'yes' }),
    /'evidence': expected true or false, got "yes"/,
  ],
  ['inspect: nothing', () => js(inspect), /'source': expected .*got undefined/],
  ['inspect: the cascade itself', () => js(inspect, cascade), /'source': expected a path, or the bytes/],
  [
    'inspect: a path that isn’t there',
    () => inspect(at('nowhere.cascade')),
    /can't read '.*nowhere\.cascade'/,
    ArtifactError,
  ],
  ['inspect: bytes of something else', () => inspect(new Uint8Array(100)), /artifact/, ArtifactError],
]);
