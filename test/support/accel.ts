/** Which accelerator QEMU can really use here. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheFolder } from './cache.ts';

export type Accelerator = 'kvm' | 'tcg';

/** QEMU's arguments. `-cpu max` would be slower in emulation: its `rep movsb` is. */
export const acceleratorArgs: Record<Accelerator, readonly string[]> = {
  kvm: ['-accel', 'kvm', '-cpu', 'host'],
  tcg: ['-accel', 'tcg,thread=multi,tb-size=512', '-cpu', 'qemu64'],
};

/**
 * KVM where a guest really runs to its end in good time, else emulation: /dev/kvm can be there and
 * open, and guests hang all the same. The answer is kept until the host boots again.
 */
export async function accelerator(): Promise<Accelerator> {
  const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  const place = join(cacheFolder, 'accelerator.json');
  const kept: unknown = await readFile(place, 'utf8').then(JSON.parse, () => undefined);
  if (isAnswer(kept) && kept.bootId === bootId) return kept.accelerator;
  const answer: Answer = { bootId, accelerator: (await kvmWorks()) ? 'kvm' : 'tcg' };
  await mkdir(cacheFolder, { recursive: true });
  await writeFile(place, `${JSON.stringify(answer)}\n`);
  return answer.accelerator;
}

interface Answer {
  bootId: string;
  accelerator: Accelerator;
}

const isAnswer = (value: unknown): value is Answer =>
  typeof value === 'object' && value !== null && 'bootId' in value && 'accelerator' in value;

/**
 * A boot sector that counts for a tenth of a second, if the processor itself does it, and ends the
 * guest with QEMU's exit code 33 (= 16 << 1 | 1): mov ecx,0x10000000; dec ecx; jnz back to dec;
 * mov dx,0xf4; mov al,0x10; out dx,al; hlt; jmp back to hlt. Where /dev/kvm interprets each
 * instruction (as seen on a virtual machine), a firmware comes up, and a kernel never does.
 */
const bootCode = Buffer.from([
  ...[0x66, 0xb9, 0x00, 0x00, 0x00, 0x10, 0x66, 0x49, 0x75, 0xfc],
  ...[0xba, 0xf4, 0x00, 0xb0, 0x10, 0xee, 0xf4, 0xeb, 0xfd],
]);

async function kvmWorks(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'resole-kvm-'));
  try {
    const sector = Buffer.alloc(512);
    bootCode.copy(sector);
    sector.writeUInt16LE(0xaa55, 510);
    const disk = join(folder, 'boot.raw');
    await writeFile(disk, sector);
    const { exitCode } = await execa(
      'qemu-system-x86_64',
      [
        ...acceleratorArgs.kvm,
        ...['-machine', 'pc', '-m', '64', '-nodefaults', '-display', 'none'],
        ...['-drive', `if=ide,format=raw,file=${disk}`],
        ...['-device', 'isa-debug-exit,iobase=0xf4,iosize=0x04'],
      ],
      { reject: false, timeout: 10_000, killSignal: 'SIGKILL', stdin: 'ignore' },
    );
    return exitCode === 33;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
