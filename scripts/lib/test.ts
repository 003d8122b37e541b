/** `scripts/test`: every check of the project, one after the other, and the count at the end. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { endToEndTests } from '../../test/e2e/index.ts';
import { type Report, runTests } from '../../test/e2e/runner.ts';
import { installRequirements } from '../../test/support/apt.ts';
import { builtDistro } from '../../test/support/artefacts.ts';
import { cacheFolder, repository } from '../../test/support/cache.ts';
import { oldOs } from '../../test/support/old-os.ts';
import { timed } from './timed.ts';

const help = `scripts/test [--quick] [--only NAME,…] [--list]

  --quick       only what takes seconds: style, types, imports, unit, contract and integration tests
  --only NAMES  only these end-to-end tests, comma-separated
  --list        name the end-to-end tests

End-to-end tests reinstall virtual machines; they need root and some Debian packages, which are
installed. Their logs stay in .cache/logs.
`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const tool = (name: string) => join(repository, 'node_modules/.bin', name);
let passed = 0;
let failed = 0;

/** Runs one check; its output is shown only where it fails. */
const check = async (name: string, command: string, args: readonly string[]): Promise<void> => {
  const { result, seconds } = await timed(() =>
    execa(command, args, { cwd: repository, all: true, reject: false, stdin: 'ignore' }),
  );
  const ok = result.exitCode === 0;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  if (!ok) console.log(result.all);
  if (ok) passed += 1;
  else failed += 1;
};

const quickChecks = async (): Promise<void> => {
  await check('style (biome)', tool('biome'), ['check', '.']);
  await check('types (tsc)', tool('tsc'), ['-b']);
  await check('nothing unused (knip)', tool('knip'), []);
  await check('imports run one way', tool('node'), ['scripts/lib/check-imports.ts']);
};

/** What is read of the report that vitest's reporter `json` writes. */
interface VitestReport {
  numTotalTests: number;
  numPassedTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

/** All tests but those end to end, counted one by one; machines are none of the quick ones. */
const vitest = async (quick: boolean): Promise<void> => {
  const file = join(tmpdir(), 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const args = ['run', ...reporters, ...(quick ? ['--project=!machines'] : [])];
  await execa(tool('vitest'), args, {
    cwd: repository,
    stdio: ['ignore', 'inherit', 'inherit'],
    reject: false,
  });
  const report: VitestReport = JSON.parse(await readFile(file, 'utf8'));
  passed += report.numPassedTests;
  // A file that can't be loaded has no tests to fail, and none may be skipped in silence.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status === 'passed'),
  );
  failed += report.numTotalTests - report.numPassedTests + broken.length;
};

const showReport = ({ name, passed: ok, seconds, notes, error }: Report): void => {
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}: ${endToEndTests[name]?.about} (${seconds} s)`);
  for (const [what, value] of notes) console.log(`       ${what}: ${JSON.stringify(value)}`);
  if (!ok) console.log(error);
};

const endToEnd = async (names: readonly string[]): Promise<void> => {
  const say = (line: string) => console.log(`     ${line}`);
  const { seconds } = await timed(async () => {
    await execa(tool('node'), ['scripts/lib/bundle.ts'], { cwd: repository });
    await execa('scripts/package-agent', ['--quick'], { cwd: repository });
    const installed = new Set(names.flatMap((name) => endToEndTests[name]?.installs ?? []));
    await oldOs(say);
    for (const name of installed) await builtDistro(name, say);
  });
  console.log(`what the end-to-end tests need is there (${seconds} s)`);
  const reports = await runTests(names, join(cacheFolder, '../logs'), showReport);
  passed += reports.filter((report) => report.passed).length;
  failed += reports.filter((report) => !report.passed).length;
};

/**
 * Everything temporary of this run lies in one folder, which goes with this process, also when a
 * person stops it in the middle.
 */
const ownTemporaryFolder = (): void => {
  const folder = mkdtempSync(join(tmpdir(), 'resole-test-'));
  // Some tests run programs as another user.
  chmodSync(folder, 0o711);
  process.env.TMPDIR = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(130));
  }
};

const main = async (): Promise<void> => {
  if (values.help) return void process.stdout.write(help);
  if (values.list) return void console.log(Object.keys(endToEndTests).join('\n'));
  const names = values.only?.split(',') ?? Object.keys(endToEndTests);
  const unknown = names.filter((name) => !Object.hasOwn(endToEndTests, name));
  if (unknown.length > 0) {
    console.error(`no end-to-end test is called ${unknown.join(', ')}: see scripts/test --list`);
    process.exitCode = 2;
    return;
  }
  ownTemporaryFolder();
  await installRequirements((line) => console.log(line));
  if (values.only === undefined) {
    await quickChecks();
    await vitest(values.quick);
  }
  if (!values.quick) await endToEnd(names);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
};

await main();
