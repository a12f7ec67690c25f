import { readdir, readFile } from 'node:fs/promises';
import test from 'ava';
import { notebookPage } from '../../scripts/docs/notebook.js';

const folder = new URL('../../notebooks/', import.meta.url);
const cell = (outputs: object[]) =>
  JSON.stringify({ cells: [{ cell_type: 'code', source: ['let a = 1;\n', 'a;'], outputs }] });

test('text, code and what came out, in their order', (t) => {
  const cells = [
    { cell_type: 'markdown', source: ['# Title\n', 'Where *x* is 5 $.'] },
    {
      cell_type: 'code',
      source: 'f();',
      outputs: [
        { output_type: 'stream', text: ['\u001b[33mone\u001b[39m\n'] },
        { output_type: 'stream', text: 'two\n' },
        { output_type: 'display_data', data: { 'image/svg+xml': ['<svg>', '</svg>'], 'text/plain': 'a' } },
        { output_type: 'display_data', data: { 'image/png': 'AAAA\n' } },
        { output_type: 'execute_result', data: { 'text/plain': ['3'] } },
        { output_type: 'error', traceback: ['\u001b[31mError\u001b[0m', 'at f'] },
      ],
    },
    { cell_type: 'raw', source: 'nothing' },
  ];
  t.is(
    notebookPage(JSON.stringify({ cells })),
    `# Title
Where *x* is 5 $.

~~~ts
f();
~~~

~~~output
one
two
~~~

~~~svg
<svg></svg>
~~~

![Output](data:image/png;base64,AAAA)

~~~output
3
~~~

~~~output
Error
at f
~~~
`,
  );
});

test('an output ends where it ends, whatever it prints', (t) => {
  const page = notebookPage(cell([{ output_type: 'stream', text: '~~~\n~~~~~\n```\n' }]));
  t.true(page.endsWith('~~~~~~output\n~~~\n~~~~~\n```\n~~~~~~\n'));
});

test('an output that no page can show is an error', (t) => {
  const page = () => notebookPage(cell([{ output_type: 'display_data', data: { 'video/mp4': '' } }]));
  t.throws(page, { message: /video\/mp4/ });
});

test('every notebook of ours has a title, and shows what its cells gave', async (t) => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ipynb'));
  t.true(names.length >= 4);
  for (const name of names) {
    const page = notebookPage(await readFile(new URL(name, folder), 'utf8'));
    t.regex(page, /^# \S/, name);
    t.regex(page, /^~~~output$/m, name);
    t.regex(page, /^~~~svg$/m, name);
  }
});

test('the figures that README tells of Willump’s rule are those that the notebook gave', async (t) => {
  const page = notebookPage(await readFile(new URL('how-it-works.ipynb', folder), 'utf8'));
  const told = [...page.matchAll(/([\d.]+) % of the time; ([\d.]+) % of the rows leave/g)];
  // Willump's five thresholds, the same at its own tolerance, a hundred, and the walk.
  t.is(told.length, 4);
  const [five, , , walk] = told;
  const figures = [...told.map(([, missed]) => missed), five[2], walk[2]];
  const readme = await readFile(new URL('../README.md', folder), 'utf8');
  const reported = readme.split(/\n\n/).find((text) => text.includes('notebooks -- how-it-works')) ?? '';
  for (const figure of figures) t.true(reported.includes(`${figure} %`), figure);
});
