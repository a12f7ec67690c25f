import test from 'ava';
import type { TrainingOptions } from '../../../../entries/detect.js';
import { printProgress, type TopKOptions, type TuneOptions } from '../../../../index.js';
import { duration, ProgressLine, ProgressLog, timeSpent } from '../../../../lib/report/terminal/progress.js';

test('how long a step has taken, and what it will still take at the pace so far', (t) => {
  t.is(timeSpent(0, 0), '0.0 s');
  t.is(timeSpent(0.01, 3_000), '3.0 s', 'too early to say');
  t.is(timeSpent(0.25, 10_000), '10 s, about 30 s left');
  t.is(timeSpent(0.5, 600_000), '10 min 0 s, about 10 min 0 s left');
  t.is(timeSpent(1, 4_200), 'in 4.2 s');
  t.is(timeSpent(0.25, 10_000, 90), '10 s, about 1 min 30 s left in all', 'as the call says');
  t.is(duration(9_949), '9.9 s');
  t.is(duration(59_700), '1 min 0 s');
  t.is(duration(3_725_000), '1 h 2 min');
});

/** A terminal of so many columns, and the lines on it. */
function terminal(columns = 100) {
  let written = '';
  const lines = () => {
    const shown: string[] = [];
    for (const text of written.replaceAll('\u001b[K', '').split('\n').slice(0, -1)) {
      if (text.startsWith('\u001b[1A\r')) shown.pop();
      shown.push(text.replace('\u001b[1A\r', ''));
    }
    return shown;
  };
  const isFresh = () => written.endsWith('\n');
  return { isTTY: true, columns, lines, isFresh, write: (text: string) => (written += text) };
}

test('each step has a line, which is drawn anew until it is done', (t) => {
  const stream = terminal();
  let now = 0;
  const line = new ProgressLine(stream, () => now);
  line.show({ step: 'features', share: 0 });
  now = 2_000;
  line.show({ step: 'features', share: 1 });
  line.show({ step: 'features', share: 1 });
  now = 12_000;
  line.show({ step: 'profile', share: 0.25, remaining: 70 });
  const [done, running] = stream.lines();
  t.is(done, `features       ${'█'.repeat(30)} 100 %  in 2.0 s`);
  t.is(running, `profile        ${'█'.repeat(8)}${'░'.repeat(22)}  25 %  10 s, about 1 min 10 s left in all`);
  now = 22_000;
  line.draw();
  t.true(stream.lines()[1].endsWith('20 s, about 1 min 0 s left in all'), 'time passes');
  line.show({ step: 'search', share: 0 });
  t.is(stream.lines().length, 3, 'a step that never ended keeps its line');
  t.true(stream.isFresh(), 'what is printed next has a line of its own');
});

test('events that come by the thousand are drawn ten times a second', (t) => {
  let drawings = 0;
  let now = 0;
  const line = new ProgressLine({ isTTY: true, columns: 0, write: () => drawings++ }, () => now);
  for (let i = 0; i < 1_000; i++) {
    line.show({ step: 'features', share: i / 1_000 });
    now++;
  }
  t.is(drawings, 10);
});

test('a detector has a line a stage', (t) => {
  const stream = terminal();
  let now = 0;
  const line = new ProgressLine(stream, () => now);
  line.show({ step: 'negatives', stage: 1, stages: 12, secondsLeft: undefined });
  now = 4_000;
  line.show({ step: 'boosting', stage: 1, stages: 12, secondsLeft: undefined });
  t.true(stream.lines()[0].endsWith('50 %  4.0 s, about 4.0 s left'));
  line.show({ step: 'stage', stage: 1, stages: 12, secondsLeft: 44 });
  line.show({ step: 'negatives', stage: 2, stages: 12, secondsLeft: 44 });
  const [first, second] = stream.lines();
  t.regex(first, /^stage 1 of 12 .* 100 % {2}in 4\.0 s$/);
  t.regex(second, /^stage 2 of 12 .* 0 % {2}0\.0 s, about 44 s left in all$/);
});

test('a narrow terminal keeps a line a line', (t) => {
  for (const columns of [20, 60, 80]) {
    const stream = terminal(columns);
    new ProgressLine(stream, () => 0).show({ step: 'full model', share: 0.5, remaining: 5_000 });
    t.true(stream.lines()[0].length < columns);
  }
});

test('a share that is no share is drawn as the nearest one', (t) => {
  const stream = terminal();
  const line = new ProgressLine(stream, () => 0);
  for (const share of [Number.NaN, -1, 1.2]) line.show({ step: `${share}`, share });
  t.deepEqual(
    stream.lines().map((text) => /\d+ %/.exec(text)?.[0]),
    ['0 %', '0 %', '100 %'],
  );
});

test.serial('where the output is no terminal lines stay, and nothing is drawn', (t) => {
  const { TERM } = process.env;
  t.teardown(() => {
    if (TERM === undefined) delete process.env.TERM;
    else process.env.TERM = TERM;
  });
  const plain = /^features: 100 %, in [\d.]+ s\n$/;
  process.env.TERM = 'dumb';
  printProgress({ ...terminal(), write: (text) => t.regex(text, plain) })({ step: 'features', share: 1 });
  process.env.TERM = 'xterm';
  printProgress({ isTTY: false, write: (text) => t.regex(text, plain) })({ step: 'features', share: 1 });
  const watched = terminal();
  printProgress(watched)({ step: 'features', share: 1 });
  t.regex(watched.lines()[0], /^features {2}/);
  t.plan(3);
});

test('lines that stay come as a step begins and ends, and each minute', (t) => {
  const lines: string[] = [];
  let now = 0;
  const log = new ProgressLog({ write: (text) => lines.push(text) }, () => now);
  for (; now < 150_000; now += 500) log.show({ step: 'stages', share: now / 300_000, remaining: 90 });
  log.show({ step: 'stages', share: 1, remaining: 5 });
  log.show({ step: 'stages', share: 1 });
  log.show({ step: 'search', share: 0, remaining: 4 });
  t.deepEqual(lines, [
    'stages: 0 %, 0.0 s, about 1 min 30 s left in all\n',
    'stages: 20 %, 1 min 0 s, about 1 min 30 s left in all\n',
    'stages: 40 %, 2 min 0 s, about 1 min 30 s left in all\n',
    'stages: 100 %, in 2 min 30 s\n',
    'search: 0 %, 0.0 s, about 4.0 s left in all\n',
  ]);
});

test('a note has a line of its own, before the step that it comes with', (t) => {
  const lines: string[] = [];
  const log = new ProgressLog({ write: (text) => lines.push(text) }, () => 0);
  log.show({ step: 'stages', share: 0, remaining: 90, note: 'A small prize.' });
  log.show({ step: 'stages', share: 0, remaining: 90 });
  t.deepEqual(lines, ['A small prize.\n', 'stages: 0 %, 0.0 s, about 1 min 30 s left in all\n']);
  const drawn = terminal();
  const print = printProgress(drawn);
  print({ step: 'profile', share: 0.5 });
  print({ step: 'stages', share: 0, note: 'A small prize.' });
  t.is(drawn.lines()[1], 'A small prize.');
});

test('it takes the events of all that train', (t) => {
  const print = printProgress(terminal());
  const takes: [
    TuneOptions<string, string, 'words'>['onProgress'],
    TopKOptions<string, string, 'words'>['onProgress'],
    TrainingOptions['onProgress'],
  ] = [print, print, print];
  t.is(takes.length, 3);
});
