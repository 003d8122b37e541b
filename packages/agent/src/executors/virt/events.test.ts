import { expect, test } from 'vitest';
import { guestEvent } from './events.ts';

// As virsh 9.0 printed them.
test.each([
  ["event 'lifecycle' for domain 'g1': Started Booted", 'guest started'],
  ["event 'lifecycle' for domain 'g1': Stopped Shutdown", 'guest switched off'],
  ["event 'lifecycle' for domain 'g1': Stopped Destroyed", 'guest switched off'],
  ["event 'lifecycle' for domain 'g1': Stopped Crashed", 'guest crashed'],
  ["event 'reboot' for domain 'g1'", 'guest restarted'],
  ["event 'lifecycle' for domain 'g1': Shutdown Finished after host request", undefined],
  ["event 'lifecycle' for domain 'g1': Resumed Unpaused", undefined],
  ["event 'control-error' for domain 'g1'", undefined],
  ['', undefined],
])('%s', (line, meaning) => {
  expect(guestEvent(line)).toBe(meaning);
});
