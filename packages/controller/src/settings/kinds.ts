/** Kinds of values that a setting can have: what is accepted in YAML, and how text becomes it. */
import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import { z } from 'zod';

export interface Kind<Value> {
  /** For the documentation. */
  label: string;
  schema: z.ZodType<Value>;
  /** Text of an environment variable or flag → what YAML would have given. */
  fromText(text: string): unknown;
}

const asIs = (text: string): unknown => text;
const asList = (text: string): unknown => text.split(/[\s,]+/).filter((word) => word !== '');

export const text: Kind<string> = { label: 'text', schema: z.string().min(1), fromText: asIs };

export const path: Kind<string> = {
  label: 'absolute path',
  schema: z.string().refine(isAbsolute, 'must be an absolute path'),
  fromText: asIs,
};

/** 0 lets the system choose a free one. */
export const port: Kind<number> = {
  label: 'port number',
  schema: z.int().min(0).max(65535, 'must be 65535 at most'),
  fromText: (value) => (/^\d+$/.test(value) ? Number(value) : value),
};

export const count: Kind<number> = {
  label: 'number',
  schema: z.int().min(1).max(10_000),
  fromText: (value) => (/^\d+$/.test(value) ? Number(value) : value),
};

export const secondsOrNone: Kind<number> = {
  label: 'seconds, or 0',
  schema: z.number().min(0).max(86_400, 'must be a day at most'),
  fromText: (value) => (/^\d+(\.\d+)?$/.test(value) ? Number(value) : value),
};

export const seconds: Kind<number> = {
  label: 'seconds',
  schema: z.number().positive().max(86_400, 'must be a day at most'),
  fromText: (value) => (/^\d+(\.\d+)?$/.test(value) ? Number(value) : value),
};

/** Three bytes, the last bit of the first clear: no multicast (IEEE 802). */
export const macPrefix: Kind<string> = {
  label: 'three bytes of a MAC',
  schema: z
    .string()
    .regex(/^[0-9a-f][02468ace](:[0-9a-f]{2}){2}$/, 'must be three bytes, as in 52:54:00'),
  fromText: (value) => value.toLowerCase(),
};

export const address: Kind<string> = {
  label: 'IP address',
  schema: z
    .string()
    .refine((value) => isIP(value) !== 0, 'must be an IP address, as 0.0.0.0 or ::'),
  fromText: asIs,
};

const urlOf = (protocol: RegExp, problem: string) =>
  z.url({ protocol, error: problem }).transform((value) => value.replace(/\/+$/, ''));

export const url: Kind<string> = {
  label: 'URL',
  schema: urlOf(/^https?$/, 'must be a URL, as http://192.0.2.10:7480'),
  fromText: asIs,
};

export const httpsUrl: Kind<string> = {
  label: 'https URL',
  schema: urlOf(/^https$/, 'must be an https URL, as https://controller.example:7443'),
  fromText: asIs,
};

export const names: Kind<string[]> = {
  label: 'list of host names or IP addresses',
  schema: z.array(z.string().regex(/^[A-Za-z0-9.:_*-]+$/, 'not a host name or IP address')),
  fromText: asList,
};

export const choice = <const Values extends readonly [string, ...string[]]>(
  ...values: Values
): Kind<Values[number]> => ({
  label: values.map((value) => `\`${value}\``).join(', '),
  schema: z.enum(values) as unknown as z.ZodType<Values[number]>,
  fromText: asIs,
});
