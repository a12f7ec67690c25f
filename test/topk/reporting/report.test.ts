import test from 'ava';
import { rankingWorld } from '../../../datasets/index.js';
import { tuneRanking } from '../world.js';

const queries = rankingWorld({ queries: 300, candidates: 150, seed: 41 });

test('a report shows the promise, the stages, the served plan on its curve, and Willump’s choice', async (t) => {
  const ranker = await tuneRanking({ queries, bound: { recall: 0.9 } });
  t.is(ranker.certificate.verdict, 'certified');
  const page = await ranker.report({ title: 'Items <b>' });
  t.true(page.startsWith('<!doctype html>'));
  t.false(page.includes('<b>'), 'what is put in is escaped');
  t.regex(page, /the mean recall@K is at least 0.9/);
  t.regex(page, /<svg[^>]*role="img"/);
  t.regex(page, /Willump, 99 of 100/);
  t.regex(page, /Willump, 95 of 100/);
  t.is(page.match(/class="mark">served/g)?.length, 1);
  t.notRegex(page, /<script|https?:\/\/(?!www\.w3\.org)/);
});

test('without stages there is no curve', async (t) => {
  const ranker = await tuneRanking({ queries: queries.slice(0, 20), bound: { recall: 0.9 } });
  t.is(ranker.certificate.verdict, 'full-model-only');
  const page = await ranker.report();
  t.notRegex(page, /<svg/);
  t.regex(page, /too few certification queries/);
});
