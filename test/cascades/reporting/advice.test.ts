import { join } from 'node:path';
import test from 'ava';
import { agreementWorld } from '../../../datasets/index.js';
import { inspect } from '../../../index.js';
import { loadWorld, tuneWorld, worldsProfile } from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';

const FREE_MODEL = { fixed: 0, perRow: 0, perEntry: 0 };
const { cheap, costly } = worldsProfile.features;
const freeCheap = { cheap: { ...cheap, cost: { ...cheap.cost, perRow: 0 } }, costly };

const flat = (text: string) => text.replace(/\s+/g, ' ');

test('what would help is in words, in the summary, in the file, and none of another plan', async (t) => {
  const cascade = await tuneWorld(agreementWorld({ rows: 2_000, seed: 5, doubt: 0.2 }));
  const { advice, plan } = cascade;
  t.true(advice.length > 0 && advice.length <= 3);
  const figures = advice.map(({ figure }) => figure);
  t.deepEqual(
    figures,
    [...figures].sort((a, b) => b - a),
  );
  t.true(figures.every((figure) => figure >= 1.2 * plan.expected.speedup));
  for (const { text } of advice) t.true(flat(cascade.summary()).includes(text), text);
  const bound = advice.find(({ option }) => option === 'bound');
  t.deepEqual(bound?.change, { epsilon: 0.04 });
  const other = cascade.retune({ epsilon: 0.04 });
  t.is(bound?.figure, other.plan.expected.speedup, 'the band has it');
  t.deepEqual(other.advice, []);
  t.deepEqual(cascade.explore(cascade.path[0]).advice, []);
  const file = join(await folderFor(t), 'world.cascade');
  await cascade.save(file);
  t.deepEqual((await loadWorld(file)).advice, advice);
  const found = await inspect(file);
  t.deepEqual(found.advice, advice);
  for (const { text } of advice) t.true(flat(found.summary()).includes(text), text);
});

test('too few rows: how many give how much, and those do', async (t) => {
  const seed = 3;
  const few = await tuneWorld(agreementWorld({ rows: 300, seed }));
  t.is(few.certificate.verdict, 'full-model-only');
  const advised = few.advice.find(({ option }) => option === 'rows');
  t.truthy(advised, JSON.stringify(few.advice));
  if (advised?.option !== 'rows') return;
  t.regex(advised.text, /^Give [\d,]+ rows in all, of which [\d,]+ to certify on: about [\d.]+×/);
  const enough = await tuneWorld(agreementWorld({ rows: advised.change, seed }));
  t.is(enough.certificate.verdict, 'certified');
  const { speedup } = enough.plan.expected;
  t.true(speedup > advised.figure / 1.5 && speedup < advised.figure * 1.5, `${speedup}, ${advised.figure}`);
});

test('equal rows: what they are is asked where it pays, and the answer does', async (t) => {
  const { rows } = agreementWorld({ rows: 600, seed: 5, doubt: 0.05 });
  const popular = Array.from({ length: 20 }, () => rows.slice(0, 50)).flat();
  const given = { rows: [...rows, ...popular] };
  const either = await tuneWorld(given);
  const said = either.advice.filter(({ option }) => option === 'repeats');
  t.true(said.length > 0, JSON.stringify([either.certificate.reason, either.advice]));
  for (const { change, figure, text } of said) {
    if (change !== true && change !== 'copies') return t.fail();
    t.regex(text, /^Pass repeats: (true, if each row|'copies', if equal rows)/);
    const told = await tuneWorld(given, { repeats: change });
    const { speedup } = told.plan.expected;
    t.true(speedup > figure / 2 && speedup < figure * 2, `${change}: ${speedup}, ${figure}`);
  }
});

test('nothing is advised of a bound of several losses, or for what a constant answer would keep', async (t) => {
  const world = agreementWorld({ rows: 2_000, seed: 1 });
  const several = await tuneWorld(world, {
    bound: {
      all: [
        { loss: 'disagreement', epsilon: 0.02 },
        { loss: { recall: 'yes' }, epsilon: 0.03 },
      ],
    },
  });
  t.false(several.advice.some(({ option }) => option === 'bound'));
  const wide = await tuneWorld(world, { bound: { epsilon: 0.3 } });
  t.false(
    wide.advice.some(({ option }) => option === 'bound'),
    JSON.stringify(wide.advice),
  );
});

test('epsilons that were named aren’t advised, other options are, and nothing is where nothing costs', async (t) => {
  const { rows } = agreementWorld({ rows: 600, seed: 5, doubt: 0.05 });
  const given = { rows: [...rows, ...Array.from({ length: 20 }, () => rows.slice(0, 50)).flat()] };
  const { advice } = await tuneWorld(given, { bound: { epsilon: 0.02, modes: [0.05] } });
  t.true(advice.length > 0);
  t.false(advice.some(({ option }) => option === 'bound'));
  const free = await tuneWorld(agreementWorld({ rows: 2_000, seed: 5, doubt: 0 }), {
    profile: { ...worldsProfile, models: { sigmoid: FREE_MODEL }, features: freeCheap },
  });
  t.deepEqual(free.advice, []);
});
