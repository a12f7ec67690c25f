import test from 'ava';
import { parseHTML } from 'linkedom';
import { pipelineChart } from '../../../../lib/report/charts/pipeline.js';
import { htmlReport } from '../../../../lib/report/index.js';
import { sample } from '../sample.js';

interface Found {
  readonly textContent: string;
  querySelector(selector: string): Found | null;
  querySelectorAll(selector: string): Found[];
  getAttribute(name: string): string | null;
}

const stage = (name: string, features: readonly string[]) => ({ ...sample.stages[0], name, features });
const features = [
  { name: 'words', cost: 1, costSpread: 0, steps: ['body', 'tfidf', 'svd'] },
  { name: 'own <b>', cost: 1, costSpread: 0 },
];
const stages = [stage('stage 1', ['own <b>']), stage('full', ['words', 'own <b>'])];

test('a pipeline is drawn from its columns to its cut, with what each stage reads', (t) => {
  const svg = pipelineChart({ features, stages }) ?? '';
  const { document }: { document: Found } = parseHTML(svg);
  t.is(
    document.querySelector('desc')?.textContent,
    'body → tfidf → svd → words, read by full; own <b>, read by 1, full.',
  );
  t.is(document.querySelectorAll('rect').length, 3);
  const boxes = Array.from(document.querySelectorAll('rect'), (box) => Number(box.getAttribute('x')));
  t.deepEqual(
    boxes,
    [...boxes].sort((a, b) => a - b),
  );
  const filled = Array.from(
    document.querySelectorAll('circle'),
    (dot) => dot.getAttribute('fill') !== 'none',
  );
  t.deepEqual(filled, [false, true, true, true]);
  t.false(svg.includes('<b>'));
});

test('a report has the picture where a feature says its steps', async (t) => {
  const page = await htmlReport({ ...sample, features, stages: [...stages] });
  t.true(page.includes('The pipeline and its cut'));
  t.false((await htmlReport(sample)).includes('The pipeline and its cut'));
});

test('a version of a feature is drawn where a stage reads it, with what of it', async (t) => {
  const version = (at: string) => ({
    name: `words@${at}`,
    fidelity: { of: 'words', words: `first ${at} characters of words` },
    cost: 1,
    costSpread: 0,
    steps: ['body', 'tfidf'],
  });
  const all = [...features, version('64'), version('256')];
  const reading = [stage('stage 1', ['words@256']), ...stages.slice(1)];
  const svg = pipelineChart({ features: all, stages: reading }) ?? '';
  const { document }: { document: Found } = parseHTML(svg);
  t.is(
    document.querySelector('desc')?.textContent,
    'body → tfidf → svd → words, read by full; own <b>, read by full; body → tfidf → first 256 characters of words → words@256, read by 1.',
  );
  const page = await htmlReport({ ...sample, features: all, stages: reading });
  t.regex(page, /words@<wbr>64 <small>first 64 characters of words<\/small>/);
});
