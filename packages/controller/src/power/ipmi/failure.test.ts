import { expect, test } from 'vitest';
import { ipmiFailure } from './failure.ts';

const target = { system: 's', name: 'web1', address: 'bmc1', user: 'admin', options: {}, macs: [] };

/** As `ipmitool -v` wrote it to a BMC of openipmi. */
const said: Record<string, [string, string]> = {
  'wrong password': [
    '> RAKP 2 HMAC is invalid\nError: Unable to establish IPMI v2 / RMCP+ session',
    'power-wrong-password',
  ],
  'unknown user': [
    'RAKP 2 message indicates an error : unauthorized name\nError: Unable to establish IPMI v2 / RMCP+ session',
    'power-wrong-password',
  ],
  'no answer': [
    'Get Auth Capabilities error\nError issuing Get Channel Authentication Capabilities request\nError: Unable to establish IPMI v2 / RMCP+ session',
    'power-unreachable',
  ],
  'other cipher': [
    'Error in open session response message : invalid authentication algorithm\n\nError: Unable to establish IPMI v2 / RMCP+ session',
    'power-wrong-cipher',
  ],
  'no privilege': [
    'Get HPM.x Capabilities request failed, compcode = d4\nSet Chassis Power Control to Up/On failed: Insufficient privilege level',
    'power-no-privilege',
  ],
  'no more privilege in this session': [
    'RAW REQUEST (1 bytes)\n 03\nUnable to send RAW command (channel=0x0 netfn=0x6 lun=0x0 cmd=0x3b rsp=0x81): Unknown (0x81)',
    'power-no-privilege',
  ],
  'only chatter is refused': [
    'Invalid completion code received: Insufficient privilege level\nGet HPM.x Capabilities request failed, compcode = d4\nUnable to get Chassis Power Status',
    'power-unreachable',
  ],
  'something else': [
    'Invalid completion code received: Invalid command\nSet Chassis Power Control to Reset failed: Unspecified error',
    'power-failed',
  ],
};

test('what ipmitool says of a failure, and what it means', () => {
  for (const [what, [stderr, code]] of Object.entries(said)) {
    const ran = {
      exitCode: 1,
      stdout: '',
      stderr: `Loading IANA PEN Registry...\n${stderr}`,
      timedOut: false,
    };
    expect(ipmiFailure(target, ran).code, what).toBe(code);
  }
  const other = {
    exitCode: 1,
    stdout: '',
    stderr: said['something else']?.[0] ?? '',
    timedOut: false,
  };
  expect(ipmiFailure(target, other).message).toBe(
    'bmc1 refused: Set Chassis Power Control to Reset failed: Unspecified error',
  );
});
