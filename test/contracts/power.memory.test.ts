import { memoryPower } from '../../packages/controller/src/power/memory.ts';
import { powerContract, target } from './power.ts';

powerContract(
  'memory',
  ['status', 'on', 'off', 'soft-off', 'reset', 'cycle', 'boot-device'],
  async () => {
    const memory = memoryPower('right');
    const mine = target({ password: 'right' });
    return {
      driver: memory.driver,
      target: mine,
      isOn: () => memory.states.get(mine.system) === 'on',
      bootedFrom: () => memory.boots.get(mine.system)?.device ?? '',
      wrong: { password: { target: target({ password: 'wrong' }), code: 'power-wrong-password' } },
      stop: () => {},
    };
  },
);
