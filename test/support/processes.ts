/** Watches the host's processes for a text that must not be seen in any: a password. */

import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

export interface Watch {
  /** Ends it. @returns how often was looked, and the lines that had the text. */
  end(): Promise<{ looks: number; seen: string[]; programs: Set<string> }>;
}

/** Looks at arguments and environments, as root sees them, until it is ended. */
export const watchProcesses = (secret: string): Watch => {
  const seen: string[] = [];
  const programs = new Set<string>();
  let looks = 0;
  let going = true;
  const watching = (async () => {
    while (going) {
      const { stdout } = await execa('ps', ['axeww', '-o', 'args=']);
      looks += 1;
      for (const line of stdout.split('\n')) {
        programs.add(line.split(' ')[0]?.split('/').at(-1) ?? '');
        if (line.includes(secret)) seen.push(line);
      }
      await sleep(50);
    }
  })();
  return {
    end: async () => {
      going = false;
      await watching;
      return { looks, seen, programs };
    },
  };
};
