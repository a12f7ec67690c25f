import test from 'ava';
import { notesLaw } from '../../../bench/validity/notes.js';
import { random } from '../../../lib/stats/index.js';
import { near } from '../../support/near.js';

const law = notesLaw();
const { notes, chances, classes } = law;

/** The chance of the notes and classes that fit. */
function chanceOf(fits: (cell: number) => boolean): number {
  return chances.reduce((sum, chance, cell) => sum + (fits(cell) ? chance : 0), 0);
}

test('every note is there once', (t) => {
  // One of 6 senders, 3 of 6 words with repeats, 2 of 6: C(8, 3) = 56 and C(7, 2) = 21.
  t.is(notes.length, 6 * 56 * 21);
  t.is(
    new Set(notes.map(({ sender, subject, text }) => `${sender} | ${subject} | ${text}`)).size,
    notes.length,
  );
});

test('its chance is that of its class and words, by hand', (t) => {
  near(
    t,
    chanceOf(() => true),
    1,
    1e-12,
  );
  [0.5, 0.3, 0.2].forEach((prior, c) => {
    near(
      t,
      chanceOf((cell) => cell % 3 === c),
      prior,
      1e-12,
    );
  });
  // A bill says 'invoice' with e^1.5, 'due' with e^.9 and each other word with 1; in texts with twice the nats.
  const [subject, text] = [Math.exp(1.5) + Math.exp(0.9) + 4, Math.exp(3) + Math.exp(1.8) + 4];
  const bill = notes.findIndex(
    (note) => note.sender === 'anna' && note.subject === 'invoice due due' && note.text === 'due winner',
  );
  const words =
    (1 / subject) * ((3 * Math.exp(1.5 + 0.9 + 0.9)) / subject ** 3) * ((2 * Math.exp(1.8)) / text ** 2);
  near(t, chances[3 * bill + classes.indexOf('bill')], 0.5 * words, 1e-12);
});

test('drawn notes follow the law', (t) => {
  const drawn = law.draw(40_000, random('notes'));
  const fits = (cell: number) => cell % 3 === 1 && notes[Math.floor(cell / 3)].subject.startsWith('hello');
  const share = drawn.filter(fits).length / drawn.length;
  near(t, share, chanceOf(fits), 0, 4 * Math.sqrt(0.25 / drawn.length));
  t.true(share > 0.05);
});
