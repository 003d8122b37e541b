import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** The limit of a durable write: a new file, its fsync, a rename, the fsync of the folder. */
export const bareWrite = async (folder: string, name: string, text: string): Promise<void> => {
  const temporary = join(folder, `.${name}`);
  const file = await open(temporary, 'wx', 0o600);
  await file.writeFile(text);
  await file.sync();
  await file.close();
  await rename(temporary, join(folder, name));
  const entries = await open(folder, 'r');
  await entries.sync();
  await entries.close();
};
