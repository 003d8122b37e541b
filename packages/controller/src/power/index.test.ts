import { expect, test } from 'vitest';
import { capabilities as planned } from '../plan/switch.ts';
import { capabilities } from './driver.ts';
import { powerDrivers } from './index.ts';

test('plans know what the drivers can do', () => {
  const nobody = async (): Promise<never> => {
    throw new Error('not to be used');
  };
  const agent = { isOnline: nobody, start: nobody, job: nobody, cancel: nobody };
  const drivers = powerDrivers(agent, { order: nobody });
  const can = Object.entries(drivers).map(([name, driver]) => [name, capabilities(driver)]);
  expect(can).toEqual(Object.entries(planned).map(([name, acts]) => [name, [...acts]]));
});
