import { readFile } from 'node:fs/promises';
import { ResoleError } from '@resole/protocol';
import { isSignedPe } from './pe.ts';

/** Refuses a kernel that Secure Boot would certainly refuse. @throws `secure-boot-unsigned` */
export async function requireSigned(kernel: string, secureBoot: boolean): Promise<void> {
  if (!secureBoot || isSignedPe(await readFile(kernel))) return;
  throw new ResoleError('secure-boot-unsigned', "the installer's kernel is not signed", {
    remedy: 'use a signed kernel, or turn Secure Boot off in the firmware',
  });
}
