/** One action on a system behind a real BMC that something is wrong with. */
import type { PowerAction } from '@resole/protocol';
import { onTestFinished } from 'vitest';
import { ipmi } from '../../packages/controller/src/power/ipmi/driver.ts';
import { makeSystem, testService } from '../../packages/controller/src/power/testing.ts';
import { Bmc } from '../support/bmc.ts';

/** Gone when the test is. */
export const started = async () => {
  const bmc = await Bmc.start();
  onTestFinished(() => bmc.stop());
  return bmc;
};

/** Does one action on a system behind the BMC. A second of waiting lasts a tenth. */
export const act = async (
  bmc: Bmc,
  action: PowerAction,
  changes: object = {},
  deadlineSeconds = 20,
  aliveBoot?: () => string | undefined,
) => {
  const { port, password } = bmc;
  const options = { cipherSuite: 3 };
  const power = { driver: 'ipmi', address: '127.0.0.1', port, user: 'admin', password, options };
  const system = makeSystem('web1', { ...power, ...changes } as never);
  const service = testService({
    drivers: { ipmi },
    systems: [system],
    deadlineSeconds,
    secondMs: 100,
    ...(aliveBoot === undefined ? {} : { aliveBoot }),
  });
  const result = await service.act('web1', action);
  return { ...result, last: await service.last.get(system.id) };
};
