import { execa } from 'execa';
import { libvirt } from '../../packages/controller/src/power/libvirt.ts';
import { startLibvirt } from '../support/libvirt.ts';
import { powerContract, target } from './power.ts';

powerContract('libvirt', ['status', 'on', 'off', 'soft-off', 'reset'], async () => {
  const { uri, stop } = await startLibvirt('web1');
  const wrong = (options: object, code: string) => ({
    target: target({ options: { uri, ...options } }),
    code,
  });
  return {
    driver: libvirt,
    target: target({ options: { uri } }),
    isOn: async () => {
      const { stdout } = await execa('virsh', [
        '-q',
        '-c',
        uri,
        'list',
        '--state-running',
        '--name',
      ]);
      return stdout.includes('web1');
    },
    hearsNothing: true,
    wrong: {
      'no such guest': wrong({ domain: 'other' }, 'power-not-configured'),
      'no such daemon': wrong({ uri: `${uri}-2` }, 'power-unreachable'),
      'not a word': wrong({ domain: '--all' }, 'power-not-configured'),
    },
    stop,
  };
});
