/** Takes secrets out of what is logged: the last net, for what nobody thought of. */

/** Names of fields whose values are never shown. */
const secretNames =
  /^(authorization|cookie|password|passphrase|secret|token|jointoken|privatekey)$/i;

const patterns: readonly [RegExp, string][] = [
  // A join token: its id may be seen, its secret not.
  [/\brsl1\.([a-z]{3}_[a-z2-7]{20})\.[A-Za-z0-9_.-]+/g, 'rsl1.$1.***'],
  [/\brsladmin_[A-Za-z0-9_-]+/g, 'rsladmin_***'],
  [/\bBearer\s+[^\s"']+/gi, 'Bearer ***'],
  // Job-bound URLs on the provision listener: http://HOST:PORT/p/TOKEN/…
  [/\/p\/[^/\s"'?]+/g, '/p/***'],
  [
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    '*** private key ***',
  ],
];

export const maskText = (text: string): string =>
  patterns.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);

/** The same value with secrets replaced, errors told by message and code, circles cut. */
export function maskValue(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return maskText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 6) return '…';
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Error) return maskValue(errorFields(value), depth + 1);
  if (Array.isArray(value)) return value.map((item) => maskValue(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      secretNames.test(key) ? '***' : maskValue(inner, depth + 1),
    ]),
  );
}

function errorFields(error: Error & { code?: unknown }): Record<string, unknown> {
  return {
    message: error.message,
    ...(error.code === undefined ? {} : { code: error.code }),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: error.cause }),
  };
}
