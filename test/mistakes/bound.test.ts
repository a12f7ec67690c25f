import { absoluteError, recall, tune, VacuousBound } from '../../index.js';
import { mails, right } from './mails.js';
import { js, refused } from './mistake.js';

/** What goes wrong where it is said what may be lost. */

const bounded = (bound: unknown, more: object = {}) => js(tune, { ...right, bound, ...more });
const { bound: _, ...unbound } = right;

refused([
  ['no bound', () => js(tune, unbound), /'bound': expected \{ loss, epsilon, delta \}, got undefined/],
  [
    'bounds for bound',
    () => js(tune, { ...unbound, bounds: right.bound }),
    /'bounds': unknown.*did you mean 'bound'\?/,
  ],
  [
    'epsilon alone, as a number',
    () => bounded(0.05),
    /'bound': expected \{ loss, epsilon, delta \}, got 0\.05/,
  ],
  [
    'no epsilon',
    () => bounded({ loss: 'accuracy' }),
    /'bound\.epsilon': expected a number above 0 and below 1, got undefined/,
  ],
  [
    'absoluteError of a number alone',
    () => bounded({ loss: absoluteError(100) }),
    /'bound\.epsilon'.*got undefined; a limit in the units of the answers is absoluteError\(\{ atMost: … \}\)/,
  ],
  [
    'atMost beside the loss',
    () => bounded({ loss: 'absoluteError', atMost: 100 }),
    /'bound\.atMost'.*pass loss: absoluteError\(\{ atMost: 100 \}\), without epsilon/,
  ],
  ['epsilon 5', () => bounded({ epsilon: 5 }), /'bound\.epsilon'.*got 5; did you mean 0\.05\?/],
  ['epsilon 0', () => bounded({ epsilon: 0 }), /'bound\.epsilon'.*no finite sample can promise/],
  ['epsilon 1', () => bounded({ epsilon: 1 }), /'bound\.epsilon'.*got 1; did you mean 0\.01\?/],
  [
    'epsilon below 0',
    () => bounded({ epsilon: -0.01 }),
    /'bound\.epsilon'.*above 0 and below 1, got -0\.01$/,
  ],
  [
    'epsilon as text',
    () => bounded({ epsilon: '0.01' }),
    /'bound\.epsilon'.*got "0\.01"; did you mean 0\.01\?/,
  ],
  ['epsilon as a percentage in words', () => bounded({ epsilon: '1 %' }), /'bound\.epsilon'.*got "1 %"/],
  ['epsilon of NaN', () => bounded({ epsilon: Number.NaN }), /'bound\.epsilon'.*got NaN/],
  [
    'delta as confidence',
    () => bounded({ epsilon: 0.01, delta: 0.95 }),
    /'bound\.delta': expected the chance that the promise fails, got 0\.95; did you mean 0\.05, which is 95 % confidence\?/,
  ],
  [
    'delta as a confidence in percent',
    () => bounded({ epsilon: 0.01, delta: 99 }),
    /'bound\.delta'.*got 99; did you mean 0\.01/,
  ],
  [
    'delta as a percentage',
    () => bounded({ epsilon: 0.01, delta: 5 }),
    /'bound\.delta'.*got 5; did you mean 0\.05\?/,
  ],
  ['delta 0', () => bounded({ epsilon: 0.01, delta: 0 }), /'bound\.delta'.*above 0 and below 1, got 0/],
  [
    'confidence for delta',
    () => bounded({ epsilon: 0.01, confidence: 0.95 }),
    /'bound\.confidence': unknown; known are loss, epsilon, delta/,
  ],
  [
    'a slip in epsilon',
    () => bounded({ epsillon: 0.01 }),
    /'bound\.epsillon': unknown.*did you mean 'epsilon'\?/,
  ],
  [
    'a loss that there isn’t',
    () => bounded({ loss: 'acuracy', epsilon: 0.01 }),
    /'bound\.loss': expected 'accuracy', 'disagreement'.*got "acuracy"; did you mean 'accuracy'\?/,
  ],
  [
    'recall as a name',
    () => bounded({ loss: 'recall', epsilon: 0.01 }),
    /'bound\.loss'.*recall\(label\).*got "recall"/,
  ],
  [
    'recall of a class that there isn’t',
    () => bounded({ loss: { recall: 'gud' }, epsilon: 0.05 }),
    /'bound\.loss': "gud" is no class; there are "good", "spam"; did you mean 'good'\?/,
  ],
  [
    'precision of a class in capitals',
    () => bounded({ loss: { precision: 'Spam' }, epsilon: 0.05 }),
    /'bound\.loss': "Spam" is no class.*did you mean 'spam'\?/,
  ],
  [
    'recall of a class by its position',
    () => bounded({ loss: { recall: 1 }, epsilon: 0.05 }),
    /'bound\.loss': 1 is no class; there are "good", "spam"$/,
  ],
  [
    'a function as loss',
    () => bounded({ loss: () => 0, epsilon: 0.05 }),
    /'bound\.loss'.*\{ name, loss \}, got a function/,
  ],
  [
    'a loss of one’s own without a name',
    () => bounded({ loss: { loss: () => 0 }, epsilon: 0.05 }),
    /'bound\.loss'.*\{ name, loss \}, got an object with loss/,
  ],
  [
    'recall of a label that is missing',
    () => bounded({ loss: recall(undefined as never), epsilon: 0.05 }),
    /'bound\.loss': undefined is no class; there are "good", "spam"/,
  ],
  [
    'an absolute error of classes',
    () => bounded({ loss: { absoluteError: 1 }, epsilon: 0.05 }),
    /'bound\.loss': absoluteError is of numbers; there are "good", "spam"/,
  ],
  [
    'an absolute error without a scale',
    () => bounded({ loss: { absoluteError: undefined }, epsilon: 0.05 }),
    /'bound\.loss': expected \{ atMost, cap \}, or a scale, a finite number above 0, got undefined/,
  ],
  [
    'a method that there isn’t',
    () => bounded({ epsilon: 0.05, method: 'bootstrap' }),
    /'bound\.method': expected 'exact'.*got "bootstrap"/,
  ],
  [
    'a method for another loss',
    () => bounded({ loss: { name: 'cost', loss: () => 0.5 }, epsilon: 0.05, method: 'exact' }),
    /'bound\.method': 'exact' is for losses of 0 and 1, not for 'cost'/,
  ],
  [
    'several losses as an array',
    () => bounded([{ loss: 'harm', epsilon: 0.05 }]),
    /'bound'.*expected an object.*got an array of 1|'bound'.*all/,
  ],
  [
    'no loss among several',
    () => bounded({ all: [] }),
    /'bound\.all': expected an array of \{ loss, epsilon \}, at least one/,
  ],
  [
    'one of several without its loss',
    () => bounded({ all: [{ epsilon: 0.05 }] }),
    /'bound\.all\[0\]\.loss': missing; with several, name each/,
  ],
  [
    'one of several with its own delta',
    () => bounded({ all: [{ loss: 'harm', epsilon: 0.05, delta: 0.05 }] }),
    /'bound\.all\[0\]\.delta': unknown/,
  ],
  [
    'other epsilons that aren’t needed',
    () => bounded({ epsilon: 0.05, also: [0.1] }),
    /'bound\.also'.*over rows has a band that holds for any epsilon; leave it out/,
  ],
  [
    'another epsilon that is the first',
    () => bounded({ loss: { recall: 'spam' }, epsilon: 0.05, also: [0.05] }),
    /'bound\.also\[0\]': 0\.05 is there already/,
  ],
  [
    'accuracy without labels',
    () =>
      bounded(
        { loss: 'accuracy', epsilon: 0.05 },
        { labels: undefined, full: { name: 'own', classes: 2, labels: ['good', 'spam'], score() {} } },
      ),
    /'labels': missing; the loss 'accuracy' compares with them/,
  ],
  [
    'a bound that a constant answer meets',
    () => bounded({ loss: 'disagreement', epsilon: 0.7 }, { allowVacuous: false }),
    /answering ".*" to everything would lose .*allowVacuous: true/,
    VacuousBound,
  ],
  [
    'allowVacuous as text',
    () => bounded(right.bound, { allowVacuous: 'yes' }),
    /'allowVacuous': expected true or false, got "yes"/,
  ],
  ['a bound as text', () => bounded('1%'), /'bound': expected \{ loss, epsilon, delta \}, got "1%"/],
]);

mails.at(0);
