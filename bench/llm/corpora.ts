import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { loadGlosses, loadMail } from 'spillway/datasets';
import { random } from '../../lib/stats/index.js';
import { simulate } from './simulated.js';

/** A text that a language model was asked about, with what it answered. */
export interface AskedText {
  readonly text: string;
  /** The class that it answered. */
  readonly answer: number;
  /** What it said of each class: from log-probabilities, or from its stated confidence. */
  readonly said: Float64Array;
  /** What an encoder made of the text, where one is at hand. */
  readonly vector?: Float32Array | undefined;
}

/** Texts with the answers of a language model, and how many of them a student is trained on. */
export interface AnsweredCorpus {
  readonly name: string;
  readonly labels: readonly string[];
  readonly rows: readonly AskedText[];
  /** Rows asked to train on. */
  readonly training: number;
}

/** Rows of a corpus of ours, and of those the ones to train on. */
interface Size {
  readonly rows: number;
  readonly training: number;
}

/** Categories of glosses: the largest. */
const CATEGORIES = 6;

/** Glosses of nouns, by category: a model that flips one answer in 33, and errs in a third of its topics. */
export async function glossesAsked({ rows: most, training }: Size): Promise<AnsweredCorpus> {
  const { rows, labels } = await loadGlosses();
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const names = [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, CATEGORIES)
    .map(([label]) => label);
  const kept = chosen(rows.length, 'glosses').filter((row) => names.includes(labels[row]));
  const some = kept.subarray(0, most);
  const texts = Array.from(some, (row) => `${rows[row].lemma}: ${rows[row].gloss}`);
  const truth = Int32Array.from(some, (row) => names.indexOf(labels[row]));
  return simulatedCorpus('glosses', names, texts, truth, training, {
    flips: 0.03,
    topics: 60,
    erring: 0.2,
    errs: 0.5,
  });
}

/** Mails, spam or ham: a model that flips one answer in 25, and errs in a third of its topics. */
export async function mailsAsked({ rows: most, training }: Size): Promise<AnsweredCorpus> {
  const { rows, labels } = await loadMail();
  const names = ['ham', 'spam'];
  const some = chosen(rows.length, 'mails').subarray(0, most);
  const texts = Array.from(some, (row) => `${rows[row].subject}\n${rows[row].body.slice(0, 2_000)}`);
  const truth = Int32Array.from(some, (row) => names.indexOf(labels[row]));
  return simulatedCorpus('mails', names, texts, truth, training, {
    flips: 0.03,
    topics: 40,
    erring: 0.2,
    errs: 0.4,
  });
}

function simulatedCorpus(
  name: string,
  labels: readonly string[],
  texts: readonly string[],
  truth: Int32Array,
  training: number,
  model: Parameters<typeof simulate>[3],
): AnsweredCorpus {
  const classes = labels.length;
  const { answers, probabilities } = simulate(texts, truth, classes, model, name);
  const rows = texts.map((text, row) => ({
    text,
    answer: answers[row],
    said: probabilities.slice(row * classes, (row + 1) * classes),
  }));
  return { name, labels, rows, training };
}

/** Recorded answers: a table with a text, the answer and the confidence that the model stated. */
export function recordedCorpus(path: string, training: number): AnsweredCorpus {
  const records: Record<string, string>[] = parse(readFileSync(path), { columns: true });
  const labels = [...new Set(records.map(({ answer }) => answer))].sort();
  const rows = records.map(({ text, answer, confidence }) => {
    const sure = Math.min(0.99, Math.max(0.6, Number(confidence) || 0.6));
    const said = new Float64Array(labels.length).fill((1 - sure) / (labels.length - 1));
    const code = labels.indexOf(answer);
    said[code] = sure;
    return { text, answer: code, said };
  });
  return { name: 'recorded', labels, rows, training };
}

function chosen(rows: number, name: string): Int32Array {
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  random(1).fork(`bench llm ${name}`).shuffle(order);
  return order;
}
