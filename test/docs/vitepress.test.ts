import { fileURLToPath } from 'node:url';
import test from 'ava';
import { createMarkdownRenderer } from 'vitepress';
import { markdown } from '../../docs/.vitepress/markdown.js';

/** What the site makes of Markdown, before Vue compiles it. */

const { render } = await createMarkdownRenderer(
  fileURLToPath(new URL('../../docs', import.meta.url)),
  markdown,
).then((md) => ({ render: (text: string) => md.render(text, {}) }));

test('tags, braces, attributes and emoji names are text', (t) => {
  t.is(
    render('A Map<string, Row> of {{ x }}, `{{ y }}`, `<Row>` and <Foo>.'),
    [
      '<p>A Map&lt;string, Row&gt; of &#123;&#123; x }}, <code>&#123;&#123; y }}</code>, <code>&lt;Row&gt;</code>',
      ' and &lt;Foo&gt;.</p>\n',
    ].join(''),
  );
  t.is(render('Text :on: {.a}'), '<p>Text :on: {.a}</p>\n');
  t.true(render('| {{ x }} |\n| --- |\n| {{ y }} |\n').match(/\{\{/) === null);
});

test('code is not compiled', (t) => {
  t.regex(render("```ts\nconst a = '{{ x }}';\n```\n"), /<pre [^>]*v-pre/);
});

test('anchors are those of GitHub', (t) => {
  t.regex(render('## What is promised, and what `isn’t`\n'), /<h2 id="what-is-promised-and-what-isnt"/);
});

test('outputs of notebooks: what was printed, and pictures in the page', (t) => {
  t.is(
    render('~~~output\n{{ a }} < b\n~~~\n'),
    '<pre class="output" v-pre tabindex="0"><samp>{{ a }} &lt; b\n</samp></pre>\n',
  );
  const svg = '<svg><style>a{}</style><text>"{{ x }}"</text></svg>\n';
  const [, quoted] =
    /<figure class="output" v-html="([^"]*)"><\/figure>/.exec(render(`~~~svg\n${svg}~~~\n`)) ?? [];
  const unescaped = quoted
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
  t.is(JSON.parse(unescaped), svg);
});
