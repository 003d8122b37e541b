import { redfish } from '../../packages/controller/src/power/redfish/driver.ts';
import { freePort } from '../support/ports.ts';
import { RedfishServer } from '../support/redfish.ts';
import { powerContract, target } from './power.ts';

const all = ['status', 'on', 'off', 'soft-off', 'reset', 'cycle', 'boot-device'];

for (const basicOnly of [false, true]) {
  powerContract(basicOnly ? 'redfish without sessions' : 'redfish', all, async () => {
    const server = await RedfishServer.start({ basicOnly });
    const { port, password, certificate } = server;
    const right = { address: '127.0.0.1', port, user: 'admin', password };
    const pinned = { certificate };
    const wrong = (changes: object, code: string) => ({
      target: target({ ...right, options: pinned, ...changes }),
      code,
    });
    return {
      driver: redfish,
      target: target({ ...right, options: pinned }),
      isOn: () => server.on,
      bootedFrom: () => server.boot.BootSourceOverrideTarget,
      wrong: {
        password: wrong({ password: 'not-it' }, 'power-wrong-password'),
        port: wrong({ port: await freePort() }, 'power-unreachable'),
        'unknown certificate': wrong({ options: {} }, 'power-untrusted'),
        'other certificate': wrong(
          { options: { certificate: 'ab'.repeat(32) } },
          'power-untrusted',
        ),
        'no such system': wrong(
          { options: { ...pinned, system: 'other' } },
          'power-not-configured',
        ),
        option: wrong({ options: { inscure: true } }, 'power-not-configured'),
      },
      stop: () => server.stop(),
    };
  });
}
