/** Flags of Node's by which a thread finds its modules. */
const LOADING = /^(--import|--require|-r|--loader|--experimental-loader|--conditions|-C)(=|$)/;

/**
 * Options for `new Worker` where the process's code came by `--input-type`, from the command line or the standard
 * input: threads inherit that flag and would end at it. They don't take every flag that is passed, so only those that
 * they need stay.
 */
export function threadFlags(flags: readonly string[] = process.execArgv): { readonly execArgv?: string[] } {
  if (!flags.some((flag) => flag.startsWith('--input-type'))) return {};
  const isNeeded = (flag: string | undefined) => flag !== undefined && LOADING.test(flag);
  const isValue = (at: number) => isNeeded(flags[at - 1]) && !flags[at - 1]?.includes('=');
  return { execArgv: flags.filter((flag, at) => isNeeded(flag) || isValue(at)) };
}
