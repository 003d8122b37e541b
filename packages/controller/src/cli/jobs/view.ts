import type { JobEvent, JobView, Progress } from '@resole/protocol';
import { SingleBar } from 'cli-progress';
import type { Screen } from '../context.ts';
import { eventLine, progressText, stateText } from './lines.ts';

/** What is shown of a job while it goes on. */
export interface JobScreen {
  event(job: JobView, event: JobEvent): void;
  progress(progress: Progress): void;
  close(): void;
}

/** Lines for logs and pipes; progress at each tenth. */
export const plainScreen = (screen: Screen): JobScreen => {
  let told = '';
  return {
    event: (job, event) => screen.write(`${eventLine(job, event)}\n`),
    progress: (progress) => {
      const tenth = Math.floor((progress.percent ?? 0) / 10);
      const key = `${progress.phase} ${tenth}`;
      if (key === told) return;
      told = key;
      screen.write(`            ${' '.repeat(16)}  ${progressText(progress)}\n`);
    },
    close: () => undefined,
  };
};

/** The same lines on a terminal, above one live line with a bar. */
export const liveScreen = (stream: NodeJS.WriteStream): JobScreen => {
  let bar: SingleBar | undefined;
  const hide = () => {
    bar?.stop();
    bar = undefined;
  };
  const show = (text: string, percent: number) => {
    if (!bar) {
      bar = new SingleBar({
        stream,
        format: '{bar} {percentage} %  {text}',
        barCompleteChar: '█',
        barIncompleteChar: '░',
        barsize: 30,
        clearOnComplete: true,
        hideCursor: true,
        linewrap: false,
      });
      bar.start(100, 0, { text });
    }
    bar.update(percent, { text });
  };
  return {
    event: (job, event) => {
      hide();
      stream.write(`${eventLine(job, event)}\n`);
      show(stateText({ ...job, state: event.state }), 0);
    },
    progress: (progress) => show(progressText(progress), progress.percent ?? 0),
    close: hide,
  };
};
