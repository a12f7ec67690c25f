import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { lacking } from '../../../bench/peers/known.js';
import { PYTHON, startPython } from '../../../bench/peers/python.js';
import { folderFor } from '../../support/files.js';

const python = lacking([], [PYTHON]) === undefined ? test : test.skip;
const left = '(left out without Python)';

python(`modules that Python lacks are named, and another interpreter may have them ${left}`, async (t) => {
  t.is(lacking(['json', 'sys'], [PYTHON]), undefined);
  t.is(
    lacking(['json', 'spillway_none', 'spillway_nor'], [PYTHON]),
    'Python has no spillway_none, spillway_nor',
  );
  t.is(lacking(['json'], ['/no/such/python', PYTHON]), undefined);
  t.is(lacking(['json'], ['/no/such/python']), '/no/such/python does not run here');
  const folder = await folderFor(t);
  await mkdir(join(folder, 'spillway_none'));
  await writeFile(join(folder, 'spillway_none', '__init__.py'), 'raise SystemExit("it is not imported")');
  t.is(lacking(['spillway_none'], [PYTHON], [folder]), undefined);
});

python(`a script whose package lacks one of its own is missing, not broken ${left}`, async (t) => {
  const folder = await folderFor(t);
  const script = join(folder, 'peer.py');
  await writeFile(script, 'import spillway_nor.part');
  t.is(await startPython(script, []), 'python3-spillway_nor is not installed');
  await writeFile(script, 'raise RuntimeError("its library does not load")');
  await t.throwsAsync(startPython(script, []), { message: /failed:.*its library does not load/s });
});
