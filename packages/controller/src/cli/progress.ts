/** How far a long piece of work is: a bar on a terminal, lines elsewhere. */
import type { Screen } from './context.ts';

export interface ProgressView {
  /** A phase begins or goes on; `fraction` (0–1) where it is known. */
  show(phase: string, fraction?: number): void;
  /** Takes the bar away. */
  end(): void;
}

const BAR_WIDTH = 24;

export async function createProgress(screen: Screen): Promise<ProgressView> {
  return screen.isTTY === true ? await bar(screen) : lines(screen);
}

function lines(screen: Screen): ProgressView {
  let last: string | undefined;
  return {
    show: (phase) => {
      if (phase !== last) screen.write(`${phase} …\n`);
      last = phase;
    },
    end: () => {},
  };
}

async function bar(screen: Screen): Promise<ProgressView> {
  const { SingleBar } = await import('cli-progress');
  const started = Date.now();
  const view = new SingleBar({
    clearOnComplete: true,
    hideCursor: true,
    fps: 5,
    stream: screen as unknown as NodeJS.WritableStream,
    format: (_, { progress }, { phase, known }: { phase: string; known: boolean }) => {
      const filled = Math.round(progress * BAR_WIDTH);
      const drawn = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} `;
      const percent = `${Math.round(progress * 100)} %`.padStart(5);
      const seconds = `${Math.round((Date.now() - started) / 1000)} s`;
      return `${known ? `${drawn}${percent}  ` : ''}${phase}  ${seconds}`;
    },
  });
  view.start(1, 0, { phase: '', known: false });
  return {
    show: (phase, fraction) => view.update(fraction ?? 0, { phase, known: fraction !== undefined }),
    end: () => view.stop(),
  };
}
