import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answerVariables } from './answer-file.fixture.ts';
import { readShipped } from './library.ts';
import { render } from './render.ts';

/** The answer file's own functions, run here against a server that misbehaves. */
const templates = await readShipped(join(import.meta.dirname, '../../templates'));
const content = randomBytes(1_000_000);
// As a disk image has it: boot code, an empty partition table, and its signature.
content.fill(0, 446, 510).set([0x55, 0xaa], 510);

let folder: string;
let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resole-payload-'));
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

/** First and last byte that are asked for. */
const rangeOf = ({ headers }: IncomingMessage): [number, number] => {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  return [Number(first), Number(last)];
};

interface Options {
  inMemory: boolean;
  sha256?: string;
  /** What is given the payload, below the folder `$1`. */
  writer?: string;
}

/** Receives the payload in chunks and writes it to a file, which stands for the disk. */
const install = async (options: Options) => {
  const { port } = server.address() as AddressInfo;
  const variables = {
    ...answerVariables,
    urls: { ...answerVariables.urls, image: `http://127.0.0.1:${port}/image` },
    image: {
      format: 'raw',
      size: content.length,
      sha256: options.sha256 ?? createHash('sha256').update(content).digest('hex'),
      unpacked_size: content.length,
    },
  };
  const parts = ['report', 'fetch', 'disk', 'payload'].map((part) =>
    render(`image/${part}.sh`, templates, variables),
  );
  const script = `set -eu -o pipefail
${parts.join('\n')}
state=$1
sleep() { :; }
chunk=100000 chunks=10 stalled_after=1
fits_in_memory() { ${options.inMemory}; }
target=$1/target disk=..$1/disk
fetch_payload
echo writing
consume_payload ${options.writer ?? 'dd of="$1/disk" status=none'}
`;
  const { stderr, exitCode } = await execa('bash', ['-c', script, 'bash', folder], {
    reject: false,
  });
  const disk = await readFile(join(folder, 'disk')).catch(() => undefined);
  return {
    exitCode,
    said: stderr.trim().split('\n'),
    whole: disk?.equals(content),
    // GRUB's boot code reads on from within the first MiB.
    bootable: disk?.subarray(0, 1024 * 1024).some((byte) => byte !== 0),
  };
};

const serve = (
  request: IncomingMessage,
  response: ServerResponse,
  atMost = Number.POSITIVE_INFINITY,
) => {
  const [first, last] = rangeOf(request);
  response.writeHead(206, { 'content-length': last - first + 1 });
  const end = Math.min(last + 1, first + atMost);
  response.write(content.subarray(first, end), () => {
    if (end <= last) response.destroy();
    else response.end();
  });
};

test.each([true, false])(
  'connections that break are gone on with (in memory: %s)',
  async (inMemory) => {
    answer = (request, response) => serve(request, response, 37_000);
    expect(await install({ inMemory })).toMatchObject({ exitCode: 0, whole: true });
  },
);

test('a controller that answers with errors, or not at all, is waited for', async () => {
  let requests = 0;
  answer = (request, response) => {
    requests += 1;
    if (requests % 4 === 1) response.writeHead(503).end('not now');
    else if (requests === 6)
      return; // says nothing; given up after the stall limit
    else serve(request, response);
  };
  expect(await install({ inMemory: true })).toMatchObject({ exitCode: 0, whole: true });
});

test('a wrong checksum is found before anything is written, where the payload fits', async () => {
  answer = serve;
  const outcome = await install({ inMemory: true, sha256: '0'.repeat(64) });
  expect(outcome).toMatchObject({ exitCode: 1, whole: undefined });
  expect(outcome.said.at(-1)).toMatch(/^the payload has SHA-256 .*, not 0+: nothing was changed$/);
});

test('and while it is written, where it does not fit', async () => {
  answer = serve;
  const outcome = await install({ inMemory: false, sha256: '0'.repeat(64) });
  expect(outcome).toMatchObject({ exitCode: 1, bootable: false });
  expect(outcome.said.at(-1)).toMatch(
    /^what was written has SHA-256 [0-9a-f]{64}, not 0+: the disk is erased$/,
  );
});

test('a controller that gives up in the middle leaves nothing that boots', async () => {
  answer = (request, response) => {
    if (rangeOf(request)[0] < 500_000) serve(request, response);
    else response.writeHead(404).end('gone');
  };
  const outcome = await install({ inMemory: false });
  expect(outcome).toMatchObject({ exitCode: 1, bootable: false });
  expect(outcome.said.at(-1)).toBe('the controller refuses image: HTTP 404: the disk is erased');
});

test.each([true, false])(
  'neither does a disk that stops in the middle (in memory: %s)',
  async (inMemory) => {
    answer = serve;
    const writer = `sh -c 'head -c 300000 >"$0/disk"; exit 1' "$1"`;
    const outcome = await install({ inMemory, writer });
    expect(outcome).toMatchObject({ exitCode: 1, bootable: false });
    expect(outcome.said.at(-1)).toMatch(
      /^the payload could not be written to .*disk: the disk is erased$/,
    );
  },
);

test('a refusal is believed after five tries', async () => {
  let requests = 0;
  answer = (_request, response) => {
    requests += 1;
    response.writeHead(404).end('gone');
  };
  const outcome = await install({ inMemory: true });
  expect(outcome).toMatchObject({ exitCode: 1, whole: undefined });
  expect(outcome.said.at(-1)).toMatch(/^the controller refuses image: HTTP 404$/);
  expect(requests).toBeLessThanOrEqual(10); // two chunks at a time
});

test('a server without ranges is refused, not misread', async () => {
  answer = (_request, response) => {
    response.writeHead(200).end(content);
  };
  expect(await install({ inMemory: true })).toMatchObject({ exitCode: 1, whole: undefined });
});
