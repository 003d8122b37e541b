import { expect, test } from 'vitest';
import { parseConfig } from './config.ts';

test('defaults, and what overrides them', () => {
  expect(parseConfig('', 'f')).toEqual({ stateDir: '/var/lib/resole', logLevel: 'info' });
  const text = 'controller: https://c:8443/\njoinTokenFile: /etc/resole/join-token\n';
  expect(parseConfig(text, 'f', { stateDir: '/tmp/s', controller: undefined })).toEqual({
    controller: 'https://c:8443',
    joinTokenFile: '/etc/resole/join-token',
    stateDir: '/tmp/s',
    logLevel: 'info',
  });
});

test('every mistake at once', () => {
  expect(() => parseConfig('{', 'f')).toThrow('f is not YAML');
  const mistakes = () => parseConfig('controller: http://c\nlogLevel: loud\ncontoller: x\n', 'f');
  expect(mistakes).toThrow('f has mistakes');
  try {
    mistakes();
  } catch (error) {
    expect(error).toMatchObject({
      details: [{ field: 'controller' }, { field: 'logLevel' }, { field: '(whole file)' }],
      remedy: 'known settings: controller, joinTokenFile, stateDir, logLevel, temporary',
    });
  }
});
