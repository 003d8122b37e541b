import { expect, test } from 'vitest';
import { createLog, type LogOptions } from './log.ts';

const written = (
  options: Partial<LogOptions>,
  use: (log: ReturnType<typeof createLog>) => void,
) => {
  const lines: string[] = [];
  use(
    createLog({
      level: 'info',
      format: 'json',
      colour: false,
      write: (line) => lines.push(line),
      now: () => new Date('2026-01-02T03:04:05Z'),
      ...options,
    }),
  );
  return lines;
};

test('JSON lines carry the bound fields and leave out what is less important', () => {
  const lines = written({}, (log) => {
    log.with({ part: 'link' }).info('connected', { agent: 'agt_x' });
    log.debug('nothing');
  });
  expect(lines).toEqual([
    '{"part":"link","agent":"agt_x","time":"2026-01-02T03:04:05.000Z","level":"info","message":"connected"}',
  ]);
});

test('text lines are for people', () => {
  const lines = written({ format: 'text' }, (log) => {
    log.warn('slow', { seconds: 3, what: 'two words' });
    log.error('failed', { error: Object.assign(new Error('no'), { stack: 'Error: no\n  at x' }) });
  });
  expect(lines.map((line) => line.slice(9))).toEqual([
    'warn  slow seconds=3 what="two words"',
    'error failed\n    Error: no\n      at x',
  ]);
});

test('no secret gets through, whatever field or text it is in', () => {
  const token = `rsl1.tok_${'a'.repeat(20)}.${'S'.repeat(43)}.${'C'.repeat(43)}`;
  const [line] = written({}, (log) =>
    log.info(`GET http://h:1/p/SSSS/answer-file with ${token}`, {
      headers: { authorization: 'Bearer SSSS', accept: '*/*' },
      token: 'SSSS',
      deep: [{ text: 'rsladmin_SSSS' }],
      error: new Error('Bearer SSSS was refused', { cause: new Error('/p/SSSS/tree') }),
      key: '-----BEGIN PRIVATE KEY-----\nSSSS\n-----END PRIVATE KEY-----\n',
    }),
  );
  expect(line).not.toContain('SSS');
  expect(line).toContain('GET http://h:1/p/***/answer-file with rsl1.tok_aaaaaaaaaaaaaaaaaaaa.***');
});
