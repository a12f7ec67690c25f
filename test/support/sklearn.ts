import test, { type TestFn } from 'ava';

/** Interpreters that have scikit-learn: the newest release, with LightGBM and XGBoost, and the oldest that is supported. */
export type SklearnVariable = 'SKLEARN_NEW' | 'SKLEARN_OLD';

/** A test beside scikit-learn itself; without the interpreter that the variable names it is left out by its name. */
export function sklearnTest(variable: SklearnVariable): TestFn | TestFn['skip'] {
  return process.env[variable] === undefined ? test.skip : test;
}
