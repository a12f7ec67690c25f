// Runs the built command line once for each call, one after the other in this process, and prints
// what each ended with: a process takes longer to start than to refuse a command.
const [main, calls] = JSON.parse(process.argv[2]);
const print = process.stdout.write.bind(process.stdout);
for (const emitter of [process, process.stdout]) emitter.setMaxListeners(0);

const ran = [];
for (const [i, [args, cwd, env = {}]] of calls.entries()) {
  const ended = { code: 0, out: '', err: '' };
  for (const [stream, name] of [
    ['stdout', 'out'],
    ['stderr', 'err'],
  ])
    process[stream].write = (text) => {
      ended[name] += text;
      return true;
    };
  process.chdir(cwd);
  Object.assign(process.env, env);
  process.argv = [process.execPath, main, ...args];
  await import(`${main}?${i}`);
  ran.push({ ...ended, code: process.exitCode ?? 0 });
  process.exitCode = undefined;
  for (const name of Object.keys(env)) delete process.env[name];
}
print(JSON.stringify(ran));
