import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { inFolder } from './answer-files-debian.checks.ts';
import { debianCases } from './answer-files-debian.fixture.ts';
import { readShipped } from './library.ts';
import { render } from './render.ts';

/** How ESXi's kickstart looks for its disk, on an ESXi that is a folder. */
const templates = await readShipped(join(import.meta.dirname, '../../templates'));

const programs = {
  reboot: 'exit 0',
  sleep: 'exit 0',
  python: 'echo 00',
  // Fixed disks have 1024 sectors, sticks are removable.
  partedUtil: 'printf "gpt\\n1 255 63 1024\\n"',
  esxcli:
    'case $* in *stick*) echo "   Is Removable: true" ;; *) echo "   Is Removable: false" ;; esac',
};

const look = async (disks: readonly string[], disk: { id: string; size: number }) =>
  inFolder(async (folder) => {
    await mkdir(join(folder, 'disks'));
    for (const name of disks) await writeFile(join(folder, 'disks', name), '');
    for (const [name, text] of Object.entries(programs)) {
      await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`);
      await chmod(join(folder, name), 0o755);
    }
    const script = render('esxi/disk.sh', templates, { ...debianCases.dhcp, disk })
      .replaceAll('/tmp/resole-', `${folder}/`)
      .replaceAll('/vmfs/devices/disks', join(folder, 'disks'));
    const { stdout } = await execa('dash', ['-s'], {
      input: `installer_log=/nonexistent\nreport() { echo "$*"; }\nship_log() { :; }\n${script}\ncat ${folder}/disk.cfg`,
      env: { PATH: `${folder}:${process.env.PATH}` },
      reject: false,
    });
    return stdout.replaceAll(`${folder}/disks`, '').split('\n');
  });

const found = (name: string) => [
  'start disk',
  'progress packages',
  `install --disk=/${name} --overwritevmfs`,
];

test('by WWN and exact size', async () => {
  const disks = ['naa.5001', 'naa.5001:1', 'naa.5002', 'vml.01'];
  expect(await look(disks, { id: 'wwn:naa.5001', size: 524_288 })).toEqual(found('naa.5001'));
  expect(await look(disks, { id: 'wwn:naa.5001', size: 1024 })).toContain(
    'failed disk the+disk+has+1024+sectors,+another+size+than+the+job+names',
  );
});

test('nobody has seen the machine: the only disk, of any size', async () => {
  const only = { id: 'only', size: 0 };
  expect(await look(['naa.5001', 'naa.5001:1', 'mpx.stick'], only)).toEqual(found('naa.5001'));
  expect(await look(['naa.5001', 'naa.5002'], only)).toContain(
    'failed disk 2+disks+match,+not+one',
  );
});
