import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { askStatus, becomeInstance } from './instance.ts';
import { temporaryFolder } from './testing/agent.ts';

const status = { pid: 1, version: '0', connected: false, waiting: 2 };

test('one agent per folder, which answers', async () => {
  const name = await temporaryFolder();
  expect(await askStatus(name)).toBeUndefined();
  await writeFile(join(name, 'agent.sock'), 'left by a kill');
  const first = await becomeInstance(name, () => status);
  onTestFinished(() => void first.close());
  await expect(becomeInstance(name, () => status)).rejects.toMatchObject({ code: 'agent-running' });
  expect(await askStatus(name)).toEqual(status);
});
