import { sum } from 'simple-statistics';
import type { Random } from '../../lib/stats/index.js';
import { picker } from './draw.js';

/** A short text in three parts, which are independent of each other given its class. */
export interface Note {
  readonly sender: string;
  readonly subject: string;
  readonly text: string;
}

/** All notes that there are, few enough to sum over. */
export interface NotesLaw {
  readonly notes: readonly Note[];
  readonly classes: readonly string[];
  /** Probability of a note and its class: notes x classes. */
  readonly chances: Float64Array;
  /** So many cells, `note * classes + class`, each by itself. */
  draw(count: number, random: Random): Int32Array;
}

const CLASSES = ['bill', 'chat', 'spam'];
const PRIOR = [0.5, 0.3, 0.2];
const SENDERS = ['accounts', 'shop', 'anna', 'ben', 'lottery', 'unknown'];
/** Two of each class. */
const WORDS = ['invoice', 'due', 'hello', 'lunch', 'winner', 'free'];
/** By how many nats a word is likelier in a note of its class than in another. */
const STRENGTHS = [1.5, 0.9, 1.4, 0.7, 1.1, 0.5];

/**
 * A class, and given it words drawn independently: one for the sender, three for the subject, two
 * plainer ones for the text. The order of words carries no information, so that a part is a
 * multiset of them; log-odds of classes are linear in the counts of words, as logistic regression
 * assumes.
 */
export function notesLaw(): NotesLaw {
  const parts = { senders: bags(SENDERS, 1, 1), subjects: bags(WORDS, 3, 1), texts: bags(WORDS, 2, 2) };
  const notes: Note[] = [];
  const chances: number[] = [];
  for (const sender of parts.senders) {
    for (const subject of parts.subjects) {
      for (const text of parts.texts) {
        notes.push({ sender: sender.words, subject: subject.words, text: text.words });
        const given = (c: number) => sender.chances[c] * subject.chances[c] * text.chances[c];
        chances.push(...PRIOR.map((prior, c) => prior * given(c)));
      }
    }
  }
  const pick = picker(chances);
  return {
    notes,
    classes: CLASSES,
    chances: Float64Array.from(chances),
    draw: (count, random) => Int32Array.from({ length: count }, () => pick(random.uniform())),
  };
}

interface Bag {
  readonly words: string;
  /** Given each class. */
  readonly chances: readonly number[];
}

/** Every multiset of `size` words, of strengths times `sharpness`. */
function bags(words: readonly string[], size: number, sharpness: number): Bag[] {
  const given = CLASSES.map((_, c) => {
    const odds = STRENGTHS.map((nats, w) => (w >> 1 === c ? Math.exp(sharpness * nats) : 1));
    const total = sum(odds);
    return odds.map((value) => value / total);
  });
  return multisets(words.length, size).map(({ members, orders }) => ({
    words: members.map((w) => words[w]).join(' '),
    chances: given.map((chance) => members.reduce((product, w) => product * chance[w], orders)),
  }));
}

/** The multisets of `size` of 0 … n - 1, and the number of orders in which each can be drawn. */
function multisets(n: number, size: number): { members: number[]; orders: number }[] {
  if (size === 0) return [{ members: [], orders: 1 }];
  return multisets(n, size - 1).flatMap(({ members, orders }) => {
    const last = members.at(-1) ?? 0;
    return Array.from({ length: n - last }, (_, i) => {
      const next = last + i;
      const alike = members.filter((member) => member === next).length + 1;
      return { members: [...members, next], orders: (orders * size) / alike };
    });
  });
}
