import { count, grouped } from '../../lib/util/count.js';
import { inWords, kindOf } from '../losses/index.js';
import type { Certificate, Clause, StatedLoss } from '../types/index.js';

/**
 * Items that the certificate doesn't cover. A cascade without a certificate promises nothing, and
 * has no items.
 */
export function notPromised(certificate: Certificate): string[] {
  const { verdict, delta, jointDelta, unit, observed, all = [certificate] } = certificate;
  const hasClasses = observed.byClass.length > 0 && !hasClassLoss(all);
  if (verdict === 'full-model-only') {
    return ["The full model's own errors: every answer is the full model's, right or wrong."];
  }
  if (verdict !== 'certified') return [];
  return [
    ...(all.some(({ loss }) => isAgainstFullModel(loss))
      ? ["The full model's own errors: the certificate bounds what the cascade loses against the full model."]
      : []),
    'Rows unlike the certification rows: later times, other sources, other shares of easy and hard rows.',
    unit === 'groups'
      ? 'Any single group or row: the bound is on the mean over groups.'
      : `Any single row${hasClasses ? ', class' : ''} or segment: the bound is on a mean over many rows.`,
    ...(certificate.repeating?.are === 'either'
      ? [
          'Equal rows of which some are draws of their own and others copies: all are taken for the one or the other.',
        ]
      : []),
    ...all.flatMap(({ loss }) => capOf(loss)),
    ...(jointDelta > delta
      ? [
          `A choice between this plan and one for another epsilon, with ${percent(1 - delta)} confidence: ` +
            `certificate and frontier hold together with ${percent(1 - jointDelta)}.`,
        ]
      : []),
    'Speed and price: costs are estimates for the machine and the load that they were measured on.',
  ];
}

/** Next steps, an item each. */
export function nextSteps({ verdict, prospect, unit }: Certificate, isMeasured: boolean): string[] {
  if (verdict === 'certified') {
    return [
      ...(isMeasured
        ? []
        : [
            'Measure speed and quality on rows that tune has not seen: await measure(cascade, rows, labels).',
          ]),
      'Test the certificate in service on a random few rows: cascade.audit({ rate, alpha, onAlarm }).',
    ];
  }
  if (verdict === 'exploratory') {
    return ['Certify it on fresh rows: await cascade.certify(cascade.path, { rows, labels }).'];
  }
  if (verdict === 'void') {
    return [
      'Load it with the features and the full model that it was made with, or certify it again on fresh rows: ' +
        'await cascade.certify(cascade.path, { rows, labels }).',
    ];
  }
  return [
    ...(prospect && prospect.speedup > 1
      ? [
          `Give more ${unit}: some ${about(prospect.certify)} for the certificate` +
            `${prospect.total === null ? '' : `, ${about(prospect.total)} in all`}.`,
        ]
      : []),
    'Allow a larger loss, if your task bears it: a larger epsilon in bound.',
    'Add a cheap feature that predicts the answer better, or another learner.',
  ];
}

/** A loss of one's own may compare with the labels. */
function isAgainstFullModel(loss: StatedLoss): boolean {
  return kindOf(loss).labels !== 'optional';
}

function hasClassLoss(all: readonly Clause[]): boolean {
  return all.some(({ loss }) => kindOf(loss).over !== 'all');
}

function capOf(loss: StatedLoss): string[] {
  const { scale } = inWords(loss);
  return scale === undefined
    ? []
    : [`The size of a single difference: each counts as at most ${grouped(scale)}.`];
}

/** Two digits: an estimate has no more. */
function about(value: number): string {
  return count(Number(value.toPrecision(2)));
}

function percent(share: number): string {
  return `${grouped(100 * share)} %`;
}
