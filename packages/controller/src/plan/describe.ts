import { JobState, type Network, type Plan, type Step } from '@resole/protocol';
import { formatBytes, formatSeconds } from './format.ts';

const stepText = ({ step, args }: Step): string => {
  switch (step) {
    case 'check-host':
      return `check-host: ${args.arch}, ${args.bootMode}, ≥ ${formatBytes(args.minMemoryBytes)} memory, ${formatBytes(args.space.bytes)} free for ${args.space.destination}, disk ${args.disk.id}`;
    case 'fetch-file':
      return `fetch-file: ${args.name}, ${formatBytes(args.size)}, SHA-256 ${args.sha256.slice(0, 16)}…`;
    case 'hand-over':
      return `hand-over: ${args.action}${args.force ? ', forced' : ''}`;
    case 'update-agent':
      return `update-agent: to ${args.version}, SHA-256 ${args.sha256.slice(0, 16)}…; back if it has not connected in ${formatSeconds(args.deadlineSeconds)}`;
    default:
      return step;
  }
};

const addressing = (family: Network['ipv4']): string =>
  family.method === 'static'
    ? `${family.addresses.map((each) => `${each.address}/${each.prefix}`).join(' ')}${family.gateway ? ` via ${family.gateway}` : ''}`
    : family.method;

const networkText = (network: Network): string[] => [
  `interface ${network.mac} (${network.interface} now)${network.vlan ? `, VLAN ${network.vlan}` : ''}`,
  `IPv4 ${addressing(network.ipv4)}`,
  `IPv6 ${addressing(network.ipv6)}`,
  ...(network.dns.length > 0 ? [`DNS ${network.dns.join(' ')}`] : []),
];

const otherwiseText = ({ fallback, noFallback }: Plan['alterations'][number]): string => {
  if (fallback !== undefined) return `; if it can't, by the ${fallback}`;
  return noFallback === undefined ? '' : `; no fall-back: ${noFallback}`;
};

const order: readonly string[] = JobState.options;

/** A heading and its lines; nothing where there are none. */
const section = (heading: string, lines: string[]): string[] =>
  lines.length === 0 ? [] : ['', heading, ...lines.map((line) => `  ${line}`)];

/** A plan as people read it before they say yes. Pure. */
export const describePlan = (plan: Plan): string =>
  [
    `Plan: ${plan.kind} ${plan.system.name}${plan.profile ? ` as ${plan.profile.name}` : ''}`,
    ...(plan.method ? [`Method: ${plan.method}, ${plan.methodReason}`] : []),
    ...section(
      'Erases',
      plan.erases.flatMap((disk) => [
        `${disk.id} (${disk.name}, ${disk.size === 0 ? 'of unknown size' : formatBytes(disk.size)})`,
        ...disk.contents.map((line) => `  ${line}`),
      ]),
    ),
    ...section('Network of the installer', plan.network ? networkText(plan.network) : []),
    ...section('Kernel command line', plan.commandLine ? [plan.commandLine] : []),
    ...section(
      'Steps',
      plan.steps.flatMap((step, index) => [
        ...(index === plan.pointOfNoReturn
          ? ['--- point of no return: cancelling is possible up to here ---']
          : []),
        `${index + 1}. ${stepText(step)}`,
      ]),
    ),
    ...section(
      'Power',
      plan.alterations.map(
        (each) => `${each.action} by the ${each.driver}, ${each.when}${otherwiseText(each)}`,
      ),
    ),
    ...section('Deadlines', [
      Object.entries(plan.deadlines)
        .sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
        .map(([state, seconds]) => `${state} ${formatSeconds(seconds)}`)
        .join(', '),
    ]),
    ...section('Warnings', plan.warnings),
    '',
  ].join('\n');
