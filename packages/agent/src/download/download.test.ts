import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../testing/agent.ts';
import { type Download, type DownloadOptions, download } from './download.ts';

const bytes = randomBytes(1_000_000);
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

async function serve(handler: Handler) {
  let count = 0;
  const ranges: (string | undefined)[] = [];
  const server: Server = createServer((request, response) => {
    ranges.push(request.headers.range);
    count += 1;
    handler(request, response, count);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/p/secret/kernel`, ranges };
}

/** What any proper server does with a range. */
const whole: Handler = (request, response) => {
  const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const range = { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
  response.writeHead(start > 0 ? 206 : 200, {
    'content-length': bytes.length - start,
    ...(start > 0 ? range : {}),
  });
  response.end(bytes.subarray(start));
};

const options = (changes: Partial<DownloadOptions> = {}): DownloadOptions => ({
  clock: { now: () => new Date(), sleep: () => sleep(1) },
  signal: new AbortController().signal,
  progress: () => undefined,
  log: () => undefined,
  patience: { connect: 300, stall: 300 },
  ...changes,
});

async function fileAt(url: string, changes: Partial<Download> = {}) {
  const folder = await temporaryFolder();
  const path = join(folder, 'kernel');
  return { folder, file: { url, path, size: bytes.length, sha256: sha256(bytes), ...changes } };
}

test('dropped connections, refusals, silence and stalls: it goes on where it was', async () => {
  const said: string[] = [];
  const { url, ranges } = await serve((request, response, count) => {
    if (count === 2) return response.destroy();
    if (count === 3) return undefined; // never answers
    if (count === 4) return response.writeHead(503).end();
    if (count > 6) return whole(request, response, count);
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': bytes.length - start,
      'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}`,
    });
    // A part, then nothing: dropped at odd counts, left hanging at even ones.
    response.write(bytes.subarray(start, start + 100_000));
    if (count % 2 === 1) setTimeout(() => response.destroy(), 50);
    return undefined;
  });
  const { file, folder } = await fileAt(url);
  await download(file, options({ log: (line) => said.push(line) }));
  expect(await readFile(file.path)).toEqual(bytes);
  expect(await readdir(folder)).toEqual(['kernel']);
  const hundred = [1, 2, 3].map((count) => `bytes=${count * 100_000}-`);
  expect(ranges).toEqual([
    undefined,
    ...[hundred[0], hundred[0], hundred[0], hundred[0]],
    hundred[1],
    hundred[2],
  ]);
  expect(said.join('\n')).not.toContain('secret');
});

test('a part from an earlier try is hashed and gone on with', async () => {
  const { url, ranges } = await serve(whole);
  const { file } = await fileAt(url);
  await writeFile(`${file.path}.part`, bytes.subarray(0, 700_000));
  await download(file, options());
  expect(ranges).toEqual(['bytes=700000-']);
  expect(await readFile(file.path)).toEqual(bytes);
  // Once more: it is there, nothing is asked.
  await download(file, options());
  expect(ranges).toHaveLength(1);
});

test('a torn part is thrown away once', async () => {
  const { url, ranges } = await serve(whole);
  const { file } = await fileAt(url);
  await writeFile(`${file.path}.part`, Buffer.alloc(1000));
  await download(file, options());
  expect(ranges).toEqual(['bytes=1000-', undefined]);
});

test('a server without ranges, or with a shorter file, begins anew', async () => {
  const { url } = await serve((_, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.end(bytes);
  });
  const { file } = await fileAt(url);
  await writeFile(`${file.path}.part`, 'xxx');
  await download(file, options());
  expect(await readFile(file.path)).toEqual(bytes);

  const other = await serve((request, response, count) =>
    count === 1 ? response.writeHead(416).end() : whole(request, response, count),
  );
  const second = await fileAt(other.url);
  await writeFile(`${second.file.path}.part`, bytes.subarray(0, 5));
  await download(second.file, options());
  expect(other.ranges).toEqual(['bytes=5-', undefined]);
});

test('a redirect is followed', async () => {
  const { url } = await serve((request, response, count) =>
    request.url === '/elsewhere'
      ? whole(request, response, count)
      : response.writeHead(302, { location: '/elsewhere' }).end(),
  );
  const { file } = await fileAt(url);
  await download(file, options());
});

test('the wrong file leaves nothing behind', async () => {
  const { url } = await serve(whole);
  const wrongSum = await fileAt(url, { sha256: '0'.repeat(64) });
  await expect(download(wrongSum.file, options())).rejects.toMatchObject({
    code: 'checksum-mismatch',
    message: 'kernel is not the file that was planned',
  });
  expect(await readdir(wrongSum.folder)).toEqual([]);

  for (const size of [999_999, 1_000_001]) {
    const wrongSize = await fileAt(url, { size });
    await expect(download(wrongSize.file, options())).rejects.toMatchObject({
      code: 'size-mismatch',
    });
    expect(await readdir(wrongSize.folder)).toEqual([]);
  }
});

test('without a length, a short file is noticed at its end', async () => {
  const { url } = await serve((_, response) => response.writeHead(200).end('short'));
  const { file, folder } = await fileAt(url);
  await expect(download(file, options())).rejects.toMatchObject({ code: 'size-mismatch' });
  expect(await readdir(folder)).toEqual([]);
});

test('given up: at once where asking more is no use, else after the time', async () => {
  const gone = await serve((_, response) => response.writeHead(404).end());
  const first = await fileAt(gone.url);
  await expect(download(first.file, options())).rejects.toMatchObject({ code: 'download-failed' });

  const down = await serve((_, response) => response.destroy());
  const second = await fileAt(down.url);
  await expect(download(second.file, options({ giveUpAfter: 100 }))).rejects.toMatchObject({
    code: 'download-failed',
  });
});

test('an abort ends it and keeps the part', async () => {
  const stop = new AbortController();
  const { url } = await serve((_, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, 50_000));
  });
  const { file, folder } = await fileAt(url);
  const progress = () => stop.abort(new Error('cancelled'));
  await expect(download(file, options({ signal: stop.signal, progress }))).rejects.toThrow(
    'cancelled',
  );
  expect(await readdir(folder)).toEqual(['kernel.part']);
});
