import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLowdbStore } from '../../packages/controller/src/store/lowdb/open.ts';
import { storeContract } from './store.ts';

storeContract('lowdb', async (use) => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-store-'));
  try {
    await use(await openLowdbStore(folder));
  } finally {
    await rm(folder, { recursive: true });
  }
});
