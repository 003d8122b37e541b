/** The CLI against a real controller: in one process, over TLS, on a store of files. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { runCli } from '../../packages/controller/src/cli/testing.ts';
import { silentLog } from '../../packages/controller/src/log/log.ts';
import { type Controller, serve } from '../../packages/controller/src/serve.ts';
import { readSettings } from '../../packages/controller/src/settings/read.ts';
import { controllerTable } from '../../packages/controller/src/settings/table.ts';

let folder: string;
let controller: Controller;

const startController = (dataDir: string): Promise<Controller> => {
  const flags = {
    'api-port': '0',
    'provision-port': '0',
    'api-listen': '127.0.0.1',
    'provision-listen': '127.0.0.1',
    'api-url': 'https://controller.example:7443',
  };
  return serve({
    settings: readSettings(controllerTable, { flags }),
    dataDir,
    host: { hostname: 'here', addresses: ['192.0.2.9'], uid: 0, home: '/nonexistent', env: {} },
    log: silentLog,
  });
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resole-cli-'));
  controller = await startController(join(folder, 'data'));
  await writeFile(join(folder, 'linux'), 'kernel');
  await writeFile(join(folder, 'initrd.gz'), 'initrd');
});

afterAll(async () => {
  await controller.close();
  await rm(folder, { recursive: true, force: true });
});

const masks: readonly [RegExp, string][] = [
  [/\brsl1\.\S+/g, 'rsl1.TOKEN'],
  [/\bsha256\/\/\S+/g, 'sha256//PIN'],
  [/\b([a-z]{3})_[a-z2-7]{20}\b/g, '$1_ID'],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME'],
];

const localEnv = () => ({ RESOLE_DATA_DIR: join(folder, 'data') });

/** A command line as a person types it, what is printed, and how it ends. */
const say = async (line: string, input?: string): Promise<string> => {
  const env = localEnv();
  const words = line.match(/'[^']*'|\S+/g)?.map((word) => word.replaceAll("'", '')) ?? [];
  const options = { env, cwd: folder, ...(input === undefined ? {} : { input }) };
  const { code, out, err } = await runCli(words, options);
  const text = `$ resole ${line}\n${out}${err}${code === 0 ? '' : `→ ${code}\n`}`;
  return (
    masks
      .reduce((masked, [pattern, by]) => masked.replaceAll(pattern, by), text)
      .replaceAll(folder, 'CWD')
      // Tables are as wide as the folder's name is long.
      .replaceAll(/(CWD\S*) {2,}/g, '$1  ')
  );
};

const conversation = async (...lines: (string | [string, string])[]): Promise<string> => {
  const said: string[] = [];
  for (const line of lines)
    said.push(typeof line === 'string' ? await say(line) : await say(...line));
  return said.join('\n');
};

const golden = (name: string) => join(import.meta.dirname, `../golden/cli/${name}.txt`);

test('from an empty inventory to a system that knows what it would become', async () => {
  const text = await conversation(
    'distro list',
    "distro add debian12 --family debian-installer --breed debian --os-version 12 --arch x86_64 --kernel linux --initrd initrd.gz --kernel-option quiet --kernel-option console=ttyS0 --comment 'first one'",
    'distro list',
    'distro show debian12',
    'profile add base --distro debian12 --var role=none --var n:=2 --min-memory 1024',
    ['profile add web --file -', 'parent: base\nvars:\n  role: web\n'],
    'profile edit web --without-kernel-option quiet --unset vars.role',
    'profile edit web --var role=www',
    'profile edit web --var role=www',
    'profile list',
    'profile rename base common',
    'profile list',
    'system add web1 --profile web --mac 52-54-00-12-34-56',
    'system list',
    'settings edit --deadline installing=1000',
    'settings show',
    'system show web1 --resolved',
    'profile show web --output json',
  );
  await expect(text).toMatchFileSnapshot(golden('inventory'));
});

test('what is wrong is told with what to do next', async () => {
  const text = await conversation(
    'distro add x --family fai',
    'profile add web2 --parent wep',
    ['profile add w --file -', 'parnt: web\n'],
    ['profile add w --file -', '- a list\n'],
    'profile show wbe',
    'distro remove debian12',
    'profile edit web --unset vars.nothing',
    'profile edit web',
    'profile rename web common',
    'agent facts web1',
    'token create --expires soon',
    'profile remove nope --output json',
  );
  await expect(text).toMatchFileSnapshot(golden('errors'));
});

test('templates, tokens and agents', async () => {
  const text = await conversation(
    ['template add mine --text-file -', 'hello {{ system.name }}\n'],
    'template show mine --text',
    'template show mine',
    'template remove mine',
    'token list',
    "token create --uses 3 --expires 8h --comment 'rack 12'",
    'token create --quiet',
    'token list',
    'agent list',
    'agent list --output json',
    'version',
  );
  await expect(text).toMatchFileSnapshot(golden('others'));
});

test('every noun can be copied, found and removed with what depends on it', async () => {
  await writeFile(join(folder, 'cloud.qcow2'), 'an image');
  const text = await conversation(
    'repo add debian --type apt --location http://deb.example.org/debian --suite bookworm --component main',
    'image add cloud --path cloud.qcow2 --format qcow2 --arch x86_64',
    ['snippet add motd.sh --text-file -', 'echo hello\n'],
    'profile copy web db --var role=db --repo debian --virt-image cloud --virt-disk 20',
    'profile show db',
    'system add db1 --profile db --interface eth0,mac=525400000001,ip=none --interface eth0.5,vlan=5:eth0,ip=192.0.2.10/24,gateway=192.0.2.1',
    'system copy db1 db2 --interface eth0,mac=525400000002',
    'system edit db1 --interface eth0.5,ip=192.0.2.11/24,dns-name=db1.example.org',
    'system show db1 --resolved',
    'profile show db --resolved',
    'system find profile=db interfaces.*.mac=*:01',
    'system find profil=db nonsense',
    'system find profil=db',
    'repo list',
    'image find format=q* --output yaml',
    'snippet find name=m*',
    'repo remove debian',
    'profile remove db --recursive --dry-run',
    'profile remove db --recursive',
    'profile remove db --recursive --yes',
    'repo remove debian',
    'image remove cloud',
    'snippet remove motd.sh',
  );
  await expect(text).toMatchFileSnapshot(golden('nouns'));
});

const site = `settings:
  nameServers: [192.0.2.53]
systems:
  app1:
    profile: app
    interfaces:
      eth0: {mac: 52-54-00-00-00-10, ipv4: {method: dhcp}}
---
profiles:
  app:
    parent: common
    vars:
      role: app
templates:
  site/motd:
    text: |
      hello
      {{ system.name }}
`;

const wrongSite = `profiles:
  app:
    parent: comon
    vars: {role: app}
systems:
  app1:
    profile: app
    bootMode: uefy
    interfaces:
      eth0: {mac: '52'}
  app2:
    profile: nope
`;

test('apply shows a diff, changes what differs, and nothing the second time', async () => {
  await writeFile(join(folder, 'site.yaml'), site);
  const changed = site.replace('role: app', 'role: application').replace('hello', 'welcome');
  await writeFile(join(folder, 'changed.yaml'), changed);
  await writeFile(join(folder, 'wrong.yaml'), wrongSite);
  await writeFile(join(folder, 'twice.yaml'), `${site}\nsystems: {app1: {}}\n`);
  const text = await conversation(
    'apply -f site.yaml --dry-run',
    'apply -f site.yaml',
    'apply -f site.yaml --yes',
    'apply -f site.yaml',
    'apply -f changed.yaml --yes',
    'apply -f wrong.yaml --yes',
    'apply -f twice.yaml site.yaml --yes',
    [
      'apply -f - --yes',
      'systems: {}\nprofiles:\n  common: {distro: debian12}\n  app: {parent: common}\n',
    ],
    'apply -f nothing.yaml',
    'system show app1',
  );
  await expect(text).toMatchFileSnapshot(golden('apply'));
});

test('an export fills an empty controller, whose export is the same', async () => {
  const exported = await say('export');
  await expect(exported).toMatchFileSnapshot(golden('export'));
  expect(await say('export --dir all')).toContain('written to all');
  const other = await startController(join(folder, 'other'));
  onTestFinished(() => other.close());
  const env = { RESOLE_DATA_DIR: join(folder, 'other') };
  const applied = await runCli(['apply', '-f', 'all', '--yes'], { env, cwd: folder });
  expect([applied.code, applied.err]).toEqual([0, '']);
  const again = await runCli(['export'], { env, cwd: folder });
  const { out } = await runCli(['export'], { env: localEnv(), cwd: folder });
  expect(again.out).toBe(out);
});

test('a whole object that was shown can be edited and given back', async () => {
  const { out } = await runCli(['profile', 'show', 'web'], { env: localEnv() });
  const edited = out.replace('www', 'shown');
  expect(await say('profile edit web --file -', edited)).toContain('profile web changed');
  expect(await say('profile show web')).toContain('role: shown');
});

test('a token is sent only to the controller that it belongs to', async () => {
  const said = await say('agent list --url https://localhost:1');
  expect(said).toContain('no token for https://localhost:1 was given');
});

test('another CA, another token: refused', async () => {
  const token = join(folder, 'data/trust/admin-token');
  const ca = join(folder, 'data/trust/ca.pem');
  await writeFile(join(folder, 'wrong'), 'wrong');
  const url = controller.localUrl;
  expect(await say(`agent list --url ${url} --token-file ${token}`)).toContain('ca-mismatch');
  expect(await say(`agent list --url ${url} --token-file wrong --ca ${ca}`)).toContain(
    'unauthorized',
  );
  expect(await say(`agent list --url ${url} --token-file ${token} --ca ${ca}`)).toContain(
    'no agents yet',
  );
});

test('what is too large is refused in words, although the controller stops listening to it', async () => {
  await writeFile(join(folder, 'large.j2'), 'x'.repeat(10_000_000));
  expect(await say('template add large --text-file large.j2')).toBe(
    `$ resole template add large --text-file large.j2
error: this is larger than the controller takes at once: 4 MiB (input-too-large)
next: send it in parts; files that machines are to fetch belong into a tree or on a web server
→ 2
`,
  );
});
