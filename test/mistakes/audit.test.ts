import { agreementWorld } from '../../datasets/index.js';
import { DataError } from '../../index.js';
import { tuneWorld } from '../support/agreement.js';
import { tuned } from './mails.js';
import { on, refused } from './mistake.js';

/** What goes wrong where a cascade in service is audited. */

const world = agreementWorld({ rows: 3_000, seed: 1 });
const cascade = await tuneWorld(world, { bound: { loss: 'disagreement', epsilon: 0.05 } });
const audit = cascade.audit({ rate: 0.5, seed: 1 });
const started = (change: object) => on(cascade, 'audit', { rate: 0.1, ...change });
const uncertified = cascade.explore(cascade.plan);
const plain = await tuned();

refused([
  ['audit: no options', () => on(cascade, 'audit'), /'options': expected an object, \{ rate.*got undefined/],
  ['audit: no rate', () => on(cascade, 'audit', {}), /'rate': expected a probability.*got undefined/],
  [
    'audit: a rate as a percentage',
    () => started({ rate: 5 }),
    /'rate'.*at most 1, got 5; did you mean 0\.05\?/,
  ],
  ['audit: one in so many', () => started({ rate: 100 }), /'rate'.*got 100/],
  ['audit: alpha of 0', () => started({ alpha: 0 }), /'alpha'.*above 0 and below 1, got 0/],
  ['audit: a slip', () => started({ onAlert: () => {} }), /'onAlert': unknown.*did you mean 'onAlarm'\?/],
  [
    'audit: an alarm that is no function',
    () => started({ onAlarm: 'mail me' }),
    /'onAlarm': expected a function, got "mail me"/,
  ],
  [
    'audit: what answers then, by another word',
    () => started({ afterAlarm: 'full' }),
    /'afterAlarm': expected 'full-model', 'safer', 'keep', got "full"/,
  ],
  [
    'audit: labels of a loss that needs none',
    () => started({ labelled: true }),
    /'labelled': is of losses of your own, and the certificate promises none/,
  ],
  [
    'audit: disagreement, which is promised',
    () => started({ disagreement: 0.1 }),
    /'disagreement': it is what the certificate promises/,
  ],
  [
    'audit: losses as names',
    () => started({ losses: 'cost' }),
    /'losses': expected an array of \{ name, loss \}, got "cost"/,
  ],
  [
    'audit: exits as a number',
    () => started({ exits: 0.05 }),
    /'exits': expected an object, \{ alpha, tolerance, rows \}, got 0\.05/,
  ],
  ['audit: a state from JSON that isn’t parsed', () => started({ state: '{}' }), /'state'/],
  ['audit: another audit for its state', () => started({ state: audit }), /'state'/],
  ['audit: a state that is empty', () => started({ state: {} }), /'state'/],
  [
    'audit: a plan of which nothing is promised',
    () => on(uncertified, 'audit', { rate: 0.1 }),
    /exploratory|promise/,
  ],
  [
    'audit.predict: one row',
    () => on(audit, 'predict', world.rows[0]),
    /expected an array of rows, got an object/,
    DataError,
  ],
  [
    'audit.predict: in shadow',
    () => on(audit, 'predict', world.rows.slice(0, 2), { mode: 'shadow' }),
    /'mode'/,
  ],
  [
    'audit.predict: a signal that is none',
    () => on(audit, 'predict', world.rows.slice(0, 2), { signal: {} }),
    /'signal': expected an AbortSignal/,
  ],
  [
    'audit.label: a row that wasn’t drawn',
    () => audit.label(10_000, 'yes'),
    /no row 10000 was drawn/,
    DataError,
  ],
  [
    'audit.label: a class that there isn’t',
    () => on(audit, 'label', 0, 'maybe'),
    /label "maybe" of drawn row 0: expected one of no, yes/,
    DataError,
  ],
  [
    'audit.label: the label alone',
    () => on(audit, 'label', 'yes'),
    /label undefined of drawn row/,
    DataError,
  ],
  [
    'certifyBatch of a cascade without stages: epsilon of 0',
    () => plain.certifyBatch([], { epsilon: 0 }),
    /rows: there are none/,
    DataError,
  ],
]);
