import { whyNoTerms } from '#hints';
import { keepingTerms } from '#keptTerms';
import { cutInWords, proposedCuts } from '#proposedCuts';
import { show } from '../../check.js';
import { ArtifactError, FeatureError } from '../../errors.js';
import type { JsonValue, State, Tensor } from '../../util/state.js';
import type { BatchFit, Feature, FittedFeature } from './feature.js';
import type { KeptTerms } from './keptTerms.js';
import { learning } from './learning.js';
import { TermLearner, type Terms } from './learnTerms.js';
import { rowCheck } from './rowCheck.js';
import { readsOf, statedSource, stepsOf } from './sources.js';
import { TermBlocks } from './termBlocks.js';
import { checkTermOptions, statedTerms, type TermOptions } from './termOptions.js';
import { termSteps } from './termSteps.js';
import { finding, Grams, hashing } from './text/grams.js';
import { otherUnicode } from './text/unicode.js';
import { Vocabulary } from './text/vocabulary.js';
import { checkSource, type RowView, type Source } from './view.js';
import type { Weighting } from './weighting.js';

/**
 * Texts with letters, digits and signs, one of them ASCII, and the number of times that they are
 * read for warming up.
 */
const WARM_TEXTS = ['. ', 'é. '].map((between) =>
  Array.from({ length: 400 }, (_, i) => `${i.toString(36)}e${(i * i).toString(36)} `).join(between),
);
const WARM_UPS = 40;

/** The JSON of a state with terms. */
const VOCABULARY = 'vocabulary';

/**
 * The feature behind `tfidf` and `counts`.
 *
 * @param own options that are the kind's own, as it states them
 */
export function terms<Row>(
  kind: string,
  source: Source<Row, string>,
  options: TermOptions,
  weighting: Weighting,
  own: Readonly<Record<string, JsonValue>> = {},
): Feature<Row> {
  checkTermOptions(options);
  checkSource(source);
  const begin = (kept?: KeptTerms<Row>) => learn(source, options, weighting, kept);
  const fittedOf = (terms: Terms) => fitted(source, options, weighting, terms);
  return {
    kind,
    reads: readsOf(source),
    steps: stepsOf(source, kind),
    ...rowCheck(source, textFault),
    version: options.version,
    get options() {
      const unicode = otherUnicode();
      return { ...statedTerms(options), ...own, ...(unicode && { unicode }), ...statedSource(source) };
    },
    ...keepingTerms(learning(begin), begin, fittedOf, options, weighting),
    load: (state) =>
      fitted(source, options, weighting, restore(state), undefined, state.tensors.table !== undefined),
  };
}

function learn<Row>(
  source: Source<Row, string>,
  options: TermOptions,
  weighting: Weighting,
  kept?: KeptTerms<Row>,
): BatchFit<Row> {
  const learner = new TermLearner(options, kept);
  return {
    add: (view) => learner.add(textsOf(view, source)),
    end() {
      const learnt = learner.terms(weighting.idf);
      const empty = learnt.weights.length === 0 ? withoutTerms(learner, options) : undefined;
      return fitted(source, options, weighting, learnt, empty);
    },
  };
}

function fitted<Row>(
  source: Source<Row, string>,
  options: TermOptions,
  weighting: Weighting,
  { vocabulary, weights }: Terms,
  empty?: string,
  isShared = false,
): FittedFeature<Row> {
  const columns = weights.length;
  const identify = vocabulary === undefined ? hashing(columns) : finding(vocabulary, isShared);
  const grams = new Grams(options, identify);
  const blocks = new TermBlocks(grams, weights, weighting);
  const read = (view: RowView<Row>) => textsOf(view, source);

  const whole: FittedFeature<Row> = {
    columns,
    empty,
    compute: (view) => blocks.of(read(view)),
    warm(isCompiled = false) {
      for (let i = isCompiled ? WARM_UPS - 1 : 1; i < WARM_UPS; i++) blocks.of(WARM_TEXTS);
      return blocks.of(WARM_TEXTS.slice(1));
    },
    get octets() {
      return blocks.octets;
    },
    get state() {
      return save(vocabulary, weights);
    },
    fidelities: {
      propose: (view, most) => proposedCuts(read(view), most),
      inSteps: (at) =>
        termSteps(
          {
            textsOf: read,
            reads: readsOf(source),
            grams,
            gramsOf: (ngrams) => new Grams({ ...options, ngrams }, identify),
            ngrams: options.ngrams ?? [1, 1],
            blocks,
            whole,
            warmTexts: WARM_TEXTS,
          },
          at,
        ),
      inWords: cutInWords,
    },
  };
  return whole;
}

/** Why texts leave no column, and what to do. */
function withoutTerms({ texts, blank, size }: TermLearner, options: TermOptions): string {
  return `no term is left of ${texts} texts${whyNoTerms(texts, blank, size, options)}`;
}

function textsOf<Row>(view: RowView<Row>, source: Source<Row, string>): readonly string[] {
  const texts = view.read(source);
  for (let i = 0; i < texts.length; i++) {
    const fault = textFault(texts[i]);
    if (fault !== undefined) throw new FeatureError('', view.at(i), fault);
  }
  return texts;
}

function textFault(text: unknown): string | undefined {
  if (typeof text === 'string') return undefined;
  const hint = text === undefined || text === null ? ": where text is missing, give ''" : '';
  return `expected a text, got ${show(text)}${hint}`;
}

function save(vocabulary: Vocabulary | undefined, weights: Float64Array): State {
  if (vocabulary === undefined) return { json: 'hashing', tensors: { weights } };
  return { json: VOCABULARY, tensors: { weights, ...vocabulary.save() } };
}

/**
 * Tables that loading a feature's state makes again each time, and that threads can share: with them in the state, they
 * aren't made. They hold for this process, and belong into no file.
 *
 * @returns by name; none for a state that has no terms, whose terms were made to collide, or that is damaged
 * @example
 * const shared = { ...state, tensors: { ...state.tensors, ...sharedTables(state) } };
 */
export function sharedTables({ json, tensors }: State): Readonly<Record<string, Tensor>> {
  const { table: _, ...own } = tensors;
  if (json !== VOCABULARY || !(own.units instanceof Uint16Array && own.ends instanceof Uint32Array))
    return {};
  let table: Int32Array | undefined;
  try {
    table = restore({ json, tensors: own }).vocabulary?.table;
  } catch (error) {
    // Who loads it hears of that.
    if (!(error instanceof ArtifactError)) throw error;
  }
  return table === undefined ? {} : { table };
}

function restore({ json, tensors }: State): Terms {
  const { weights, units, ends, table } = tensors;
  const damaged = (what: string) => new ArtifactError('damaged', `the state of terms has ${what}`);
  if (!(weights instanceof Float64Array)) throw damaged('no weights');
  if (json === 'hashing') {
    if (weights.length === 0) throw damaged('no buckets');
    return { vocabulary: undefined, weights };
  }
  if (!(units instanceof Uint16Array && ends instanceof Uint32Array)) throw damaged('no vocabulary');
  const isOrdered = ends.every((end, id) => end >= (id === 0 ? 0 : ends[id - 1]));
  if (!isOrdered || (ends.at(-1) ?? 0) !== units.length) throw damaged('terms that lie outside their units');
  if (ends.length !== weights.length) throw damaged(`${weights.length} weights for ${ends.length} terms`);
  if (table !== undefined && !(table instanceof Int32Array)) throw damaged('a table of another type');
  const vocabulary = Vocabulary.load({ units, ends }, table);
  if (vocabulary.size !== ends.length)
    throw damaged(table === undefined ? 'a term twice' : 'a table of other terms');
  return { vocabulary, weights };
}
