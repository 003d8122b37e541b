/** How a receiver can tell that a delivery is this controller's, and when it was sent. */
import { createHmac } from 'node:crypto';

/** HMAC-SHA-256 over `<timestamp>.<body>`, hexadecimal; the key is the secret as it is written. */
export const signature = (secret: string, timestamp: number, body: string): string =>
  createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');

/** @param timestamp Unix time in seconds, of this attempt */
export const signedHeaders = (
  secret: string,
  timestamp: number,
  body: string,
): Record<string, string> => ({
  'resole-timestamp': String(timestamp),
  'resole-signature': `v1=${signature(secret, timestamp, body)}`,
});
