import test from 'ava';
import { withOtherCosts } from '../../../cascades/recertify/otherCosts.js';
import { FREE, type Profile } from '../../../lib/costs/index.js';

/** The costs of features with versions, by hand. */

const cost = (perRow: number, fixed = 0) => ({ ...FREE, perRow, fixed });
const batches = [{ rows: 16, time: 90 }];

const profile: Profile<'body' | 'body@64' | 'size' | 'look' | 'look@2l'> = {
  features: {
    body: {
      cost: { ...cost(40, 8), batches },
      entries: 9,
      reads: ['parsed'],
      goingOn: { cost: cost(2, 4), reads: ['parsed', 'begin', 'end'] },
    },
    'body@64': { cost: { ...cost(1, 2), batches }, entries: 3, reads: ['parsed', 'begin'] },
    size: { cost: cost(1), entries: 1, reads: ['parsed'] },
    // A network goes on from its first layers, which are a cost by themselves.
    look: { cost: cost(100), entries: 4, reads: [], goingOn: { cost: cost(70), reads: ['look@2l'] } },
    'look@2l': { cost: FREE, entries: 4, reads: ['look@2l'] },
  },
  transforms: { parsed: cost(5), begin: cost(4, 1), end: cost(30), 'look@2l': cost(30) },
  models: {},
};

test('versions, going on from them and the work that they share cost as many times as much', (t) => {
  const { features, transforms } = withOtherCosts(profile, { body: { perRow: 80 }, look: { perRow: 10 } });
  t.deepEqual(features.body.cost, cost(80, 8));
  t.deepEqual(features.body.goingOn, { cost: cost(4, 4), reads: ['parsed', 'begin', 'end'] });
  t.deepEqual(features['body@64'].cost, cost(2, 2));
  t.deepEqual(features.size, profile.features.size);
  t.deepEqual(features.look.goingOn?.cost, cost(7));
  t.deepEqual(features['look@2l'].cost, FREE);
  // Others read what is parsed, too.
  const expected = { parsed: cost(5), begin: cost(8, 1), end: cost(60), 'look@2l': cost(3) };
  t.deepEqual(transforms, expected);
});

test('what a batch pays on top, each step pays on top; a price is paid by the feature itself', (t) => {
  const { features, transforms } = withOtherCosts(profile, { body: { fixed: 11, price: 2 } });
  t.deepEqual(features.body.cost, { ...cost(40, 11), price: 2 });
  t.deepEqual(features.body.goingOn?.cost, { ...cost(2, 7), price: 2 });
  t.deepEqual(features['body@64'].cost, cost(1, 5));
  t.deepEqual(transforms, profile.transforms);
  const { features: less } = withOtherCosts(profile, { body: { fixed: 5 } });
  t.deepEqual([less.body.goingOn?.cost.fixed, less['body@64'].cost.fixed], [1, 0]);
});

test('a share that is waiting holds for all parts, and batches as measured stay', (t) => {
  const { features, transforms } = withOtherCosts(profile, { body: { wait: 0.5 } });
  t.deepEqual(features['body@64'].cost, { ...profile.features['body@64'].cost, wait: 0.5 });
  t.deepEqual([features.body.goingOn?.cost.wait, transforms.end.wait, transforms.parsed.wait], [0.5, 0.5, 0]);
});

test('a version may be given a cost of its own', (t) => {
  const changes = { body: { perRow: 80 }, 'body@64': { perRow: 3 }, 'look@2l': { perRow: 20 } };
  const { features, transforms } = withOtherCosts(profile, changes);
  t.deepEqual(features['body@64'].cost, cost(3, 2));
  t.deepEqual([transforms['look@2l'], features['look@2l'].cost], [cost(20), FREE]);
});
