import { execa } from 'execa';
import { powerDrivers } from '../../../packages/controller/src/power/index.ts';
import { makeSystem, testService } from '../../../packages/controller/src/power/testing.ts';
import { Bmc } from '../../../test/support/bmc.ts';
import { compared, median, type Row, reported } from './row.ts';

/** As many as the issue asks for, on what two cores bear. */
const BMCS = 200;
/** ipmitool's at once, ours and theirs. */
const PARALLEL = 32;

const nobody = async (): Promise<never> => {
  throw new Error('no agents here');
};

/** What an operator types; ours are as patient. */
const status = (port: string): string[] => [
  ...['-I', 'lanplus', '-C', '3', '-R', '2', '-N', '1'],
  ...['-H', '127.0.0.1', '-p', port, '-U', 'admin', '-E', 'chassis', 'power', 'status'],
];

/** `status` of all of them, as an operator would by hand: xargs and plain ipmitool. */
const byHand = async (bmcs: readonly Bmc[], parallel: number): Promise<number> => {
  const [first] = bmcs;
  const start = performance.now();
  const xargs = ['-P', String(parallel), '-I', '{}', 'ipmitool', ...status('{}')];
  const { stdout } = await execa('xargs', xargs, {
    input: bmcs.map(({ port }) => `${port}\n`).join(''),
    env: { IPMI_PASSWORD: first?.password ?? '' },
  });
  const answered = stdout.split('\n').filter((line) => line === 'Chassis Power is off').length;
  if (answered !== bmcs.length)
    throw new Error(`${answered} of ${bmcs.length} BMCs answered ipmitool`);
  return performance.now() - start;
};

/** `status` of one: ipmitool and nothing around it. */
const plainIpmitool = async ({ port, password }: Bmc): Promise<number> => {
  const start = performance.now();
  const { stdout } = await execa('ipmitool', status(String(port)), {
    env: { IPMI_PASSWORD: password },
  });
  if (stdout !== 'Chassis Power is off') throw new Error(`ipmitool said ${stdout}`);
  return performance.now() - start;
};

const ourService = (bmcs: readonly Bmc[]) => {
  const systems = bmcs.map(({ port, password }, index) =>
    makeSystem(`bmc${index}`, {
      driver: 'ipmi',
      address: '127.0.0.1',
      port,
      user: 'admin',
      password,
      options: { cipherSuite: 3 },
    }),
  );
  const drivers = powerDrivers(
    { isOnline: nobody, start: nobody, job: nobody, cancel: nobody },
    { order: nobody },
  );
  return {
    systems,
    ...testService({ drivers, systems, limits: { parallel: PARALLEL }, secondMs: 1000 }),
  };
};

/** The same through the power service: queue, verification and what was last known included. */
const ours = async ({ systems, service }: ReturnType<typeof ourService>): Promise<number> => {
  const names = systems.map(({ name }) => name);
  const problems: string[] = [];
  const start = performance.now();
  await service.many(
    { action: 'status', systems: names },
    ({ name, state, error }) => {
      if (state !== 'off') problems.push(`${name}: ${state ?? error?.message}`);
    },
    new AbortController().signal,
  );
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return performance.now() - start;
};

/** BMCs in groups: starting two hundred programs at once would only make them wait. */
const startBmcs = async (count: number): Promise<Bmc[]> => {
  const bmcs: Bmc[] = [];
  while (bmcs.length < count) {
    const group = Array.from({ length: Math.min(10, count - bmcs.length) }, () => Bmc.start());
    bmcs.push(...(await Promise.all(group)));
  }
  return bmcs;
};

const rounded = (seconds: { ours: number; baseline: number }) => ({
  ours: seconds.ours / 1000,
  baseline: seconds.baseline / 1000,
});

/** The state of many machines, and of one: ours against ipmitool by hand, turn by turn. */
export const benchPower = async (rounds: number): Promise<Row[]> => {
  const bmcs = await startBmcs(BMCS);
  try {
    const all = ourService(bmcs);
    await ours(all);
    const many: { ours: number; baseline: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      many.push(rounded({ baseline: await byHand(bmcs, PARALLEL), ours: await ours(all) }));
    }
    const [one] = bmcs;
    if (one === undefined) throw new Error('no BMC was started');
    const alone = ourService([one]);
    const more: number[] = [];
    for (let round = 0; round < rounds * 10; round += 1) {
      const baseline = await plainIpmitool(one);
      more.push((await ours(alone)) - baseline);
    }
    return [
      compared({ bench: 'power', what: `status of ${bmcs.length} BMCs`, unit: 's' }, many, 1.2),
      reported(
        {
          bench: 'power',
          what: `status of one of ${bmcs.length} BMCs, beyond plain ipmitool`,
          unit: 'ms',
        },
        median(more),
        15,
      ),
    ];
  } finally {
    await Promise.all(bmcs.map((bmc) => bmc.stop()));
  }
};
