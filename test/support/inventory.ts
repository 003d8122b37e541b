/** The inventory that the end-to-end tests start from. */
import type { Options } from '@resole/protocol';
import { execa } from 'execa';
import { type BuildName, builtDistro } from './artefacts.ts';
import type { ControllerProcess } from './controller.ts';
import type { OldOs } from './old-os.ts';

/** Adds distro and profile of one build (a profile of another name only itself), with the test's key let in and a console to watch. */
export const addProfile = async (
  controller: ControllerProcess,
  old: OldOs,
  name: BuildName,
  { name: profile = name, ...options }: Options & { name?: string } = {},
): Promise<void> => {
  const distro = await builtDistro(name);
  if (profile === name) await controller.add('distro', { ...distro, name });
  const { stdout: publicKey } = await execa('ssh-keygen', ['-y', '-f', old.key]);
  await controller.add('profile', {
    name: profile,
    distro: name,
    authorizedKeys: [publicKey.trim()],
    ...options,
    kernelOptions: { console: 'ttyS0', ...options.kernelOptions },
    vars: { kernel_options: 'console=ttyS0', ...options.vars },
  });
};
