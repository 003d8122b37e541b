/** Puts the Debian packages in place that the scripts need. */
import { execa } from 'execa';
import type { Requirement } from '../../scripts/lib/requirements.ts';
import { requirements } from '../../scripts/lib/requirements.ts';

/** dpkg-query's own placeholders. */
const format = `\${Package} \${db:Status-Status}\n`;

const environment = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };

/** Those of the packages that are not installed. */
export async function missingPackages(
  wanted: readonly Requirement[] = requirements,
): Promise<Requirement[]> {
  const names = wanted.map((requirement) => requirement.package);
  const { stdout } = await execa('dpkg-query', ['--show', '--showformat', format, ...names], {
    reject: false,
    stderr: 'ignore',
    env: environment,
  });
  const installed = new Set(
    stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return wanted.filter((requirement) => !installed.has(requirement.package));
}

/**
 * Installs what is missing; nothing happens when nothing is. Without root it fails with the one
 * command to run.
 * @param say is told what is being installed and why
 */
export async function installRequirements(
  say: (line: string) => void = () => {},
  wanted: readonly Requirement[] = requirements,
): Promise<void> {
  const missing = await missingPackages(wanted);
  if (missing.length === 0) return;
  const names = missing.map((requirement) => requirement.package);
  const install = ['install', '--yes', '--no-install-recommends', ...names];
  for (const { package: name, why } of missing) say(`needs ${name}: ${why}`);
  if (process.getuid?.() !== 0) {
    throw new Error(`not root; run this first: sudo apt-get ${install.join(' ')}`);
  }
  await execa('apt-get', ['update', '-qq'], { env: environment, stdin: 'ignore' });
  await execa('apt-get', ['-qq', ...install], { env: environment, stdin: 'ignore' });
}
