import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fence } from '../../packages/controller/src/power/fence/driver.ts';
import { powerContract, target } from './power.ts';

powerContract('fence', ['status', 'on', 'off'], async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-fence-'));
  const file = join(folder, 'status');
  await writeFile(file, 'off');
  const options = { program: 'fence_dummy', status_file: file };
  const wrong = (changes: object, code: string) => ({
    target: target({ options, ...changes }),
    code,
  });
  return {
    driver: fence,
    target: target({ options }),
    isOn: async () => (await readFile(file, 'utf8')).trim() === 'on',
    wrong: {
      'no such option': wrong({ options: { ...options, colour: 'red' } }, 'power-not-configured'),
      'no number': wrong({ options: { ...options, power_timeout: 'x' } }, 'power-not-configured'),
      'no such program': wrong({ options: { program: 'fence_nothing' } }, 'program-missing'),
      'program elsewhere': wrong({ options: { program: '/bin/sh' } }, 'power-not-configured'),
      'address without use': wrong({ address: '192.0.2.1' }, 'power-not-configured'),
    },
    stop: () => rm(folder, { recursive: true }),
  };
});
