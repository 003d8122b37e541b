/** Trees from real ISOs, a real rsync daemon and a real web server, copied, resumed and checked. */
import { createReadStream } from 'node:fs';
import {
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type ImportRequest, importTree } from '../../packages/controller/src/import/import.ts';
import { media, sha256, writeTree } from './import-media.ts';

// Programs are started many times, on machines that do much else.
vi.setConfig({ testTimeout: 90_000 });

const scratch = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-import-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

/** A medium of the list as a folder. */
const unpacked = async (name: string): Promise<{ folder: string; from: string }> => {
  const folder = await scratch();
  const from = join(folder, 'medium');
  await writeTree(from, media[name] ?? {});
  return { folder, from };
};

const run = (folder: string, from: string, more: Partial<ImportRequest> = {}) =>
  importTree({ from, cwd: folder, trees: join(folder, 'trees'), ...more });

const filesOf = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
};

const iso = async (folder: string, from: string, ...flags: string[]): Promise<string> => {
  const file = join(folder, 'medium.iso');
  await execa('genisoimage', ['-quiet', ...flags, '-o', file, from]);
  return file;
};

test('a folder: copied whole, with links, and a second time nothing is', async () => {
  const { folder, from } = await unpacked('Rocky Linux 8.9 DVD');
  await symlink('BaseOS', join(from, 'os'));
  await symlink('/etc/passwd', join(from, 'secret'));
  const report = await run(folder, from);
  expect(report.imported[0]?.distro).toMatchObject({
    name: 'rocky-8.9-x86_64',
    family: 'anaconda',
    tree: join(folder, 'trees/rocky-8.9-x86_64'),
    kernel: { size: 0x400, path: join(folder, 'trees/rocky-8.9-x86_64/images/pxeboot/vmlinuz') },
    initrd: { sha256: sha256('initrd') },
  });
  expect(report.checked).toBe(4);
  expect(report.notes).toEqual(['left out: secret, a link that leads out of the tree']);
  const copied = await filesOf(report.folder ?? '');
  expect(copied).toEqual((await filesOf(from)).filter((path) => path !== 'secret'));
  const again = await run(folder, from);
  expect(again.received).toMatchObject({ files: 0, kept: report.received?.files });
});

test.each([
  ['Rock Ridge', ['-r', '-J']],
  ['Joliet', ['-J']],
])('an ISO with %s is read without mounting', async (_name, flags) => {
  const { folder, from } = await unpacked('Ubuntu 24.04 live server');
  const file = await iso(folder, from, ...flags);
  await rm(from, { recursive: true });
  const report = await run(folder, file, { name: 'noble' });
  expect(report.imported[0]?.distro).toMatchObject({ name: 'noble', family: 'subiquity' });
  // This installer fetches the medium as a whole.
  const tree = join(folder, 'trees/noble');
  expect((await stat(join(tree, 'install.iso'))).size).toBe((await stat(file)).size);
  expect(await filesOf(tree)).toEqual(
    [...Object.keys(media['Ubuntu 24.04 live server'] ?? {}), 'install.iso'].sort(),
  );
  expect(report.checked).toBe(5);
  const again = await run(folder, file, { name: 'noble' });
  expect(again.received).toMatchObject({ files: 0, kept: 6 });
});

test('an ISO with links: kernel and initrd behind them are found', async () => {
  const { folder, from } = await unpacked('Debian 12 netboot.tar.gz');
  await rm(join(from, 'debian-installer'), { recursive: true });
  await writeTree(from, {
    'real/amd64/linux': Buffer.alloc(3000, 'k'),
    'real/amd64/initrd.gz': 'i',
  });
  await symlink('real', join(from, 'debian-installer'));
  const file = await iso(folder, from, '-r', '-J');
  const { imported } = await run(folder, file, { arch: 'x86_64' });
  expect(imported[0]?.distro.kernel).toMatchObject({ size: 3000 });
  expect(imported[0]?.distro.tree).toBeUndefined();
});

test('an ISO with nothing but ISO 9660 has names in lower case', async () => {
  const { folder, from } = await unpacked('ESXi 8.0.2');
  const file = await iso(folder, from);
  const { imported } = await run(folder, file);
  expect(imported[0]?.distro.name).toBe('esxi-8.0.2-x86_64');
  expect(await filesOf(join(folder, 'trees/esxi-8.0.2-x86_64'))).toContain('boot.cfg');
});

test('a UDF medium, as Windows has it', async () => {
  const { folder, from } = await unpacked('Windows Server 2022');
  // Beside UDF only ISO 9660 with its short names: what counts is in UDF.
  const file = await iso(folder, from, '-udf');
  const report = await run(folder, file);
  expect(report.imported[0]?.distro).toMatchObject({
    name: 'windows-2022-x86_64',
    version: '2022',
  });
  const tree = join(folder, 'trees/windows-2022-x86_64');
  expect(await filesOf(tree)).toEqual(await filesOf(from));
  for (const path of await filesOf(from))
    expect(await readFile(join(tree, path))).toEqual(await readFile(join(from, path)));
  expect((await run(folder, file)).received).toMatchObject({ files: 0 });
});

test('what is no ISO is refused, and so is an address of one', async () => {
  const folder = await scratch();
  await writeFile(join(folder, 'x.iso'), Buffer.alloc(50_000));
  await expect(run(folder, 'x.iso')).rejects.toMatchObject({ code: 'file-unreadable' });
  await expect(run(folder, 'missing')).rejects.toMatchObject({ code: 'file-unreadable' });
  await expect(run(folder, 'http://x.example/a.iso')).rejects.toMatchObject({
    code: 'invalid-input',
  });
  const medium = (await unpacked('Fedora 40 Server')).from;
  await expect(run(folder, medium, { name: '../../x' })).rejects.toMatchObject({
    code: 'invalid-input',
  });
  await expect(run(folder, 'ftp://x.example/a')).rejects.toMatchObject({ code: 'invalid-input' });
});

test('an ISO that was cut short is refused', async () => {
  const { folder, from } = await unpacked('Rocky Linux 8.9 DVD');
  await writeFile(join(from, 'BaseOS/Packages/big.rpm'), Buffer.alloc(3_000_000, 'rpm'));
  const file = await iso(folder, from, '-r', '-J');
  await truncate(file, (await stat(file)).size - 2_500_000);
  const error = await run(folder, file).then(
    () => undefined,
    (refused: { code: string; message: string }) => refused,
  );
  expect(error).toMatchObject({
    code: expect.stringMatching(/^(program-failed|file-unreadable)$/),
  });
  expect(error?.message).toMatch(/big\.rpm|bsdtar/);
});

test.each([
  ['ISO 9660', ['-r', '-J']],
  ['UDF', ['-udf']],
])('Ctrl-C while a file of %s is copied ends it, and its program', async (_name, flags) => {
  const { folder, from } = await unpacked('Rocky Linux 8.9 DVD');
  await writeFile(join(from, 'BaseOS/Packages/big.rpm'), Buffer.alloc(60_000_000, 'rpm'));
  const file = await iso(folder, from, ...flags);
  const stop = new AbortController();
  const progress = (phase: string, fraction = 0) => {
    if (phase === 'copy' && fraction > 0.3) stop.abort();
  };
  const stopped = run(folder, file, { signal: stop.signal, progress });
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  // The same again goes on from there.
  const report = await run(folder, file);
  expect(report.imported[0]?.distro.name).toBe('rocky-8.9-x86_64');
});

test('a damaged file is refused by name, and copied anew the next time', async () => {
  const { folder, from } = await unpacked('AlmaLinux 9.4 DVD');
  const good = await readFile(join(from, 'images/install.img'));
  await writeFile(join(from, 'images/install.img'), 'stage Z');
  await expect(run(folder, from)).rejects.toMatchObject({
    code: 'checksum-mismatch',
    message: 'damaged, or not as their checksums say: images/install.img',
  });
  await writeFile(join(from, 'images/install.img'), good);
  expect((await run(folder, from)).received).toMatchObject({ files: 1 });
});

test('killed in the middle of a file, it goes on there', async () => {
  const { folder, from } = await unpacked('Rocky Linux 8.9 DVD');
  const big = Buffer.alloc(100_000_000, 'rpm ');
  await writeFile(join(from, 'BaseOS/Packages/big.rpm'), big);
  const { mtimeMs } = await stat(join(from, 'BaseOS/Packages/big.rpm'));
  await utimes(join(from, 'BaseOS/Packages/big.rpm'), mtimeMs / 1000, Math.floor(mtimeMs / 1000));
  const controller = join(import.meta.dirname, '../../packages/controller/src/import/import.ts');
  const script = `import { importTree } from ${JSON.stringify(controller)};
    await importTree(${JSON.stringify({ from, cwd: folder, trees: join(folder, 'trees') })});`;
  const child = execa(process.execPath, ['--input-type=module', '-e', script], { reject: false });
  const packages = join(folder, 'trees/rocky-8.9-x86_64/BaseOS/Packages');
  let ended = false;
  void child.then(() => {
    ended = true;
  });
  let begun: string | undefined;
  while (begun === undefined && !ended) {
    const names = await readdir(packages).catch(() => []);
    const part = names.find((name) => name.endsWith('.part'));
    const size = part && (await stat(join(packages, part)).catch(() => undefined))?.size;
    if (part && size && size > 1_000_000) begun = part;
    else await new Promise((resolve) => setTimeout(resolve, 1));
  }
  child.kill('SIGKILL');
  await child;
  const here = (await stat(join(packages, begun ?? ''))).size;
  expect(here).toBeLessThan(big.length);
  // What is there is not read again: the file's beginning may be anything by now.
  await writeFile(join(packages, begun ?? ''), Buffer.alloc(here, 'kept'));
  await run(folder, from);
  const copied = await readFile(join(packages, 'big.rpm'));
  expect(copied.subarray(0, 8).toString()).toBe('keptkept');
  expect(copied.length).toBe(big.length);
  expect((await readdir(packages)).sort()).toEqual(['a-1-1.noarch.rpm', 'big.rpm']);
});

test('rsync://: listed, copied, and only what changed the next time', async () => {
  const { folder, from } = await unpacked('openSUSE Leap 15.6 DVD');
  const port = await freePort();
  const conf = join(folder, 'rsyncd.conf');
  await writeFile(
    conf,
    `use chroot = no\nreverse lookup = no\nport = ${port}\naddress = 127.0.0.1\n[mirror]\npath = ${from}\nread only = yes\n`,
  );
  const daemon = execa('rsync', ['--daemon', '--no-detach', `--config=${conf}`], {
    reject: false,
    // On a socket it would take itself for a child of inetd.
    stdin: 'ignore',
  });
  onTestFinished(async () => {
    daemon.kill();
    await daemon;
  });
  const address = `rsync://127.0.0.1:${port}/mirror`;
  await up(port);
  const report = await run(folder, address);
  expect(report.imported[0]?.distro).toMatchObject({ name: 'opensuse-leap-15.6-x86_64' });
  expect(report.received).toMatchObject({ files: 6, kept: 0 });
  expect(report.checked).toBe(2);
  await writeFile(join(from, 'new'), 'new');
  expect((await run(folder, address)).received).toMatchObject({ files: 1, kept: 6 });
  await expect(run(folder, `rsync://127.0.0.1:${port}/nothing`)).rejects.toMatchObject({
    code: 'unreachable',
  });
});

test('http://: the tree stays where it is, kernel and initrd are fetched and checked', async () => {
  const { folder, from } = await unpacked('Debian 11 mirror, two architectures');
  const { url, asked } = await serve(from);
  const report = await run(folder, `${url}/`);
  expect(report.imported.map(({ distro }) => [distro.name, distro.tree])).toEqual([
    ['debian-11.9-x86_64', url],
    ['debian-11.9-aarch64', url],
  ]);
  expect(report.checked).toBe(4);
  expect(await filesOf(report.folder ?? '')).toEqual(
    (await filesOf(from)).filter((path) => !path.includes('oldstable')),
  );
  asked.length = 0;
  expect((await run(folder, url)).received).toMatchObject({ files: 0 });
  expect(asked.filter((line) => /^GET .*(linux|initrd.gz)$/.test(line))).toEqual([]);
});

test('http:// without a list of its folders: the release is named', async () => {
  const { folder, from } = await unpacked('Debian 11 mirror, two architectures');
  const { url } = await serve(from, { index: false });
  await expect(run(folder, url)).rejects.toMatchObject({ code: 'tree-unrecognised' });
  const { imported } = await run(folder, url, { release: 'bullseye', arch: 'aarch64' });
  expect(imported[0]?.distro.name).toBe('debian-11.9-aarch64');
});

test('a mirror with several releases: one must be named', async () => {
  const { folder, from } = await unpacked('Debian 11 mirror, two architectures');
  await writeTree(from, media['Debian testing mirror'] ?? {});
  const { url } = await serve(from);
  await expect(run(folder, url)).rejects.toMatchObject({
    code: 'invalid-input',
    remedy: 'name one: --release bullseye',
  });
  const { imported } = await run(folder, url, { release: 'forky' });
  expect(imported.map(({ distro }) => distro.name)).toEqual(['debian-forky-x86_64']);
});

test('http:// that breaks off is gone on with', async () => {
  const { folder, from } = await unpacked('Fedora 40 Server');
  const { url, asked } = await serve(from, { breaksAt: 300 });
  const report = await run(folder, url);
  expect(report.checked).toBe(2);
  expect(asked.filter((line) => line.startsWith('GET /images/pxeboot/vmlinuz'))).toEqual([
    'GET /images/pxeboot/vmlinuz',
    'GET /images/pxeboot/vmlinuz bytes=300-',
  ]);
});

test('FAI’s nfsroot becomes a SquashFS image with the newest kernel beside it', async () => {
  const { folder, from } = await unpacked('FAI nfsroot');
  const { imported } = await run(folder, from);
  const tree = join(folder, 'trees/fai-12-x86_64');
  expect(await filesOf(tree)).toEqual([
    'initrd.img-6.1.0-18-amd64',
    'squash.img',
    'vmlinuz-6.1.0-18-amd64',
  ]);
  expect(imported[0]?.distro).toMatchObject({ family: 'fai', tree });
  const { stdout } = await execa('unsquashfs', [
    '-cat',
    join(tree, 'squash.img'),
    'etc/debian_version',
  ]);
  expect(stdout).toBe('12.5');
});

test('kernel and initrd can be others than the tree’s', async () => {
  const { folder, from } = await unpacked('Debian 12 DVD');
  await writeTree(folder, { linux: 'netboot kernel', 'initrd.gz': 'netboot initrd' });
  const report = await run(folder, from, {
    kernel: join(folder, 'linux'),
    initrd: join(folder, 'initrd.gz'),
  });
  expect(report.imported[0]?.distro).toMatchObject({
    kernel: { sha256: sha256('netboot kernel') },
    initrd: { sha256: sha256('netboot initrd') },
  });
});

test('a dry run changes nothing', async () => {
  const { folder, from } = await unpacked('SLES 15 SP6 full');
  const report = await run(folder, from, { dryRun: true });
  expect(report.imported[0]?.distro.name).toBe('sles-15.6-x86_64');
  expect(await readdir(folder)).toEqual(['medium']);
});

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

const up = async (port: number): Promise<void> => {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const { exitCode } = await execa('rsync', [`rsync://127.0.0.1:${port}/`], { reject: false });
    if (exitCode === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the rsync daemon did not come up');
};

/** A web server as mirrors are: pages for folders, ranges, times; it can break off once a file. */
const serve = async (
  root: string,
  { index = true, breaksAt }: { index?: boolean; breaksAt?: number } = {},
): Promise<{ url: string; asked: string[] }> => {
  const asked: string[] = [];
  const broken = new Set<string>();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = decodeURIComponent(request.url ?? '/');
    const range = request.headers.range;
    asked.push(`${request.method} ${path}${range === undefined ? '' : ` ${range}`}`);
    const place = join(root, path);
    const found = await stat(place).catch(() => undefined);
    if (!found || (found.isDirectory() && !index)) return void response.writeHead(404).end();
    if (found.isDirectory()) {
      const names = (await readdir(place)).map((name) => `<a href="${name}/">${name}</a>`);
      response.writeHead(200, { 'content-type': 'text/html' }).end(`<a href="../">..</a>${names}`);
      return;
    }
    const [, from = '0', to = `${found.size - 1}`] = range?.match(/^bytes=(\d+)-(\d+)?$/) ?? [];
    const [start, end] = [Number(from), Math.min(Number(to), found.size - 1)];
    response.writeHead(range ? 206 : 200, {
      'content-length': Math.max(0, end - start + 1),
      'last-modified': found.mtime.toUTCString(),
    });
    if (request.method === 'HEAD' || found.size === 0) return void response.end();
    if (breaksAt !== undefined && found.size > breaksAt && !range && !broken.has(path)) {
      broken.add(path);
      response.write((await readFile(place)).subarray(0, breaksAt), () => {
        // Later than what was written has come.
        setTimeout(() => response.destroy(), 500);
      });
      return;
    }
    createReadStream(place, { start, end }).pipe(response);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
};
