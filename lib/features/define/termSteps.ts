import { OptionError } from '../../errors.js';
import type { FittedFeature } from './feature.js';
import type { FeatureStep } from './fidelity.js';
import type { FoundBefore, TermBlocks } from './termBlocks.js';
import { TermPart, type TextsOf } from './termParts.js';
import {
  type Beginning,
  beginning,
  ending,
  isContained,
  type TermVersion,
  termVersion,
} from './termVersions.js';
import type { Grams } from './text/grams.js';
import { RowView, type Transform } from './view.js';

/** What steps of a fitted feature of terms are made from. */
export interface SteppedTerms<Row> {
  readonly textsOf: TextsOf<Row>;
  readonly reads: readonly Transform<Row, unknown>[];
  readonly grams: Grams;
  /** The same with other sizes of n-grams. */
  readonly gramsOf: (ngrams: readonly [number, number]) => Grams;
  readonly ngrams: readonly [number, number];
  /** Of the whole: steps share its tables and its room. */
  readonly blocks: TermBlocks;
  readonly whole: FittedFeature<Row>;
  readonly warmTexts: readonly string[];
}

/** As `Fidelities.inSteps`. */
export function termSteps<Row>(terms: SteppedTerms<Row>, at: readonly string[]): FeatureStep<Row>[] {
  const versions = at.map(termVersion);
  checkNested(at, versions, terms.ngrams);
  if (versions.length > 0 && versions.every(isBeginning)) return stepsOfParts(terms, at, versions);
  const { reads, whole } = terms;
  return [...versions.map((version) => alone(terms, version)), whole].map((fitted) => ({ reads, fitted }));
}

function isBeginning(version: TermVersion): version is Beginning {
  return version.kind !== 'sizes' && version.kind !== 'end';
}

function checkNested(
  at: readonly string[],
  versions: readonly TermVersion[],
  ngrams: readonly [number, number],
) {
  versions.forEach((version, i) => {
    if (version.kind === 'sizes' && !isContained(version, { kind: 'sizes', ngrams })) {
      const [shortest, longest] = ngrams;
      throw new OptionError('fidelities', `'${at[i]}' isn't a part of n-grams of ${shortest} to ${longest}`);
    }
    if (i > 0 && !isContained(versions[i - 1], version)) {
      const order = `'${at[i - 1]}' isn't contained in '${at[i]}', which comes after it`;
      throw new OptionError('fidelities', `${order}: each version must be contained in the next one`);
    }
  });
}

/** A version that shares nothing with others: it reads the end of texts, or some sizes of n-grams. */
function alone<Row>(terms: SteppedTerms<Row>, version: TermVersion): FittedFeature<Row> {
  const { grams, whole, textsOf, warmTexts } = terms;
  const own = version.kind === 'sizes' ? terms.gramsOf(version.ngrams) : grams;
  const blocks = terms.blocks.sharing(own);
  const read = (texts: readonly string[]) =>
    blocks.of(version.kind === 'end' ? texts.map((text) => ending(text, version.most, grams.splits)) : texts);
  return {
    columns: whole.columns,
    compute: (view) => read(textsOf(view)),
    warm: () => read(warmTexts),
    get state() {
      return whole.state;
    },
    get octets() {
      return own === grams ? 0 : own.ownOctets;
    },
  };
}

/** Steps that read texts part by part. */
function stepsOfParts<Row>(
  terms: SteppedTerms<Row>,
  at: readonly string[],
  versions: readonly Beginning[],
): FeatureStep<Row>[] {
  const { whole, warmTexts } = terms;
  const blocks = Array.from({ length: at.length + 1 }, () => terms.blocks.sharing());
  const all = partsOf(terms, at, versions, blocks, terms.textsOf, terms.reads[0]);
  const warming = partsOf<string, Row>(terms, at, versions, blocks, (view) => view.rows(), undefined);
  return all.computes.map((compute, step) => {
    const isWhole = step === versions.length;
    const warm = (isCompiled?: boolean) => {
      if (isWhole) whole.warm?.(isCompiled);
      for (let i = isCompiled ? WARM_UPS - 1 : 1; i < WARM_UPS; i++)
        warming.computes[step](RowView.of([...warmTexts]));
      return warming.computes[step](RowView.of(warmTexts.slice(1)));
    };
    const reads = [...terms.reads, ...all.parts.slice(0, step + 1)];
    const fitted: FittedFeature<Row> = {
      columns: whole.columns,
      empty: whole.empty,
      compute,
      warm,
      get state() {
        return whole.state;
      },
      get octets() {
        // Versions work with its tables and in its room.
        return isWhole ? whole.octets : 0;
      },
    };
    return { reads, fitted };
  });
}

const WARM_UPS = 10;

/** The parts of texts, and the blocks of each step, the whole at last. */
function partsOf<Row, Own>(
  { grams }: SteppedTerms<Own>,
  at: readonly string[],
  versions: readonly Beginning[],
  blocks: readonly TermBlocks[],
  textsOf: TextsOf<Row>,
  source: Transform<Row, unknown> | undefined,
) {
  const parts: TermPart<Row>[] = [];
  versions.forEach((version, i) => {
    const end = (text: string) => beginning(text, version, grams.splits);
    parts.push(new TermPart(at[i], parts[i - 1] ?? source, textsOf, grams, end, parts[i - 1]));
  });
  const computes = [...versions, undefined].map((version, step) => {
    const read = parts.slice(0, step + 1);
    const last = read[read.length - 1];
    return (view: RowView<Row>) => {
      last.read(view);
      const found = foundBy(read, view, version !== undefined);
      if (version !== undefined) return blocks[step].ofFound(view.length, found);
      const part = last.of(view.batch);
      const texts = textsOf(view);
      return blocks[step].of(
        texts.map((text, i) => part.rest(view.at(i), text)),
        found,
      );
    };
  });
  return { parts, computes };
}

/** What parts have found of the texts of a view. @param isAll whether the last of them ends the text */
function foundBy<Row>(parts: readonly TermPart<Row>[], view: RowView<Row>, isAll: boolean): FoundBefore {
  const found = parts.map((part) => part.of(view.batch));
  const last = found.length - 1;
  return {
    most(text) {
      let most = 0;
      for (let part = 0; part <= last; part++) most += found[part].terms(view.at(text));
      return most;
    },
    count(text, group, counts, distinct, already) {
      const row = view.at(text);
      let count = already;
      for (let part = 0; part <= last; part++)
        count = found[part].count(row, group, counts, distinct, count, isAll && part === last);
      return count;
    },
  };
}
