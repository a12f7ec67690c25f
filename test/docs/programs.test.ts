import test from 'ava';
import { examplesOf, programsOf } from '../../scripts/docs/programs.js';

const given = `import { define, tfidf } from 'spillway';
import { type Mail, textWorld } from 'spillway/datasets';

const mails: Mail[] = textWorld({ rows: 10 });

const features = define({
  words: tfidf((mail: Mail) => mail.body),
});`;

const page = (...examples: string[]) =>
  ['# A page', ...examples.map((code) => `Text.\n\n\`\`\`ts\n${code}\n\`\`\``)].join('\n\n');

test('an example that stands alone is its own program', (t) => {
  const code = "import {\n  tfidf,\n  define,\n} from 'spillway';\n\ndefine({ a: tfidf(String) });";
  t.deepEqual(examplesOf(page(code)), [code]);
  t.deepEqual(programsOf(page(code), given), [code]);
});

test('a program has what is given and used, and nothing else of it', (t) => {
  const [program] = programsOf(page('mails.length; // → 10'), given);
  t.is(
    program,
    `import { type Mail, textWorld } from 'spillway/datasets';

const mails: Mail[] = textWorld({ rows: 10 });

mails.length; // → 10`,
  );
});

test('a program has the examples that it rests on, and their imports once', (t) => {
  const [, , third, fourth] = programsOf(
    page(
      "import { dense, tune } from 'spillway';\n\nconst first = tune(dense(1));",
      'const other = mails.length;',
      "import { measure, tune } from 'spillway';\n\nawait measure(first, tune);",
      'const { mails: renamed, ...rest } = other;',
    ),
    given,
  );
  t.is(
    third,
    `import { dense, tune, measure } from 'spillway';

const first = tune(dense(1));

await measure(first, tune);`,
  );
  t.false(fourth.includes('first'));
  t.true(fourth.includes('const other'));
  t.true(fourth.includes('const mails'), 'what an example before it takes as given');
});

test('what a page declares isn’t given, wherever the page does', (t) => {
  const [first, second, third] = programsOf(
    page('const run = (features: string[]) => features;', "const [features] = ['a'];", 'run(features);'),
    given,
  );
  for (const program of [first, second, third]) t.false(program.includes('tfidf'));
  t.true(third.includes('const run') && third.includes('const [features]'));
});

test('names of properties, and words of texts and comments, use nothing', (t) => {
  const [program] = programsOf(page("x.mails = { mails: 'mails' }; // mails"), given);
  t.is(program, "x.mails = { mails: 'mails' }; // mails");
  t.true(programsOf(page('f({ mails }, ...mails);'), given)[0].includes('textWorld'));
  t.true(programsOf(page('f(() => mails.length);'), given)[0].includes('textWorld'));
});

test('a page may not hide what the names that it takes as given need', (t) => {
  const cascade = `${given}\n\nconst cascade = tune({ features });`;
  t.throws(() => programsOf(page('cascade.plan;', 'const features = 1;'), cascade), { message: /features/ });
  t.notThrows(() => programsOf(page('mails;', 'const features = 1;'), cascade));
});

test('names of parameters use nothing', (t) => {
  for (const code of ['f((mails: string[]) => mails);', 'f((mails) => mails);', 'f(mails => mails);'])
    t.is(programsOf(page(code), given)[0], code);
});

test('an example that reads a file follows the one that wrote it', (t) => {
  const [, second] = programsOf(page("await save('a.cascade');", "load('a.cascade');"), given);
  t.is(second, "await save('a.cascade');\n\nload('a.cascade');");
});

test('imports of a whole module, and for effects alone, are kept', (t) => {
  const code = "import '@tensorflow/tfjs-backend-wasm';\nimport * as tf from '@tensorflow/tfjs-core';";
  const [, second] = programsOf(page(code, 'tf.ready();'), given);
  t.is(second, `${code}\n\ntf.ready();`);
});

test('functions that a page has further down come with what calls them', (t) => {
  const helper = '/** Two. */\nfunction two(): number {\n  return one() + count;\n}';
  const other = 'function one(): number {\n  return 1;\n}';
  const [, second] = programsOf(
    page('const count = 1;', 'two(); // → 2', `const unused = 3;\n\n${helper}\n\n${other}`),
    given,
  );
  t.is(second, `const count = 1;\n\ntwo(); // → 2\n\n${helper}\n\n${other}`);
});
