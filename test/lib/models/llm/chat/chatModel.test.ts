import { inspect } from 'node:util';
import test from 'ava';
import { ModelError, OptionError, ServerError } from '../../../../../index.js';
import { chatModel } from '../../../../../entries/llm.js';
import { LABELS, notes, prompt, scoresOf, serveNotes, textIn } from './world.js';

const labels = LABELS;
const quick = { labels, prompt, random: () => 0 } as const;

test('rows are asked about, and answers are the labels’ scores', async (t) => {
  const { server, at } = await serveNotes(t);
  const model = chatModel({ ...quick, ...at });
  t.deepEqual([model.name, model.labels, model.classes, model.readsRows], ['small', LABELS, 2, true]);
  t.deepEqual(await scoresOf(model, notes('s', 'h', 's')), [0, 1, 1, 0, 0, 1]);
  // Equal texts are one question.
  t.is(server.charged.length, 2);
  t.deepEqual(model.counts, {
    asked: 3,
    parsed: 3,
    retried: 0,
    unparsed: { refusal: 0, cut: 0, other: 0 },
    refused: 0,
    tokens: { input: 24, cached: 0, output: 9 },
  });
});
