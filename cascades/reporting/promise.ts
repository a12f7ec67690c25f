import { leadOf } from '../../lib/report/words/index.js';
import { asPercent, count, grouped } from '../../lib/util/count.js';
import { inWords, kindOf } from '../losses/index.js';
import type { Certificate, Clause } from '../types/index.js';
import { flipsOpen } from './flips.js';

/** The promise of a certificate, or the reason why there is none. */
export function promiseWords(certificate: Certificate): string {
  return `${newRowsWords(certificate)}${tableWords(certificate)}`;
}

function newRowsWords(certificate: Certificate): string {
  const lead = leadOf(certificate, 'answers everything');
  if (lead !== undefined) return lead;
  const { delta, unit, observed, n, all = [certificate] } = certificate;
  const over = unit === 'groups' ? ', averaged over groups,' : '';
  const bounds = all.map(({ loss, epsilon }) => inWords(loss).bound(epsilon));
  const drawn = unit === 'groups' ? n : observed.rows;
  // Old files don't name it.
  const { population = `data drawn like the ${count(drawn)} certification ${unit}` } = certificate;
  const others = all.length === 1 && isOfClass(all[0]) ? ' Other answers are not covered.' : '';
  return (
    `With ${asPercent(1 - delta)} confidence, ${joined(bounds)}${over} on ${population}.` +
    `${others}${liveWords(certificate)}`
  );
}

/** The promise over a table that was certified on the same sample. */
function tableWords({ batch }: Certificate): string {
  if (batch === undefined) return '';
  const { loss, rows, epsilon, delta } = batch;
  const lead = ` By itself, with ${asPercent(1 - delta)} confidence,`;
  if (loss !== undefined) return `${lead} ${inWords(loss).bound(epsilon)} on a table of ${count(rows)} rows.`;
  return (
    `${lead} at most ${asPercent(epsilon)} of the answers that were given to a table of ${count(rows)} rows differ ` +
    "from the full model's."
  );
}

/**
 * Items that the certificate doesn't cover. A cascade without a certificate promises nothing, and
 * has no items.
 */
export function notPromised(certificate: Certificate): string[] {
  const { verdict, delta, jointDelta, unit, observed, all = [certificate] } = certificate;
  const hasClasses = observed.difference === undefined && !all.some(isOfClass);
  if (verdict === 'full-model-only') {
    return ["The full model's own errors: every answer is the full model's, right or wrong."];
  }
  if (verdict !== 'certified') return [];
  return [
    // A loss of one's own may compare with the labels.
    ...(all.some(({ loss }) => kindOf(loss).labels !== 'optional')
      ? ["The full model's own errors: the certificate bounds what the cascade loses against the full model."]
      : []),
    `That a certificate in hand is right with ${asPercent(1 - delta)}: a false one is made in at most ${asPercent(delta)} of runs, and where ` +
      'few runs certify, it is a larger share of the certificates.',
    'Rows unlike the certification rows: later times, other sources, other shares of easy and hard rows.',
    unit === 'groups'
      ? 'Any single group or row: the bound is on the mean over groups.'
      : `Any single row${hasClasses ? ', class' : ''} or segment: the bound is on a mean over many rows.`,
    ...flipsOpen(certificate),
    ...(certificate.repeating?.are === 'either'
      ? [
          'Equal rows of which some are draws of their own and others copies: all are taken for the one or the other.',
        ]
      : []),
    ...all
      .flatMap(({ loss }) => inWords(loss).scale ?? [])
      .map((scale) => `The size of a single difference: each counts as at most ${grouped(scale)}.`),
    ...(jointDelta > delta
      ? [
          `A choice between this plan and one for another epsilon, with ${asPercent(1 - delta)} confidence: ` +
            `certificate and frontier hold together with ${asPercent(1 - jointDelta)}.`,
        ]
      : []),
    'Speed and price: costs are estimates for the machine and the load that they were measured on.',
  ];
}

/** The part of a promise that is left open by live features, and by models that differ from themselves. */
function liveWords({ stability }: Certificate): string {
  const { live = [], varies = [] } = stability ?? {};
  return (
    (live.length === 0
      ? ''
      : ` Live features (${live.join(', ')}) may give other values at each read: the promise covers values ` +
        'like those that were read for the test.') +
    (varies.length === 0
      ? ''
      : ` Models of stages (${varies.join(', ')}) may answer otherwise the next time: the promise covers answers ` +
        'like those that they gave for the test.')
  );
}

function isOfClass({ loss }: Clause): boolean {
  return kindOf(loss).over !== 'all';
}

function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')}, and ${parts.at(-1)}`;
}
