import { randomBytes } from 'node:crypto';
import type { Stored } from '@resole/protocol';
import type { z } from 'zod';

/** What the controller adds to an object that it keeps. */
export type StoredFields = z.infer<typeof Stored>;

/** The kinds of objects, by the prefix of their ids. */
export type IdPrefix =
  | 'dst'
  | 'prf'
  | 'sys'
  | 'rep'
  | 'img'
  | 'tpl'
  | 'tok'
  | 'agt'
  | 'job'
  | 'set';

/** Base 32 in ASCII order, so that ids sort as the numbers that they stand for. */
const digits = '234567abcdefghijklmnopqrstuvwxyz';

/** The number that the latest id was made of: milliseconds in the upper 50 bits, randomness below. */
let latest = 0n;

/**
 * A new id, as in `sys_35ahtc7lqn2x6w4dzk5p`. Ids of one process sort in the order they were made;
 * they are unique, not secret.
 */
export const newId = (prefix: IdPrefix): string => {
  const random = BigInt(`0x${randomBytes(6).toString('hex')}`);
  const fresh = (BigInt(Date.now()) << 50n) | random;
  latest = fresh > latest ? fresh : latest + 1n;
  const text = Array.from({ length: 20 }, (_, index) => {
    const digit = (latest >> BigInt((19 - index) * 5)) & 31n;
    return digits[Number(digit)];
  });
  return `${prefix}_${text.join('')}`;
};

/** The first revision of an object, as in `stamped({ id: newId('sys'), ...input }, now)`. */
export const stamped = <T extends { id: string }>(object: T, now: Date): T & StoredFields => {
  const at = now.toISOString();
  return { ...object, revision: 1, createdAt: at, updatedAt: at };
};

/** The next revision of a stored object, with some of its fields changed. */
export const revised = <T extends StoredFields>(
  object: T,
  changes: Partial<Omit<T, keyof StoredFields>>,
  now: Date,
): T => ({
  ...object,
  ...changes,
  revision: object.revision + 1,
  updatedAt: now.toISOString(),
});

/** The next revision of a stored object, with all that people write of it replaced by `input`. */
export const rewritten = <Input extends object>(
  { id, revision, createdAt }: StoredFields,
  input: Input,
  now: Date,
): Input & StoredFields => ({
  id,
  ...input,
  revision: revision + 1,
  createdAt,
  updatedAt: now.toISOString(),
});
