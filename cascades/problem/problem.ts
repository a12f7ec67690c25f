import { RowReader, Rows, SameRows } from '../../lib/data/rows/index.js';
import type { Decision } from '../../lib/learn/exits/index.js';
import { type Random, random } from '../../lib/stats/index.js';
import {
  type CertificationRows,
  type Contents,
  contentsAt,
  equalsAmong,
  FittedRows,
  givenRows,
  type RowsOf,
  refuseSame,
  unitsOf,
} from '../holdout/index.js';
import type { BoundSpec } from '../losses/index.js';
import { type Label, widthOf } from '../types/index.js';
import { approximateOf } from './approximate.js';
import { asksTwiceIn, specOf } from './bound.js';
import { alikeNotes, checkThinClasses, classesOf, thinNotes } from './classes.js';
import { codesOf } from './codes.js';
import { decisionOf } from './decision.js';
import { isRegression } from './full.js';
import { checkPredicted } from './learners.js';
import { checkTuneOptions, type Labels, type SettledOptions } from './options.js';
import {
  certifyShare,
  checkClasses,
  eitherWay,
  type RowSplit,
  refuseTuned,
  splitByDraw,
  splitByParts,
  withFolds,
} from './split/index.js';
import { heldRows, survey } from './survey.js';

/** The options of `tune`, checked and in terms of codes of classes, and its rows, split: nothing is computed yet. */
export interface Problem<Row, L extends Label> {
  /** None for regression. */
  readonly classes: readonly L[];
  /** Scores that a stage gives as answers: one a class, and for regression 1. */
  readonly width: number;
  readonly decision: Decision;
  /** The bound in shares. @param answers of the full model to the tuning rows: a cap may be taken from them */
  readonly specOn: (answers: Float64Array) => BoundSpec;
  /** Whether the bound has a full model that is given trained asked twice about each certification row. */
  readonly asksTwice: boolean;
  readonly split: RowSplit;
  readonly development: Labelled<Row> & {
    readonly rows: RowsOf<'development', Rows<Row>>;
    readonly contents: Contents;
  };
  readonly certification: CertificationRows<Row>;
  /**
   * How many rows there are but for those that equal an earlier one; undefined where all differ, or each is a draw of
   * its own.
   */
  readonly different: number | undefined;
  /** Units that the certificate is expected to rest on, as far as may be known before it is made. */
  readonly foreseen: number;
  readonly reader: RowReader;
  /** Notes on the rows, for the summary. */
  readonly notes: readonly string[];
  readonly random: Random;
}

export interface Labelled<Row> {
  readonly rows: Rows<Row>;
  /** Class of each row, or its number. */
  readonly labels: Float64Array | undefined;
}

/**
 * Reads all rows once.
 *
 * @param later how many rows it is expected to be tested on, where those come later: all rows given are then tuned on
 * @throws OptionError or DataError for what can't be right; RowsError where rows can't be read
 */
export async function problemOf<Row, L extends Label, Name extends string>(
  options: SettledOptions<Row, L, Name>,
  later?: number,
): Promise<Problem<Row, L>> {
  checkTuneOptions(options);
  const { full, certify, bound, seed = 0, signal } = options;
  const numeric = isRegression(full);
  const reader = new RowReader();
  const part = typeof options.split === 'function' ? options.split : undefined;
  const shared = { groups: options.groups, numeric, signal };
  const readRows = [full, ...approximateOf(options)].some((model) => model.readsRows);
  // Models of rows may be asked for any row at any time.
  const rowsHere = readRows ? await heldRows('rows', options.rows, signal) : options.rows;
  const repeats = options.repeats ?? false;
  const otherRepeats = certify?.repeats ?? repeats;
  const trained = new FittedRows([full, ...approximateOf(options)]);
  const look = (chunk: readonly unknown[], from: number) => trained.look(chunk, from);
  const given = {
    ...shared,
    part,
    rows: rowsHere,
    labels: arrayOf(options.labels),
    look: certify === undefined && repeats !== true ? look : undefined,
  };
  const all = await survey({ rows: 'rows', labels: 'labels' }, given, reader);
  trained.refuse(
    all.contents.rows.keys.length,
    (row) => all.parts === undefined || all.parts[row] === 'certify',
  );
  const others =
    certify &&
    (await survey(
      { rows: 'certify.rows', labels: 'certify.labels' },
      {
        ...shared,
        rows: certify.rows,
        labels: arrayOf(certify.labels),
        look: otherRepeats === true ? undefined : look,
      },
      reader,
    ));
  if (others) trained.refuse(others.contents.rows.keys.length, undefined, 'of certify.rows ');
  const { labels, groups, contents } = all;
  const rows = Rows.of(all.source);
  const classes = numeric
    ? []
    : 'labels' in full
      ? full.labels
      : classesOf({ labels, 'certify.labels': others?.labels });
  checkPredicted(approximateOf(options), classes);
  const random_ = random(seed).fork('tune');
  const codes = labels && codesOf('labels', labels, classes);
  const equals = repeats === true ? undefined : equalsAmong(contents);
  const drawn = typeof options.split === 'function' ? undefined : options.split;
  const spec = specOf(bound, classes, (others ?? all).labels !== undefined);
  const splitting = random_.fork('split');
  const separate = certify !== undefined || later !== undefined;
  const either =
    equals && repeats === false && part === undefined && !separate
      ? eitherWay({
          equals,
          keys: contents.rows.keys,
          share: certifyShare(drawn),
          random: splitting,
        })
      : undefined;
  const whole = { groups, equals: equals?.first, separate };
  const split = all.parts
    ? splitByParts(all.parts, whole)
    : splitByDraw({
        ...whole,
        count: rows.length,
        drawn: either,
        // Folds are stratified by class; numbers have none.
        strata: numeric ? undefined : codes && Int32Array.from(codes),
        split: withFolds(drawn, options.effort ?? 'default', rows.length, separate),
        random: splitting,
      });
  if (equals !== undefined && codes !== undefined && !numeric) checkClasses(equals, split, codes);
  if (others && otherRepeats !== true) refuseTuned(others.contents, contents);
  else if (others?.source.held)
    refuseSame(
      SameRows.of(rows.held ?? []),
      others.source.held,
      'of certify.rows are among the rows to tune on',
    );
  const counts = !numeric && codes && { classes, codes, groups, among: split.development };
  // Parts that the caller chose may lack a class (a split by time); our own draws can avoid it.
  if (counts && 'fit' in full && typeof options.split !== 'function') checkThinClasses(counts, rows.length);
  const take = (where: Int32Array): Labelled<Row> => ({
    rows: new Rows(all.source, where),
    labels: codes && Float64Array.from(where, (row) => codes[row]),
  });
  const drawing = random_.fork('one of equals');
  const own = {
    ...take(split.certify),
    groups: groups && Int32Array.from(split.certify, (row) => groups[row]),
    contents: contentsAt(contents, split.certify),
    unlike: false,
  };
  const certification = others
    ? givenRows(
        {
          rows: Rows.of(others.source),
          labels: others.labels && codesOf('certify.labels', others.labels, classes),
          groups: others.groups,
          contents: others.contents,
          unlike: otherRepeats !== true,
        },
        otherRepeats,
        drawing,
      )
    : either
      ? {
          ...own,
          samples: either.samples,
          units: unitsOf({ ...own, samples: either.samples }),
          repeating: { are: 'either' as const, split: either.split },
        }
      : givenRows(own, repeats, drawing);
  return {
    classes,
    width: widthOf(classes),
    decision: numeric ? { kind: 'value' } : ownDecision(options, classes),
    specOn: typeof spec === 'function' ? spec : () => spec,
    asksTwice: !('fit' in full) && asksTwiceIn(bound),
    split,
    development: { ...take(split.development), contents: contentsAt(contents, split.development) },
    certification,
    different: equals && rows.length - equals.copies,
    foreseen: later ?? either?.foreseen ?? certification.units,
    reader,
    notes: [...alikeNotes(classes), ...(counts ? thinNotes(counts, Math.max(2, split.rounds.length)) : [])],
    random: random_,
  };
}

/** The decision that the options say, else that of a full model given trained. */
function ownDecision<Row, L extends Label, Name extends string>(
  { decision, full }: SettledOptions<Row, L, Name>,
  classes: readonly L[],
): Decision {
  const ofModel = 'labels' in full ? full.decision : undefined;
  if (decision !== undefined || ofModel === undefined) return decisionOf(decision, classes);
  return decisionOf(ofModel, classes, 'full.decision');
}

/** Units for the certificate that were drawn from the rows given, and others: where some repeat, different rows. */
export function countsOf<Row, L extends Label>({
  split: { certify, development },
  certification,
  different,
}: Problem<Row, L>): { readonly certify: number; readonly development: number } {
  if (different === undefined || certify.length === 0)
    return { certify: certify.length, development: development.length };
  const { units } = certification;
  return { certify: units, development: different - units };
}

/** Labels as an array; a function as it is. */
function arrayOf<Row, L>(labels: Labels<Row, L> | undefined): readonly L[] | ((row: Row) => L) | undefined {
  return labels === undefined || typeof labels === 'function' ? labels : Array.from(labels);
}
