// Replaces `test` in files that run together in one process (scripts/tests.mjs). Titles name their
// file, since AVA requires unique titles. All tests are declared at once when every file has been
// read, since some files await something first.
import test from 'ava';

const declarations = [];

/** @param file the test file, as its titles name it */
export function testsOf(file) {
  const named =
    (declare) =>
    (title, ...rest) => {
      declarations.push(() => declare(`${file} › ${title}`, ...rest));
    };
  return Object.assign(named(test), { skip: named(test.skip), failing: named(test.failing) });
}

export function declareAll() {
  for (const declare of declarations) declare();
}
