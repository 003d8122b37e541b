import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { EnrolmentReply, EnrolmentRequest } from './enrolment.ts';
import { SignedJob, stepArguments } from './plan.ts';
import { parseToAgent, parseToController, ToAgent, ToController } from './wire.ts';

type Examples = Record<string, { type?: string; event?: { type: string } }>;

/** Frozen examples of version 1: what agents in the field send and understand. Never edited. */
const fixture = (name: string): Examples =>
  JSON.parse(readFileSync(new URL(`../fixtures/v1/${name}.json`, import.meta.url), 'utf8'));

const typesOf = (union: { options: readonly { shape: { type: { value: string } } }[] }) =>
  union.options.map((option) => option.shape.type.value).sort();

test.each(Object.entries(fixture('to-agent')))(
  'controller → agent, version 1: %s',
  (_name, frame) => {
    expect(parseToAgent(JSON.stringify(frame))).toEqual(frame);
  },
);

test.each(Object.entries(fixture('to-controller')))(
  'agent → controller, version 1: %s',
  (_name, frame) => {
    expect(parseToController(JSON.stringify(frame))).toEqual(frame);
  },
);

test('every frame type has an example', () => {
  const examples = (name: string) => [
    ...new Set(Object.values(fixture(name)).map((frame) => frame.type)),
  ];
  expect(examples('to-agent').sort()).toEqual(typesOf(ToAgent));
  const toController = examples('to-controller').sort();
  expect([...toController, 'refused'].sort()).toEqual(typesOf(ToController));
});

test('signed jobs of version 1 parse, and together show every step', () => {
  const jobs = Object.values(fixture('signed-jobs')).map((job) => SignedJob.parse(job));
  const steps = new Set(jobs.flatMap((job) => job.steps.map((step) => step.step)));
  expect([...steps].sort()).toEqual(Object.keys(stepArguments).sort());
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
