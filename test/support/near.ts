import type { ExecutionContext } from 'ava';

/** Asserts that `actual` is within `relative` of `expected`, or within `absolute` where that is the larger. */
export function near(
  t: ExecutionContext,
  actual: number,
  expected: number,
  relative: number,
  absolute = 0,
): void {
  const allowed = Math.max(relative * Math.abs(expected), absolute);
  if (Math.abs(actual - expected) <= allowed) t.pass();
  else t.fail(`${actual} is not within ${allowed} of ${expected}`);
}
