import { cpus } from 'node:os';
import si from 'systeminformation';

export interface Hardware {
  cpu: { model: string; cores: number };
  memoryBytes: number;
}

let known: Promise<Hardware> | undefined;

/** Processor and memory, asked once per process: they don't change while a machine runs. */
export const readHardware = (): Promise<Hardware> => {
  known ??= ask();
  return known;
};

async function ask(): Promise<Hardware> {
  const processors = cpus();
  const named = processors[0]?.model.trim();
  const [model, memory] = await Promise.all([
    // The kernel of ARM names no model. Deciphering its numbers costs systeminformation eight
    // programs, seconds on a machine that has just booted: only where it must be.
    named && named !== 'unknown' ? named : decipheredModel(),
    si.mem(),
  ]);
  return { cpu: { model, cores: processors.length }, memoryBytes: memory.total };
}

async function decipheredModel(): Promise<string> {
  const { manufacturer, brand } = await si.cpu();
  return [manufacturer, brand].filter(Boolean).join(' ') || 'unknown';
}
