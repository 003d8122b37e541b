/** Our Redfish server, driven by programs of others: what our driver is proven against is Redfish. */
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fence } from '../../packages/controller/src/power/fence/driver.ts';
import { RedfishServer } from '../support/redfish.ts';
import { alterQuick, target } from './power.ts';

let server: RedfishServer;
beforeAll(async () => {
  server = await RedfishServer.start();
});
afterAll(() => server.stop());

/** Proxies and CA bundles of this host are not meant for a server on loopback. */
const env = { REQUESTS_CA_BUNDLE: '', CURL_CA_BUNDLE: '', NO_PROXY: '*', no_proxy: '*' };

test('fence_redfish, through our own driver for fence agents', async () => {
  const options = {
    program: 'fence_redfish',
    ssl_insecure: true,
    systems_uri: '/redfish/v1/Systems/437XR1138R2',
  };
  const mine = target({
    address: '127.0.0.1',
    port: server.port,
    user: 'admin',
    password: server.password,
    options,
  });
  server.on = false;
  expect(await alterQuick(fence, 'on', mine)).toMatchObject({ state: 'on', verified: true });
  expect(server.on).toBe(true);
  expect(await alterQuick(fence, 'off', mine)).toMatchObject({ state: 'off', verified: true });
  // It doesn't say why: the power system's own words are all that there is.
  await expect(alterQuick(fence, 'on', { ...mine, password: 'not-it' })).rejects.toMatchObject({
    code: 'power-failed',
  });
}, 60_000);

test("DMTF's redfishtool", async () => {
  server.on = true;
  const { stdout } = await execa(
    'redfishtool',
    [
      '-r',
      `127.0.0.1:${server.port}`,
      '-u',
      'admin',
      '-p',
      server.password,
      '-S',
      'Always',
      'Systems',
      '-1',
    ],
    { env },
  );
  expect(JSON.parse(stdout)).toMatchObject({ PowerState: 'On', SerialNumber: '437XR1138R2' });
}, 60_000);

const sushy = `
import sys, urllib3, sushy
urllib3.disable_warnings()
url, password = sys.argv[1:]
root = sushy.Sushy(url, username='admin', password=password, verify=False)
system = root.get_system_collection().get_members()[0]
print(system.power_state.value if hasattr(system.power_state, 'value') else system.power_state)
system.set_system_boot_options(sushy.BOOT_SOURCE_TARGET_PXE, enabled=sushy.BOOT_SOURCE_ENABLED_ONCE, mode=sushy.BOOT_SOURCE_MODE_UEFI)
system.reset_system(sushy.RESET_FORCE_OFF)
system.refresh(force=True)
print(system.power_state.value if hasattr(system.power_state, 'value') else system.power_state)
`;

test("OpenStack's sushy", async () => {
  server.on = true;
  const { stdout } = await execa(
    '/usr/bin/python3',
    ['-W', 'ignore', '-c', sushy, `https://127.0.0.1:${server.port}`, server.password],
    { env },
  );
  expect(stdout.toLowerCase().split('\n')).toEqual(['on', 'off']);
  expect(server.boot).toMatchObject({
    BootSourceOverrideTarget: 'Pxe',
    BootSourceOverrideEnabled: 'Once',
    BootSourceOverrideMode: 'UEFI',
  });
}, 60_000);
