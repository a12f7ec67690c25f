import test from 'ava';
import { member } from '../../../../lib/util/member.js';
import { loadPackage } from '../../../../lib/util/packages.js';
import { answerKind, answerSchema } from '../../../../llm/models/chat/answers.js';
import { type LabelSchema, labelsOfSchema } from '../../../../llm/models/chat/labelSchema.js';
import { isHere } from '../../../support/packages.js';

/** A schema as libraries shape them: it takes `values`, and has other fields. */
function schemaOf(values: readonly unknown[], fields: object, more: object = {}): LabelSchema<unknown> {
  const validate = (value: unknown) => (values.includes(value) ? { value } : { issues: [{ message: 'no' }] });
  return { ...fields, '~standard': { version: 1, vendor: 'own', validate, ...more } };
}

const both = ['ham', 'spam'];
const listed = [
  { text: 'ham', label: 'ham' },
  { text: 'spam', label: 'spam' },
];

for (const [how, schema] of Object.entries({
  'zod’s enum': schemaOf(both, {
    def: { type: 'enum', entries: { ham: 'ham', spam: 'spam' } },
    options: both,
  }),
  'zod’s literal of several': schemaOf(both, {
    def: { type: 'literal', values: both },
    values: new Set(both),
  }),
  'zod’s literal in its definition alone': schemaOf(both, { def: { type: 'literal', values: both } }),
  'a union of literals': schemaOf(both, { options: [{ literal: 'ham' }, { literal: 'spam' }] }),
  'valibot’s picklist': schemaOf(both, { type: 'picklist', options: both }),
  'arktype’s units': schemaOf(both, { json: [{ unit: 'ham' }, { unit: 'spam' }] }),
  'JSON Schema': schemaOf(both, {}, { jsonSchema: { input: () => ({ type: 'string', enum: both }) } }),
  'JSON Schema of alternatives': schemaOf(
    both,
    {},
    { jsonSchema: { input: () => ({ anyOf: [{ const: 'ham' }, { enum: ['spam'] }] }) } },
  ),
  'fields where JSON Schema fails': schemaOf(
    both,
    { options: both },
    {
      jsonSchema: {
        input() {
          throw new Error('no');
        },
      },
    },
  ),
})) {
  test(`labels of a schema: ${how}`, (t) => {
    t.deepEqual(labelsOfSchema(schema), listed);
  });
}

test('a schema’s own values are the labels, and texts stand for them', (t) => {
  const validate = (value: unknown) => {
    const at = ['no', 'yes'].indexOf(String(value));
    return at < 0 ? { issues: [{}] } : { value: at === 1 };
  };
  const schema = { options: ['no', 'yes'], '~standard': { version: 1, vendor: 'own', validate } } as const;
  const answers = answerKind(schema);
  t.deepEqual(answers, { kind: 'labels', labels: [false, true], texts: ['no', 'yes'] });
});

for (const [what, schema, message] of [
  [
    'free text',
    schemaOf([], {}, { validate: (value: unknown) => ({ value }) }),
    /takes any text: give a list/,
  ],
  ['numbers', schemaOf([0.5], { type: 'number' }), /takes any number, which \{ min, max \} is for/],
  ['values that it doesn’t list', schemaOf(both, {}), /doesn't list its values/],
  ['values that it refuses', schemaOf(['ham'], { options: both }), /lists "spam", which it refuses/],
  ['promises', schemaOf(both, { options: both }, { validate: async () => ({ value: 1 }) }), /with a promise/],
] as const) {
  test(`a schema is refused: ${what}`, (t) => {
    t.throws(() => answerKind(schema), { code: 'OPTION', message });
  });
}

for (const [what, labels, message] of [
  ['one', ['ham'], /expected at least 2, got 1/],
  ['case', ['Ham', 'spam', 'ham'], /"Ham" and "ham" differ by case alone/],
  ['the same', [1, '1'], /"1" and "1" are the same text/],
  ['blanks', ['ham ', 'spam'], /"ham " is empty, or has blanks around it/],
  ['nothing', ['', 'spam'], /"" is empty/],
  ['objects', [{}, 'spam'], /expected text, numbers, true and false, got an object/],
  ['a range that is none', { min: 1, max: 1 }, /expected numbers min < max/],
  ['a range with a misspelt end', { min: 1, max: 2, mx: 3 }, /'labels.mx': unknown; known are min, max/],
  ['a text', 'ham', /expected a list of labels, a schema such as z\.enum/],
] as const) {
  test(`labels are refused: ${what}`, (t) => {
    t.throws(() => answerKind(labels as never), { code: 'OPTION', message });
  });
}

test('the form of an answer is an object of one property', (t) => {
  t.deepEqual(answerSchema(answerKind([1, 2])), {
    type: 'object',
    properties: { label: { type: 'string', enum: ['1', '2'] } },
    required: ['label'],
    additionalProperties: false,
  });
  const { properties } = answerSchema(answerKind({ min: 0, max: 1 })) as { properties: unknown };
  t.deepEqual(properties, { number: { type: 'number' } });
});

for (const [name, make] of [
  ['zod', (library: unknown) => call(member(library, 'z') ?? library, 'enum', both)],
  ['valibot', (library: unknown) => call(library, 'picklist', both)],
  ['arktype', (library: unknown) => call(library, 'type', "'ham' | 'spam'")],
] as const) {
  const live = isHere(name) ? test : test.skip;
  live(`labels of ${name} itself${isHere(name) ? '' : ' (left out: not installed)'}`, async (t) => {
    t.deepEqual(answerKind(make(await loadPackage(name)) as never), {
      kind: 'labels',
      labels: both,
      texts: both,
    });
  });
}

function call(of: unknown, name: string, ...values: unknown[]): unknown {
  const method = member(of, name);
  return typeof method === 'function' ? Reflect.apply(method, of, values) : undefined;
}
