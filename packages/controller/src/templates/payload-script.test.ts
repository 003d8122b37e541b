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

/** Receives the payload in chunks and "writes" it to a file. */
const install = async (options: { inMemory: boolean; sha256?: string }) => {
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
  const parts = ['report', 'fetch', 'payload'].map((part) =>
    render(`image/${part}.sh`, templates, variables),
  );
  const script = `set -eu -o pipefail
${parts.join('\n')}
state=$1
sleep() { :; }
chunk=100000 chunks=10 stalled_after=1
fits_in_memory() { ${options.inMemory}; }
spoiled() { die "what was written has another SHA-256"; }
fetch_payload
echo writing
consume_payload dd of="$1/disk" status=none
`;
  const { stderr, exitCode } = await execa('bash', ['-c', script, 'bash', folder], {
    reject: false,
  });
  const disk = await readFile(join(folder, 'disk')).catch(() => undefined);
  return { exitCode, said: stderr.trim().split('\n'), whole: disk?.equals(content) };
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
  expect(outcome).toMatchObject({ exitCode: 1, whole: true });
  expect(outcome.said.at(-1)).toBe('what was written has another SHA-256');
});

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
