import test from 'ava';
import { isNested, nestedAmong } from '../../../cascades/chain/index.js';
import type { StageSpec } from '../../../cascades/types/index.js';

const stage = (...features: string[]): StageSpec => ({
  features,
  learner: 'linear',
  target: 'labels',
  passed: false,
  prefix: null,
});

test('a stage may follow one that reads its features at lower fidelities, and none that reads them higher', (t) => {
  const nested = nestedAmong({ words: ['256', '1024'], body: ['9'] });
  const may = (inner: string[], outer: string[]) => nested(stage(...inner), stage(...outer));
  t.true(may(['words@256'], ['words@1024']));
  t.true(may(['words@256'], ['words']));
  t.true(may(['words@256'], ['words@256', 'sender']));
  t.true(may(['sender', 'words@256'], ['words', 'sender', 'body@9']));
  t.false(may(['words@1024'], ['words@256']));
  t.false(may(['words'], ['words@1024', 'sender']));
  t.false(may(['words@256'], ['words@256']));
  t.false(may(['words@256', 'sender'], ['words']));
  t.false(may(['sender'], ['words@256']));
  // One goes up and the other down: neither contains the other.
  t.false(may(['words@256', 'body'], ['words', 'body@9']));
});

test('without fidelities names with an @ are names like others', (t) => {
  t.is(nestedAmong({}), isNested);
  t.false(isNested(stage('a@1'), stage('a@2')));
});
