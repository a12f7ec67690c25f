import {
  type Characters,
  charactersOf,
  type PatternClasses,
  type Substitutes,
} from '../../../lib/features/define/index.js';
import type { NodeFields } from '../node.js';

/** What the Python that wrote a file says of characters. */
export interface FileCharacters {
  readonly characters: Characters;
  readonly classes: PatternClasses;
}

/** Those that were read, by a table of their file, and by how accents are stripped: a file's nodes share them. */
const memory = new WeakMap<Uint32Array, Map<string, FileCharacters>>();

/** @throws ArtifactError */
export function readCharacters(node: NodeFields, accents: 'unicode' | 'ascii' | undefined): FileCharacters {
  const file = node.shared('characters');
  const word = runsIn(file, 'word');
  const known = memory.get(word) ?? new Map<string, FileCharacters>();
  memory.set(word, known);
  const read = known.get(accents ?? '') ?? readAll(file, word, accents);
  known.set(accents ?? '', read);
  return read;
}

function readAll(file: NodeFields, word: Uint32Array, accents: string | undefined): FileCharacters {
  const classes = { word, digit: runsIn(file, 'digit'), space: runsIn(file, 'space') };
  const characters = charactersOf({
    ...classes,
    cased: runsIn(file, 'cased'),
    ignorable: runsIn(file, 'ignorable'),
    lower: substitutesIn(file, 'lower'),
    accents: accents === undefined ? undefined : substitutesIn(file, accents),
  });
  return { characters, classes };
}

/** First and last code point of runs of characters, ascending. */
function runsIn(file: NodeFields, name: string): Uint32Array {
  const runs = file.tensor(name, Uint32Array);
  const isOrdered = runs.every((end, i) => end <= LAST && (i === 0 || end >= runs[i - 1]));
  if (!isOrdered || runs.length % 2 === 1) throw file.damaged(`runs of characters ${name} out of order`);
  return runs;
}

function substitutesIn(file: NodeFields, name: string): Substitutes {
  const to = file.texts(name);
  const from = file.tensor(`${name}.from`, Uint32Array, to.length);
  if (from.some((code) => code > LAST) || to.some((text) => text.length > LONGEST))
    throw file.damaged(`characters ${name} that are none`);
  return { from, to };
}

const LAST = 0x10ffff;
/** U+FDFA becomes 18 characters. */
const LONGEST = 32;
