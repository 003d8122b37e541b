import { expect, test } from 'vitest';
import { SerialLog } from '../../support/serial.ts';

const texts = (log: SerialLog) => log.lines.map((line) => line.text);

test('lines come together from pieces, without colours and carriage returns', () => {
  const log = new SerialLog();
  log.write('\u001b[32mhel');
  log.write('lo\u001b[0m\r\nwor');
  log.note('off');
  log.write('next\r\n');
  expect(texts(log)).toEqual(['hello', 'wor', '--- off', 'next']);
});

test('waiting finds what came before, what comes, and lines that have not ended', async () => {
  const log = new SerialLog();
  log.write('up one\n');
  const first = await log.waitFor(/up/, { timeoutSeconds: 1 });
  expect(first).toMatchObject({ text: 'up one', next: 1 });
  const second = log.waitFor(/up/, { timeoutSeconds: 5, from: first.next });
  log.write('booting\nup two\n');
  expect(await second).toMatchObject({ text: 'up two', next: 3 });
  log.write('login: ');
  expect(await log.waitFor(/login: $/, { timeoutSeconds: 1 })).toMatchObject({ next: 4 });
});

test('a wait that fails shows the last lines', async () => {
  const log = new SerialLog();
  log.write('Kernel panic\n');
  await expect(log.waitFor(/up/, { timeoutSeconds: 0.01 })).rejects.toThrow(/Kernel panic/);
});
