import { expect, test } from 'vitest';
import { failing, type Machine, machine, type Programs } from '../testing/machine.ts';
import { handOver } from './hand-over.ts';

const ok = () => '';
const watchdog = (command: string) =>
  'systemd-run --no-block --unit=resole-hand-over --property=DefaultDependencies=no --collect ' +
  `/bin/sh -c sleep "$1"; shift; sync; exec "$@" sh 90 ${command}`;

async function debian(programs: Programs = {}): Promise<Machine> {
  const all = { sync: ok, systemctl: ok, 'systemd-run': ok, reboot: ok, kexec: ok, ...programs };
  const made = await machine({ programs: all });
  await made.write('run/systemd/system/x', '');
  await made.write('etc/init.d/kexec-load', '');
  await made.write('sys/kernel/kexec_loaded', '0\n');
  return made;
}

/** Tests don't go down: the executor comes back after its longest wait. */
const stillUp = 'does not go down';

test('a reboot that Debian must not turn into a kexec; forced when it hangs', async () => {
  const made = await debian();
  await made.write('sys/kernel/kexec_loaded', '1\n');
  const before = await made.tree();
  const execution = handOver.execute({ action: 'reboot', force: false }, made.context);
  await expect(execution).rejects.toThrow(stillUp);
  expect(made.ran).toEqual([
    'kexec -s -u',
    watchdog('reboot -f -f'),
    'systemctl reboot -i',
    'sync',
    'reboot -f -f',
  ]);
  expect(await made.tree('/')).toMatchObject({ '/no-kexec-reboot': '' });
  await handOver.undo(made.context);
  expect(made.ran.at(-1)).toBe('systemctl stop resole-hand-over.service');
  const { '/var/lib/resole/undo/job_aaaaaaaaaaaaaaaaaaaa/hand-over.json': _, ...after } =
    await made.tree();
  expect(after).toEqual(before);
});

test("a marker that was there is somebody else's", async () => {
  const made = await debian();
  await made.write('no-kexec-reboot', 'mine');
  const execution = handOver.execute({ action: 'reboot', force: false }, made.context);
  await expect(execution).rejects.toThrow(stillUp);
  await handOver.undo(made.context);
  expect(await made.tree('/')).toMatchObject({ '/no-kexec-reboot': 'mine' });
});

test('kexec, with force', async () => {
  const made = await debian();
  await made.write('sys/kernel/kexec_loaded', '1\n');
  const execution = handOver.execute({ action: 'kexec', force: true }, made.context);
  await expect(execution).rejects.toThrow(stillUp);
  expect(made.ran).toEqual([watchdog('kexec -e'), 'systemctl kexec --force', 'sync', 'kexec -e']);
});

test('kexec without a loaded kernel goes nowhere', async () => {
  const made = await debian();
  await expect(
    handOver.execute({ action: 'kexec', force: false }, made.context),
  ).rejects.toMatchObject({ code: 'kexec-failed' });
  expect(made.ran).toEqual([]);
});

test('without systemd', async () => {
  const made = await machine({ programs: { sync: ok, setsid: ok, poweroff: failing('no init') } });
  await expect(
    handOver.execute({ action: 'power-off', force: false }, made.context),
  ).rejects.toThrow('nothing takes the machine down');
  expect(made.ran).toEqual(
    [
      'setsid --fork /bin/sh -c sleep "$1"; shift; sync; exec "$@" sh 90 poweroff -f -f',
      'sync',
      'poweroff ',
      'poweroff -f -f',
    ].map((line) => line.trim()),
  );
});
