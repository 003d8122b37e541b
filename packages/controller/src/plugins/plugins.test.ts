import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ResoleError } from '@resole/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { createLog } from '../log/log.ts';
import { type EventName, eventOf } from './events.ts';
import { openPlugins } from './plugins.ts';

const uid = process.getuid?.() ?? 0;

const folder = async (): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'resole-plugins-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
};

const opened = async (timeoutMs = 10_000) => {
  const pluginDir = await folder();
  const lines: string[] = [];
  const write = (line: string) => lines.push(line.slice(9));
  const log = createLog({ level: 'info', format: 'text', colour: false, write });
  const signal = new AbortController().signal;
  const plugins = openPlugins({ pluginDir, timeoutMs, uid, log, signal });
  const add = async (path: string, content: string, mode = 0o755) => {
    const file = join(pluginDir, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    await chmod(file, mode);
  };
  /** What asking came to. */
  const ask = async (event: EventName = 'before-system-add', input: unknown = { name: 'web1' }) => {
    try {
      await plugins.ask(eventOf(event, { noun: 'system', verb: 'add', input }, new Date()));
      return 'yes';
    } catch (error) {
      if (!(error instanceof ResoleError)) throw error;
      return `${error.code}: ${error.message}`.replaceAll(pluginDir, '…');
    }
  };
  return { pluginDir, plugins, lines, add, ask };
};

const event = 'triggers/before-system-add';

test('by name, until one refuses; output is in the log', async () => {
  const { add, ask, lines } = await opened();
  const says = (text: string, code = 0) => `#!/bin/sh\necho ${text}\nexit ${code}\n`;
  await add(`${event}/30-never`, says('never'));
  await add(`${event}/10-first`, says('first'));
  const module = `export default { 'before-system-add': async ({ input }) => {
    console.log('second saw', input.name);
    if (input.name === 'bad') throw new Error('a bad name');
  } };`;
  await add('modules/20-second.mjs', module);
  await add(`${event}/25-third`, says('third', 7));
  expect(await ask()).toBe('refused-by-plugin: plugin 25-third refused: third');
  expect(await ask('before-system-add', { name: 'bad' })).toBe(
    'refused-by-plugin: plugin 20-second.mjs refused: a bad name',
  );
  expect(await ask('before-system-edit')).toBe('yes');
  expect(lines.map((line) => line.replace(/ id=\S+/, ''))).toEqual([
    'info  first plugin=10-first event=before-system-add',
    'info  second saw web1 plugin=20-second.mjs event=before-system-add',
    'info  third plugin=25-third event=before-system-add',
    'info  first plugin=10-first event=before-system-add',
    'info  second saw bad plugin=20-second.mjs event=before-system-add',
    'warn  a bad name plugin=20-second.mjs event=before-system-add',
  ]);
});

test('what is broken counts as a no, and touches nothing but itself', async () => {
  const { pluginDir, add, ask } = await opened(1500);
  const tryOut = async (path: string, content: string, mode?: number) => {
    await add(path, content, mode);
    const answer = await ask();
    await rm(join(pluginDir, path));
    return answer;
  };
  const pids = join(pluginDir, 'pids');
  const hang = `#!/bin/sh\nsleep 60 &\necho $! > ${pids}\ntrap '' TERM\nwait\nsleep 60\n`;
  const handler = (body: string) => `export default { 'before-system-add': () => { ${body} } };`;
  expect({
    'hangs, with a child': await tryOut(`${event}/10-hang`, hang),
    'endless loop': await tryOut('modules/loop.mjs', handler('for (;;);')),
    'takes all memory': await tryOut(
      'modules/memory.mjs',
      handler('const all = []; for (;;) all.push(new Array(1e6).fill(all));'),
    ).then((answer) => answer.slice(0, 44)),
    'kills itself': await tryOut(
      'modules/kill.mjs',
      handler("process.kill(process.pid, 'SIGKILL')"),
    ),
    'no default export': await tryOut('modules/none.mjs', 'export const a = 1;').then((answer) =>
      answer.split('\n')[0]?.slice(0, 60),
    ),
    'no program': await tryOut(`${event}/10-text`, 'not a program'),
    'writes for ever': await tryOut(`${event}/10-yes`, '#!/bin/sh\nyes\n'),
    'leaves a process behind': await tryOut(`${event}/10-left`, '#!/bin/sh\nsleep 60 &\n'),
    'does not read': await tryOut(`${event}/10-deaf`, '#!/bin/sh\nexec <&-\n'),
    'open to all': await tryOut(`${event}/10-open`, '#!/bin/sh\n', 0o777),
    'switched off': await tryOut(`${event}/10-off`, '#!/bin/sh\nexit 1\n', 0o644),
    'a back-up of an editor': await tryOut(`${event}/10-check~`, '#!/bin/sh\nexit 1\n'),
  }).toMatchInlineSnapshot(`
    {
      "a back-up of an editor": "yes",
      "does not read": "yes",
      "endless loop": "plugin-failed: plugin loop.mjs failed: it took longer than 1.5 s",
      "hangs, with a child": "plugin-failed: plugin 10-hang failed: it took longer than 1.5 s",
      "kills itself": "plugin-failed: plugin kill.mjs failed: it was ended by SIGKILL",
      "leaves a process behind": "yes",
      "no default export": "plugin-failed: plugin none.mjs is not run: it can't be loade",
      "no program": "refused-by-plugin: plugin 10-text refused: …/triggers/before-system-add/10-text: 1: not: not found",
      "open to all": "plugin-failed: plugin 10-open is not run: …/triggers/before-system-add/10-open can be written by everybody; run: chmod o-w '…/triggers/before-system-add/10-open'",
      "switched off": "yes",
      "takes all memory": "plugin-failed: plugin memory.mjs failed: it ",
      "writes for ever": "plugin-failed: plugin 10-yes failed: it took longer than 1.5 s",
    }
  `);
  const child = join('/proc', (await readFile(pids, 'utf8')).trim());
  for (const end = Date.now() + 5000; Date.now() < end; await sleep(20)) {
    // A zombie counts as gone: only its parent, init, hasn't looked yet.
    const state = await readFile(join(child, 'stat'), 'utf8').catch(() => 'Z');
    if (/\bZ\b/.test(state)) return;
  }
  throw new Error(`${child} is still there: ${await stat(child)}`);
}, 120_000);

test('a folder that everybody may write to, or of somebody else, is as bad as such a file', async () => {
  const { pluginDir, add, ask, plugins } = await opened();
  await add(`${event}/10-check`, '#!/bin/sh\n');
  await chmod(join(pluginDir, 'triggers'), 0o777);
  expect(await ask()).toBe(
    "plugin-failed: plugin 10-check is not run: …/triggers can be written by everybody; run: chmod o-w '…/triggers'",
  );
  expect((await plugins.list()).map(({ problem }) => problem !== undefined)).toEqual([true]);
  await chmod(join(pluginDir, 'triggers'), 0o755);
  expect(await ask()).toBe('yes');
  const others = openPlugins({
    ...{ pluginDir, timeoutMs: 1000, uid: uid + 1, signal: new AbortController().signal },
    log: createLog({ level: 'error', format: 'text', colour: false, write: () => {} }),
  });
  const problems = (await others.list()).map(({ problem }) => problem);
  expect(problems).toEqual(uid === 0 ? [undefined] : [expect.stringContaining('belongs to user')]);
});

test('the environment is a clean one', async () => {
  const { add, ask, pluginDir } = await opened();
  process.env.RESOLE_TEST_SECRET = 'hidden';
  await add(`${event}/10-env`, `#!/bin/sh\nenv | cut -d= -f1 | sort > ${pluginDir}/env\n`);
  await ask();
  delete process.env.RESOLE_TEST_SECRET;
  expect((await readFile(join(pluginDir, 'env'), 'utf8')).split('\n')).toEqual([
    ...['LANG', 'PATH', 'PWD', 'RESOLE_EVENT', ''],
  ]);
});

test('the list names folders and handlers of events that do not exist', async () => {
  const { add, plugins, pluginDir } = await opened();
  await add('triggers/before-system-delete/10-x', '#!/bin/sh\n');
  await add('triggers/after-install/10-y', '#!/bin/sh\n', 0o600);
  await add('modules/z.mjs', 'export default { "after-instal": () => {} };');
  const list = (await plugins.list()).map(({ path, ...plugin }) => ({
    ...plugin,
    path: path.replace(pluginDir, '…'),
  }));
  expect(list).toMatchInlineSnapshot(`
    [
      {
        "enabled": false,
        "events": [
          "after-install",
        ],
        "kind": "executable",
        "name": "10-y",
        "path": "…/triggers/after-install/10-y",
      },
      {
        "enabled": false,
        "events": [],
        "kind": "executable",
        "name": "before-system-delete",
        "path": "…/triggers/before-system-delete",
        "problem": "there is no event "before-system-delete"",
      },
      {
        "enabled": true,
        "events": [
          "after-instal",
        ],
        "kind": "module",
        "name": "z.mjs",
        "path": "…/modules/z.mjs",
        "problem": "there is no event "after-instal"",
      },
    ]
  `);
});

test('a module that has changed is asked again', async () => {
  const { add, ask } = await opened();
  await add('modules/a.mjs', 'export default {};');
  expect(await ask()).toBe('yes');
  await add('modules/a.mjs', 'export default { "before-system-add": () => { throw "no"; } };');
  expect(await ask()).toBe('refused-by-plugin: plugin a.mjs refused: no');
});
