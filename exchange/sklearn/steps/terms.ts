import type { SparseValues } from '../../../lib/data/blocks/index.js';
import {
  givenTerms,
  hashedTerms,
  PatternError,
  type PythonTexts,
  type ReadTerms,
} from '../../../lib/features/define/index.js';
import { unsupportedModel } from '../../fields.js';
import { type NodeFields, PIPELINE } from '../node.js';
import { dividing } from '../norms.js';
import type { PipelineStep, ReadStep } from '../step.js';
import { faultAt, type Values } from '../values.js';
import { readCharacters } from './characters.js';

const NORMS = ['l1', 'l2', 'none'] as const;
/** Longer n-grams than any text is worth. */
const LONGEST = 100;
/** As for terms that are hashed here. */
const MOST_BUCKETS = 2 ** 27;

/** The terms of a vocabulary in texts, weighed: `TfidfVectorizer`, `CountVectorizer`. */
export const vocabularyTerms: ReadStep = (node) => {
  const columns = columnsOf(node);
  const [units, ends] = [
    node.tensor('terms.units', Uint16Array),
    node.tensor('terms.ends', Uint32Array, columns),
  ];
  if (!ends.every((end, i) => end >= (i === 0 ? 0 : ends[i - 1])) || ends[columns - 1] !== units.length)
    throw node.damaged('terms that lie outside their units');
  const weights = node.has('idf') ? node.numbers('idf', columns) : new Float64Array(columns).fill(1);
  const weighting = {
    binary: node.flag('binary'),
    sublinear: node.flag('sublinear'),
    idf: node.has('idf'),
  };
  const read = reading(node, (texts) => givenTerms(texts, { units, ends }, weights, weighting));
  if (read === undefined) throw node.damaged('a vocabulary that has a term twice');
  return stepOf(node, columns, read);
};

/** Terms hashed to columns: `HashingVectorizer`. */
export const hashTerms: ReadStep = (node) => {
  const columns = columnsOf(node);
  const how = {
    columns,
    isSigned: node.flag('isSigned'),
    binary: node.flag('binary'),
  };
  return stepOf(
    node,
    columns,
    reading(node, (texts) => hashedTerms(texts, how)),
  );
};

function columnsOf(node: NodeFields): number {
  const columns = node.parameters.count('columns', MOST_BUCKETS);
  if (columns === 0) throw node.damaged('no terms');
  return columns;
}

function stepOf(node: NodeFields, columns: number, read: ReadTerms): PipelineStep {
  const isSingle = node.flag('isSingle');
  const divide = dividing(node.oneOf('norm', NORMS), 'sparse');
  return {
    columns,
    run([given]): SparseValues {
      const { rows, offsets, indices, values, exact } = read(textsOf(given));
      // Single precision is scikit-learn's own there, and its values are rounded as ours are.
      const doubles = isSingle || exact === undefined ? Float64Array.from(values) : exact;
      for (let row = 0; row < rows; row++) divide(doubles, offsets[row], offsets[row + 1]);
      if (isSingle)
        doubles.forEach((value, e) => {
          doubles[e] = Math.fround(value);
        });
      return { kind: 'sparse', rows, columns, offsets, indices, values: doubles };
    },
  };
}

function textsOf(given: Values): readonly string[] {
  const texts: string[] = [];
  for (let row = 0; row < given.rows; row++) {
    const text = given.values[row * given.columns];
    if (typeof text !== 'string') throw faultAt(row, 'expected a text');
    texts.push(text);
  }
  return texts;
}

/** Makes what reads texts as the node says. */
function reading<Read>(node: NodeFields, make: (texts: PythonTexts) => Read): Read {
  const { parameters } = node;
  const analyzer = node.oneOf('analyzer', ['word', 'char', 'char_wb']);
  const [shortest, longest] = Array.from(parameters.numbers('ngrams', 2));
  if (!(Number.isInteger(shortest) && Number.isInteger(longest) && shortest >= 1 && longest >= shortest))
    throw node.damaged(`n-grams of ${shortest} to ${longest}`);
  if (longest > LONGEST) throw node.damaged(`n-grams of ${longest}, where ${LONGEST} is the most`);
  const accents = parameters.has('stripAccents')
    ? node.oneOf('stripAccents', ['unicode', 'ascii'])
    : undefined;
  const pattern = parameters.has('tokenPattern') ? parameters.text('tokenPattern') : undefined;
  const options = {
    analyzer,
    ngrams: [shortest, longest] as const,
    lowercase: node.flag('lowercase'),
    ...(accents && { stripAccents: accents }),
    ...(node.has('stopWords.ends') && { stopWords: node.texts('stopWords') }),
    ...(pattern !== undefined && { tokenPattern: pattern }),
  };
  try {
    return make({ options, ...readCharacters(node, accents) });
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw unsupportedModel(PIPELINE, `at ${node.path} has a token_pattern that isn't read: ${error.why}`);
  }
}
