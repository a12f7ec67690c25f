import test from 'ava';
import { NO_AUDIT, RunningAudit } from '../../../serve/counts/auditCounts.js';

const audit = (missed: number) => ({ counts: { ...NO_AUDIT, missed, drawn: 2 * missed } });

test('counts of audits that follow one another add up, and an end counts once', (t) => {
  const running = new RunningAudit();
  t.is(running.counts, undefined);
  running.follow(undefined);
  t.is(running.counts, undefined, 'there never was one');
  const [first, second] = [audit(3), audit(4)];
  running.follow(first);
  t.like(running.counts, { missed: 3, drawn: 6 });
  first.counts = { ...first.counts, missed: 5 };
  running.follow(second);
  t.like(running.counts, { missed: 9, drawn: 14 });
  running.end(first);
  t.like(running.counts, { missed: 9 }, 'it was followed before it ended');
  running.end(second);
  running.end(second);
  t.like(running.counts, { missed: 9, drawn: 14 });
});
