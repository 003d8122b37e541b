import { expect, test } from 'vitest';
import type { PowerTarget } from '../driver.ts';
import { fenceInput } from './input.ts';
import type { FenceMetadata, FenceParameter } from './metadata.ts';

const parameter = (changes: Partial<FenceParameter> = {}): FenceParameter => ({
  type: 'string',
  required: false,
  deprecated: false,
  about: 'for tests',
  ...changes,
});

const agent = (parameters: Record<string, Partial<FenceParameter>>): FenceMetadata => ({
  name: 'fence_test',
  about: 'for tests',
  actions: ['status', 'on', 'off'],
  parameters: Object.fromEntries(
    Object.entries(parameters).map(([name, changes]) => [name, parameter(changes)]),
  ),
});

const target = (changes: Partial<PowerTarget> = {}): PowerTarget => ({
  system: 's',
  name: 'web1',
  options: {},
  macs: [],
  ...changes,
});

const input = (
  metadata: FenceMetadata,
  changes: Partial<PowerTarget>,
  options: PowerTarget['options'] = {},
) => fenceInput(target(changes), options, metadata, 'status');

const usual = agent({
  ip: { required: true, obsoletes: 'ipaddr' },
  ipaddr: { required: true, deprecated: true },
  ipport: { type: 'integer' },
  username: { obsoletes: 'login' },
  password: { obsoletes: 'passwd' },
  passwd: { deprecated: true },
  password_script: {},
  plug: { required: true },
  power_wait: { type: 'second', default: '2' },
});
const cloud = agent({
  apikey: { required: true },
  token_file: {},
  plug: {},
});
const snmp = agent({
  ip: { required: true },
  username: {},
  password: {},
  community: { default: 'private' },
  snmp_version: { type: 'select', choices: ['1', '2c', '3'], default: '1' },
  snmp_priv_passwd: {},
  snmp_priv_passwd_script: {},
});

test('fields, options and our own waiting become lines', () => {
  const fields = { address: 'pdu1', port: 22, user: 'admin', password: 'pw' };
  expect(input(usual, fields, { plug: 7 })).toBe(
    'action=status\nplug=7\nip=pdu1\nipport=22\nusername=admin\npassword=pw\npower_wait=0\n',
  );
});

test('the password is the one secret of the agent, whatever it is called', () => {
  expect(input(cloud, { password: 'k' }, { token_file: '/run/t' })).toBe(
    'action=status\ntoken_file=/run/t\napikey=k\n',
  );
  expect(input(snmp, { address: 'pdu1', password: 'c' })).toBe(
    'action=status\nip=pdu1\ncommunity=c\n',
  );
  expect(input(snmp, { address: 'pdu1', user: 'u', password: 'p' }, { snmp_version: 3 })).toBe(
    'action=status\nsnmp_version=3\nip=pdu1\nusername=u\npassword=p\n',
  );
});

/** What is wrong with it, in all the words. */
const problem = (...args: Parameters<typeof input>): string => {
  try {
    return input(...args);
  } catch (error) {
    return String((error as Error).message);
  }
};

test('what is missing or at the wrong place is said, all at once', () => {
  expect(problem(usual, {}, { passwd: 'x', colour: 'red' })).toBe(
    [
      'web1: option passwd is secret: give it as the password, --power-password-file',
      'fence_test knows no option colour: ip, ipaddr, ipport, username, password_script, plug, power_wait',
      'fence_test needs the address: for tests',
      'fence_test needs option plug: for tests',
    ].join('; '),
  );
  expect(problem(cloud, {}, { apikey: 'x' })).toBe(
    'web1: option apikey is secret: give it as the password, --power-password-file; fence_test needs the password: for tests',
  );
  const three = { address: 'pdu1', password: 'p' };
  expect(problem(snmp, three, { snmp_version: '3', snmp_priv_passwd: 'x', community: 'y' })).toBe(
    'web1: option snmp_priv_passwd is secret: give option snmp_priv_passwd_script, the path of a program that prints it; option community is secret, and the one secret that is kept is password',
  );
  expect(problem(snmp, { ...three, user: 'u' })).toBe(
    'web1: fence_test takes a user with option snmp_version=3 only',
  );
  expect(problem(agent({}), { password: 'p' })).toBe('web1: fence_test takes no password');
});
