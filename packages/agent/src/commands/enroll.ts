/** `resole-agent enroll`: makes this machine known to a controller, and notes the controller. */
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { stringify } from 'yaml';
import { enroll } from '../enroll.ts';
import { readFacts } from '../facts.ts';
import { makeFolder, readIfThere, writeDurably } from '../files/durable.ts';
import { readIdentity } from '../identity.ts';
import type { World } from '../world.ts';

export interface EnrollCommand {
  tokenFile: string;
  force: boolean;
  configPath: string;
  /** Reads standard input to its end, for `--token-file -`. */
  readInput(): Promise<string>;
}

export async function enrollCommand(world: World, command: EnrollCommand): Promise<void> {
  const { config, print } = world;
  const { stateDir, controller } = config;
  const known = await readIdentity(stateDir);
  if (known !== undefined && !command.force) {
    throw new ResoleError('agent-enrolled', `this machine is enrolled at ${known.controller}`, {
      remedy: 'enrol it anew with --force',
    });
  }
  if (controller === undefined) {
    throw new ResoleError('invalid-input', 'no controller is given', {
      remedy: 'give its address: --controller https://controller.example:8443',
    });
  }
  const token = await readToken(command);
  const identity = await enroll({
    controller,
    token,
    stateDir,
    facts: () => readFacts({ stateDir }),
  });
  if ((await readIfThere(command.configPath)) === undefined) {
    await makeFolder(dirname(command.configPath), 0o755);
    await writeDurably(command.configPath, stringify({ controller }), 0o644);
  }
  print(`enrolled at ${controller} as ${identity.systemName} (${identity.system})`);
}

async function readToken({ tokenFile, readInput }: EnrollCommand): Promise<string> {
  if (tokenFile === '-') return readInput();
  return readFile(tokenFile, 'utf8').catch((cause) => {
    throw new ResoleError('file-unreadable', `the token file ${tokenFile} can't be read`, {
      cause,
    });
  });
}
