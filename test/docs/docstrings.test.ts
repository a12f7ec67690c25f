import { fileURLToPath } from 'node:url';
import test from 'ava';
import { type Declaration, declarationsOf } from '../../scripts/docs/declarations.js';
import { declarationFile, entriesOf } from '../../scripts/docs/entries.js';
import { callOf, type Member, membersOf } from '../../scripts/docs/members.js';

/**
 * What comments of exported symbols say: every parameter, what comes back, and of numbers what they are
 * numbers of. What the type says by itself, by the name of another exported type, needn't be said again.
 */

const root = fileURLToPath(new URL('../../', import.meta.url));
const known = new Map<string, Declaration>();
for (const entry of entriesOf(root))
  for (const each of declarationsOf(declarationFile(root, entry)))
    known.set(`${each.file} ${each.own}`, each);
const all = [...known.values()];
const names = new Set(all.map(({ name }) => name));

/** A function, or a method of an exported class. */
interface Callable {
  readonly title: string;
  readonly comment: string;
  readonly signatures: readonly string[];
}

const isError = ({ text }: Declaration) => /^export declare class \w+ extends \w*Error\b/.test(text);

const callables: readonly Callable[] = all.flatMap((each) => {
  const { name, kind, text, comment } = each;
  if (kind === 'function') {
    const signatures = text.split(/^export declare function \w+/m).slice(1);
    return [{ title: name, comment, signatures }];
  }
  if (kind !== 'class' || isError(each)) return [];
  return membersOf(text)
    .filter(({ name: method, signature }) => method !== 'constructor' && callOf(signature) !== undefined)
    .map(({ name: method, signature, comment: stated }) => ({
      title: `${name}.${method}`,
      comment: stated,
      signatures: [signature],
    }));
});

const namesExported = (type: string) => [...type.matchAll(/\w+/g)].some(([word]) => names.has(word));

test('every parameter has a word said about it; options are told field by field', (t) => {
  const missing = callables.flatMap(({ title, comment, signatures }) =>
    signatures
      .flatMap((signature) => callOf(signature)?.parameters ?? [])
      .filter(
        ({ name, type }) =>
          !/Options\b/.test(type) &&
          name !== '' &&
          !new RegExp(`@param ${name}\\b|\`${name}\\b`).test(comment),
      )
      .map(({ name }) => `${title}: ${name}`),
  );
  t.deepEqual([...new Set(missing)], []);
});

test('what comes back is told, or is of an exported type', (t) => {
  const missing = callables.filter(({ comment, signatures }) => {
    const results = signatures.map((signature) => callOf(signature)?.result ?? '');
    const plain = results.filter(
      (type) => type !== '' && !/^(Promise<void>|void|\w+ is \w+)$/.test(type) && !namesExported(type),
    );
    return plain.length > 0 && !/@returns/.test(comment);
  });
  t.deepEqual(
    missing.map(({ title }) => title),
    [],
  );
});

const membersBy = (kind: Declaration['kind']) =>
  all
    .filter((each) => each.kind === kind && !isError(each))
    .flatMap(({ name, text }) => membersOf(text).map((member): [string, Member] => [name, member]));

test('everything that a class has says what it is', (t) => {
  const bare = membersBy('class').filter(([, { name, comment }]) => comment === '' && name !== 'constructor');
  t.deepEqual(listed(bare), []);
});

/** With each field, whether it has a comment, or is told by that of the one before it, which speaks of several. */
const fields = all
  .filter(({ kind }) => kind === 'interface')
  .flatMap(({ name, text }) => {
    let before = '';
    return membersOf(text).map((field): [string, Member, boolean] => {
      if (field.comment !== '') before = field.comment;
      return [name, field, field.comment !== '' || /\band\b|[,;:]/.test(before)];
    });
  });
const isNumeric = ({ signature }: Member) => /^: (readonly )?(number\b|\w+\d+Array)/.test(signature);
const listed = (found: readonly (readonly [string, Member, ...unknown[]])[]) =>
  found.map(([name, field]) => `${name}.${field.name}`);

test('every option, and every number that an interface has, says what it is', (t) => {
  const bare = fields.filter(
    ([name, field, isDescribed]) =>
      !/^: never/.test(field.signature) &&
      (name.endsWith('Options') ? field.comment === '' : isNumeric(field) && !isDescribed),
  );
  t.deepEqual(listed(bare), []);
});

const UNIT =
  /\d|milliseconds|microseconds|seconds|bytes|a row|rows|share|units|probability|whole number|an integer|at most|number of|how many|Columns|threads|candidates|columns|Numbers under/i;

test('numbers among the options have a unit or a range, and what they are by default', (t) => {
  const options = fields.filter(([name]) => name.endsWith('Options'));
  const bare = options.filter(([, field]) => isNumeric(field) && !UNIT.test(field.comment));
  t.deepEqual(listed(bare), []);
  const undecided = options.filter(
    ([, field]) =>
      field.isOptional &&
      (isNumeric(field) || /^: boolean/.test(field.signature)) &&
      !/default/i.test(field.comment),
  );
  t.deepEqual(listed(undecided), []);
});
