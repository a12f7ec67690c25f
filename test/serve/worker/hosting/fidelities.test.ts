import { rm } from 'node:fs/promises';
import test from 'ava';
import { RowView } from '../../../../lib/features/define/index.js';
import { RequestError } from '../../../../lib/protocol/messages/index.js';
import type { Slice } from '../../../../serve/executor.js';
import { SharedFeature } from '../../../../serve/worker/hosting/sharedFeature.js';
import { SharedParts } from '../../../../serve/worker/hosting/sharedParts.js';
import { InlineExecutor } from '../../../../serve/worker/index.js';
import { answerOf } from '../../../support/answerOf.js';
import { modulesUrl } from '../../../support/modulesUrl.js';
import { servingFolder, writeModel } from '../../../support/servedModels.js';
import { letters } from '../../../support/spelt.js';
import { steppedCascade, texts } from '../../../support/steppedCascade.js';

const folder = await servingFolder();
const url = await modulesUrl(new URL('../../../support/spelt.ts', import.meta.url));
test.after.always(() => rm(folder.folder, { recursive: true }));

const module = `import { spelt } from ${JSON.stringify(url)};
export default spelt;
export const inputs = { text: 'BYTES' };
export const row = ({ text }, i) => ({ text: text[i] === 'none' ? undefined : text[i] });`;

function slice(model: string, all: readonly string[]): Slice {
  const encoder = new TextEncoder();
  const elements = all.map((text) => encoder.encode(text));
  return { model, mode: 0, rows: all.length, inputs: { text: { elements, rowShape: [] } }, scores: true };
}

test('a server answers by fidelities as the cascade does, and models that share a feature share its steps', async (t) => {
  const cascade = await steppedCascade();
  const expected = await cascade.predict(texts);
  const inline = new InlineExecutor();
  const all = texts.map(({ text }) => text);
  for (const name of ['one', 'two']) {
    const { key, labels } = await inline.load(await writeModel(folder, name, cascade, module));
    const { answers, exits, scores } = await answerOf(inline, slice(key, all));
    t.deepEqual(
      Array.from(answers, (code) => labels[code]),
      expected.labels,
    );
    t.deepEqual(exits, expected.exits);
    t.deepEqual(scores, expected.scores);
    const error = await t.throwsAsync(answerOf(inline, slice(key, [all[0], 'none'])), {
      instanceOf: RequestError,
    });
    t.is(error.reason, 'invalid');
    t.regex(error.message, /row 1/);
  }
  await inline.close();
});

test('steps of a shared feature are one for all that hold it, and warm once', async (t) => {
  const fitted = await letters.fit(RowView.of(texts));
  let warmed = 0;
  const steps = fitted.fidelities;
  const shared = new SharedFeature(
    {
      ...fitted,
      fidelities: steps && {
        propose: steps.propose,
        inSteps: (at) =>
          steps.inSteps(at).map((step) => ({
            ...step,
            fitted: {
              ...step.fitted,
              warm: () => {
                warmed++;
                return step.fitted.compute(RowView.of(texts.slice(0, 1)));
              },
            },
          })),
      },
    } as ConstructorParameters<typeof SharedFeature>[0],
    () => false,
  );
  const [one, two] = [0, 1].map(() => shared.fidelities?.inSteps(['4', '12']) ?? []);
  t.is(one.length, 3);
  t.deepEqual(
    two.map((step, s) => step.fitted === one[s].fitted),
    [true, true, true],
  );
  t.not(shared.fidelities?.inSteps(['4'])[0].fitted, one[0].fitted, 'other steps share other work');
  await Promise.all([...one, ...two].map(({ fitted: step }) => step.warm?.()));
  t.is(warmed, 3);
});

test('a fault of a fidelity is looked for in its feature', async (t) => {
  const fitted = await letters.fit(RowView.of(texts));
  const shares = new SharedParts().sharingOf('code', new Map([[fitted.state, 'digest']]), false);
  shares.feature('letters', letters, fitted.state, () => fitted);
  t.true(shares.fitted('letters') instanceof SharedFeature);
  t.is(shares.fitted('letters@4'), shares.fitted('letters'));
  t.is(shares.fitted('letter@4'), undefined);
});
