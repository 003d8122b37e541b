/** `scripts/bench [NAME…] [--rounds N] [--json]`. */
import { parseArgs } from 'node:util';
import { installRequirements } from '../../../test/support/apt.ts';
import { benchAgent } from './agent.ts';
import { benchInventory } from './inventory.ts';
import { benchPower } from './power.ts';
import { benchReinstall } from './reinstall.ts';
import type { Row } from './row.ts';

const benches = {
  reinstall: {
    about: "from the command to the installer's kernel, ours / by hand",
    run: benchReinstall,
  },
  inventory: {
    about: 'the inventory at 3,000 and 30,000 systems, over HTTPS',
    run: benchInventory,
  },
  agent: { about: 'size, start time and memory of the packaged agent', run: benchAgent },
  power: { about: 'the state of 200 machines behind BMCs, and of one', run: benchPower },
} as const satisfies Record<string, { about: string; run(rounds: number): Promise<Row[]> }>;

type Name = keyof typeof benches;

const help = `scripts/bench [NAME…] [--rounds N] [--json]

${Object.entries(benches)
  .map(([name, { about }]) => `  ${name.padEnd(10)} ${about}`)
  .join('\n')}

  --rounds N  measure so many times (default 3)
  --json      one object a line: bench, what, unit, ours, baseline, ratio, target, ok
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const isName = (text: string): text is Name => Object.hasOwn(benches, text);

const show = (row: Row): void => {
  if (values.json) {
    console.log(JSON.stringify(row));
    return;
  }
  const compared =
    row.baseline === undefined ? '' : ` / ${row.baseline} ${row.unit} = ${row.ratio}`;
  const target =
    row.target === undefined
      ? ''
      : ` (${row.judged ?? 'at most'} ${row.target}: ${row.ok ? 'ok' : 'MISSED'})`;
  console.log(`${row.bench}: ${row.what}: ${row.ours} ${row.unit}${compared}${target}`);
};

const main = async (): Promise<void> => {
  if (values.help) return void process.stdout.write(help);
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error('--rounds takes a whole number, 1 or more');
  const names = positionals.length > 0 ? positionals : Object.keys(benches);
  for (const name of names) {
    if (!isName(name))
      throw new Error(`there is no bench "${name}": ${Object.keys(benches).join(', ')}`);
  }
  await installRequirements((line) => console.error(line));
  for (const name of names.filter(isName))
    for (const row of await benches[name].run(rounds)) show(row);
};

await main();
