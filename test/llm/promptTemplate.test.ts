import test from 'ava';
import { OptionError } from '../../index.js';
import { promptTemplate } from '../../llm/index.js';

test('a prompt has places for columns, a system’s part, and braces of its own', (t) => {
  const { columns, messages } = promptTemplate(
    'You sort mails.\n---\n{{spam, no spam}}: {subject}, { body }, {subject}\n',
    {
      columns: ['id', 'subject', 'body'],
      labels: ['spam', 'no spam'],
    },
  );
  t.deepEqual(columns, ['subject', 'body']);
  t.deepEqual(messages({ subject: 'a $& {body}', body: null }), [
    { role: 'system', content: 'You sort mails.' },
    { role: 'user', content: '{spam, no spam}: a $& {body}, , a $& {body}\n' },
  ]);
});

test('labels that a prompt names in part of a word alone, or as a column, are refused', (t) => {
  const refuse = (text: string, labels: readonly string[], message: RegExp) =>
    t.throws(() => promptTemplate(text, { labels }), { instanceOf: OptionError, message });
  refuse('Do not guess: yes?\n{body}', ['yes', 'no'], /never names "no" as words of their own/);
  refuse('Is it spam? {ham}', ['spam', 'ham'], /never names "ham"/);
  refuse('Is it Spam or ham? {body}', ['spam', 'ham'], /never names "spam"/);
  refuse('Is it spam? {body}', ['spam', 'SPAM'], /differ by case alone/);
  refuse('Is it spam? {body}', ['spam', 'spam'], /is given twice/);
  t.notThrows(() => promptTemplate('not_spam/spam, C++? {body}', { labels: ['not_spam', 'spam', 'C++'] }));
});
