import type { Options } from '@resole/protocol';

/** A container has no firmware and no kernel: it begins with what is in its folder. */
const container = { install: 'pxe' } as const;

/** What a guest's job makes of the options that its system has: a clone reads a seed of cloud-init. Pure. */
export const guestOptions = (options: Options): Options => {
  const said = options.virt ?? {};
  const virt = said.type === 'lxc' ? { disks: [], ...said, ...container } : said;
  const seed = virt.install === 'clone' ? { answerFile: 'cloud-init/user-data' } : {};
  return { ...seed, ...options, virt };
};
