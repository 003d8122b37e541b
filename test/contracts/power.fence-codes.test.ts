/** How a fence agent ends, and what that means: a real program that ends as it is told. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResoleError } from '@resole/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fence } from '../../packages/controller/src/power/fence/driver.ts';
import { target } from './power.ts';

const parameter = (name: string, type = 'string') =>
  `<parameter name="${name}" required="0"><content type="${type}"/><shortdesc>${name}</shortdesc></parameter>`;
const metadata = `<?xml version="1.0"?><resource-agent name="fence_ends" shortdesc="ends as it is told">
<parameters>${parameter('password')}${parameter('ends', 'integer')}${parameter('prints')}${parameter('logs')}</parameters>
<actions><action name="status"/><action name="on"/><action name="off"/></actions></resource-agent>`;

/** Options are lines of standard input, as for every agent; it logs as fencing.py does. */
const program = `#!/bin/sh
if [ "$1" = -o ]; then echo '${metadata}'; exit 0; fi
code=0
while IFS='=' read -r name value; do
  case $name in
  ends) code=$value ;;
  prints) echo "$value" ;;
  logs) printf '2026-01-01 00:00:00,000 ERROR: %s\\n\\n' "$value" >&2 ;;
  esac
done
exit $code
`;

let folder: string;
const path = process.env.PATH;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resole-fence-codes-'));
  await writeFile(join(folder, 'fence_ends'), program);
  await writeFile(join(folder, 'fence_slow'), program.replace('\n', '\nsleep 0.5\n'));
  await writeFile(join(folder, 'fence_mute'), '#!/bin/sh\n');
  for (const name of ['ends', 'slow', 'mute']) await chmod(join(folder, `fence_${name}`), 0o755);
  process.env.PATH = `${folder}:${path}`;
});
afterAll(async () => {
  process.env.PATH = path;
  await rm(folder, { recursive: true });
});

const io = { signal: new AbortController().signal };

/** What the driver makes of it. */
const came = async (action: 'status' | 'on', options: Record<string, string | number>) => {
  const mine = target({ password: 's3cret', options: { program: 'fence_ends', ...options } });
  try {
    return await fence.acts[action]?.(mine, io);
  } catch (error) {
    return (error as ResoleError).code;
  }
};

test('codes that are no failure', async () => {
  expect(await came('status', { ends: 0, prints: 'Status: ON' })).toBe('on');
  expect(await came('status', { ends: 0, prints: 'Status: OFF' })).toBe('off');
  expect(await came('status', { ends: 2, prints: 'Status: OFF' })).toBe('off');
  expect(await came('on', { ends: 0, prints: 'Success: Powered ON' })).toBe('sent');
});

test('codes that are one', async () => {
  const meanings: Record<number, string> = {
    1: 'power-failed',
    2: 'power-not-configured',
    3: 'power-wrong-password',
    4: 'power-unreachable',
    5: 'power-unreachable',
    6: 'power-not-verified',
    7: 'power-not-verified',
    8: 'power-failed',
    9: 'power-failed',
    10: 'power-not-configured',
    11: 'power-no-privilege',
    12: 'power-not-configured',
    13: 'power-failed',
  };
  const found: Record<number, unknown> = {};
  for (const ends of Object.keys(meanings).map(Number)) found[ends] = await came('on', { ends });
  expect(found).toEqual(meanings);
});

test('words of agents that end with 1 for everything', async () => {
  const meanings: Record<string, string> = {
    'Unable to connect/login to fencing device': 'power-wrong-password',
    'Connection lost': 'power-unreachable',
    'Connection timed out': 'power-unreachable',
    'Failed: Timed out waiting to power ON': 'power-not-verified',
    'Failed: Timed out waiting to power OFF': 'power-not-verified',
    'Failed: Unable to obtain correct plug status or plug is not available': 'power-failed',
    'Failed: You have to set login password': 'power-not-configured',
    'Failed: The user does not have the correct privileges to do the requested action.':
      'power-no-privilege',
    'Failed: Can not find VM UUID by its VM name given in the <plug> parameter.':
      'power-not-configured',
    'Failed: Unable to create file': 'power-failed',
  };
  const found: Record<string, unknown> = {};
  for (const logs of Object.keys(meanings)) found[logs] = await came('on', { ends: 1, logs });
  expect(found).toEqual(meanings);
});

test('what it logs is told, without the password', async () => {
  const logs = 'refused s3cret of admin';
  const mine = target({
    password: 's3cret',
    options: { program: 'fence_ends', ends: 1, logs },
  });
  await expect(fence.acts.on?.(mine, io)).rejects.toMatchObject({
    code: 'power-failed',
    message: 'the power system of web1 refused: refused *** of admin',
  });
});

test('one who stops waiting for what an agent says of itself stops nobody else', async () => {
  const mine = target({ options: { program: 'fence_slow', prints: 'Status: ON' } });
  const end = new AbortController();
  const first = fence.acts.status?.(mine, end);
  const second = fence.acts.status?.(mine, io);
  end.abort(new Error('enough'));
  await expect(first).rejects.toThrow('enough');
  expect(await second).toBe('on');
});

test('a program that says nothing of itself is no fence agent', async () => {
  const mine = target({ options: { program: 'fence_mute' } });
  await expect(fence.acts.status?.(mine, io)).rejects.toMatchObject({
    code: 'power-failed',
    message: 'fence_mute does not describe itself as fence agents do (-o metadata)',
  });
});
