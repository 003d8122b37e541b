/** FAI's configuration space: the files of an answer file in one archive. */
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { AnswerFile } from '@resole/protocol';
import { pack } from 'tar-stream';

/** The files as a .tar.gz, byte for byte the same for the same files. */
export async function packSpace(files: readonly AnswerFile[]): Promise<Buffer> {
  const archive = pack();
  for (const { path, mode, text } of files) {
    archive.entry({ name: path, mode, uid: 0, gid: 0, mtime: new Date(0) }, text);
  }
  archive.finalize();
  return promisify(gzip)(await buffer(archive));
}
