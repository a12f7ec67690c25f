import cliProgress from 'cli-progress';
import type { Progress } from '../index.js';
import type { Io } from './command.js';

/** Shows how far `tune` has come: a bar a step on a terminal, elsewhere a line when a step is done. */
export function progressOf(io: Io): {
  show(progress: Pick<Progress, 'share'> & { step: string }): void;
  end(): void;
} {
  if (!io.watched.err) {
    return {
      show: ({ step, share }) => {
        if (share === 1) io.err(`${step}: done\n`);
      },
      end() {},
    };
  }
  let step: string | undefined;
  let bar: cliProgress.SingleBar | undefined;
  return {
    show(progress) {
      if (progress.step !== step) {
        bar?.stop();
        step = progress.step;
        bar = new cliProgress.SingleBar(
          { format: `${step.padEnd(12)} {bar} {percentage} %`, stream: process.stderr, hideCursor: true },
          cliProgress.Presets.shades_classic,
        );
        bar.start(1, 0);
      }
      bar?.update(progress.share);
      if (progress.share === 1) {
        bar?.stop();
        bar = undefined;
      }
    },
    end: () => bar?.stop(),
  };
}
