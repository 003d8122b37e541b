import { expect, test } from 'vitest';
import { redacted } from './redact.ts';

test('a password is hidden wherever it stands, as JSON writes it too, and before the text is cut', () => {
  const quoted = { password: 'a"b\\c' };
  expect(redacted(quoted, `a"b\\c, then ${JSON.stringify(quoted)}`)).toBe(
    '***, then {"password":"***"}',
  );
  expect(redacted({ password: 'secret' }, `${'x'.repeat(497)}secret`)).toBe(
    `${'x'.repeat(497)}***`,
  );
  expect(redacted({}, 'as it is')).toBe('as it is');
  expect(redacted({ password: '' }, 'as it is')).toBe('as it is');
});
