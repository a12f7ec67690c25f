import test from 'ava';
import { sortMails } from '../../../examples/llm/mails.js';
import { madeUpMails, simulatedModel } from '../../../examples/llm/simulated.js';
import { folderFor } from '../../support/files.js';

test.serial('mails are sorted by a model of the AI SDK, and a second run asks nothing', async (t) => {
  const [folder, home] = [await folderFor(t), process.cwd()];
  process.chdir(folder);
  t.teardown(() => process.chdir(home));
  const mails = madeUpMails(1_500);
  const model = simulatedModel();
  const told: { readonly low: number; readonly high: number }[] = [];
  const { outcome, answers, certificate, spent, all } = await sortMails(model, mails, (money) => {
    told.push(money);
    return true;
  });
  t.is(outcome, 'done');
  t.is(certificate?.verdict, 'certified');
  t.is(answers.length, 1_500);
  t.true(told[0].low > 0 && told[0].high < all.live * 1.01);
  t.true(spent > 0 && spent < all.live);
  const before = model.asked();
  t.true(before < 1_500, `${before}`);
  const again = await sortMails(model, mails, () => false);
  t.is(again.outcome, 'declined');
  t.is(model.asked(), before);
});
