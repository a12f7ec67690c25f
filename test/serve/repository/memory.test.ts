import test from 'ava';
import fc from 'fast-check';
import { HeldTotal, totalHeld } from '../../../serve/repository/memory.js';

const modelOf = (contents: readonly number[]) => ({
  held: contents.map((content) => ({ digest: `${content}`, octets: 10 + content })),
});

test('what several hold counts once, as long as one of them holds it', (t) => {
  const total = new HeldTotal();
  const [mail, spam] = [modelOf([1, 2]), modelOf([2, 3, 3])];
  total.add(mail);
  total.add(spam);
  t.is(total.octets, 11 + 12 + 13);
  total.remove(mail);
  t.is(total.octets, 12 + 13);
  total.remove(spam);
  t.is(total.octets, 0);
});

test('the total is that of the models that are left', (t) => {
  const models = fc.array(
    fc.record({ held: fc.array(fc.nat(6)).map((contents) => modelOf(contents).held), stays: fc.boolean() }),
  );
  fc.assert(
    fc.property(models, (all) => {
      const total = new HeldTotal();
      for (const model of all) total.add(model);
      for (const model of all) if (!model.stays) total.remove(model);
      t.is(total.octets, totalHeld(all.filter(({ stays }) => stays)));
    }),
  );
});
