import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { EnrolmentReply, EnrolmentRequest } from './enrolment.ts';
import { SignedGuestOrder } from './messages/guest.ts';
import { SignedJob, stepArguments } from './plan.ts';
import { PROTOCOL_VERSION } from './version.ts';
import { parseToAgent, parseToController, ToAgent, ToController } from './wire.ts';

type Examples = Record<string, { type?: string; event?: { type: string } }>;

/** Frozen examples of a version: what agents in the field send and understand. Never edited. */
const fixture = (name: string, version = 1): Examples =>
  JSON.parse(
    readFileSync(new URL(`../fixtures/v${version}/${name}.json`, import.meta.url), 'utf8'),
  );

/** Examples of every version, each with the version before its name. */
const fixtures = (name: string): [string, Examples[string]][] =>
  Array.from({ length: PROTOCOL_VERSION }, (_, index) => index + 1).flatMap((version) =>
    Object.entries(fixture(name, version)).map(([key, frame]): [string, Examples[string]] => [
      `version ${version}: ${key}`,
      frame,
    ]),
  );

const typesOf = (union: { options: readonly { shape: { type: { value: string } } }[] }) =>
  union.options.map((option) => option.shape.type.value).sort();

test.each(fixtures('to-agent'))('controller → agent, %s', (_name, frame) => {
  expect(parseToAgent(JSON.stringify(frame))).toEqual(frame);
});

test.each(fixtures('to-controller'))('agent → controller, %s', (_name, frame) => {
  expect(parseToController(JSON.stringify(frame))).toEqual(frame);
});

test('every frame type has an example', () => {
  const examples = (name: string) => [...new Set(fixtures(name).map(([, frame]) => frame?.type))];
  expect(examples('to-agent').sort()).toEqual(typesOf(ToAgent));
  const toController = examples('to-controller').sort();
  expect([...toController, 'refused'].sort()).toEqual(typesOf(ToController));
});

test('signed jobs of version 1 parse, and together show every step', () => {
  const jobs = Object.values(fixture('signed-jobs')).map((job) => SignedJob.parse(job));
  const steps = new Set(jobs.flatMap((job) => job.steps.map((step) => step.step)));
  expect([...steps].sort()).toEqual(Object.keys(stepArguments).sort());
});

test('a signed order to a guest, of version 2', () => {
  const { payload } = fixture('to-agent', 2)['guest-order'] as { payload: string };
  expect(SignedGuestOrder.parse(JSON.parse(payload))).toEqual(JSON.parse(payload));
});

test('enrolment of version 1', () => {
  const { request, reply } = fixture('enrolment') as Record<string, unknown>;
  const same = (schema: z.ZodType, value: unknown) => expect(schema.parse(value)).toEqual(value);
  same(EnrolmentRequest, request);
  same(EnrolmentReply, reply);
});

test('fields of a newer peer are dropped, its unknown types passed over, nonsense refused', () => {
  expect(
    parseToAgent('{"type":"cancel","job":"job_35ahtc7lqn2x6w4dzk5p","attempt":1,"why":"new"}'),
  ).toEqual({
    type: 'cancel',
    job: 'job_35ahtc7lqn2x6w4dzk5p',
    attempt: 1,
  });
  expect(parseToAgent('{"type":"dance"}')).toBeUndefined();
  for (const text of ['', 'null', '[]', '{"type":"cancel"}', '{"type":7}']) {
    expect(() => parseToAgent(text)).toThrow(expect.objectContaining({ code: 'frame-invalid' }));
  }
});
