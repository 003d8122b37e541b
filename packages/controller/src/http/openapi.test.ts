import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { testApi } from './testing.ts';

interface Document {
  paths: Record<string, Record<string, { operationId?: string; security?: unknown[] }>>;
  components: { schemas: Record<string, unknown> };
}

test('the OpenAPI document is valid, and every reference in it leads somewhere', async () => {
  const { ask } = testApi();
  const { status, body } = await ask<Document>('GET', '/v1/openapi.json');
  expect(status).toBe(200);
  expect(await new Validator().validate({ ...structuredClone(body) })).toEqual({ valid: true });
  const names = new Set(Object.keys(body.components.schemas));
  const references = JSON.stringify(body).matchAll(/"#\/components\/schemas\/(\w+)"/g);
  expect([...references].filter(([, name = '']) => !names.has(name))).toEqual([]);
  expect([...names]).toEqual(expect.arrayContaining(['Distro', 'Profile', 'System', 'ErrorReply']));
});

test('every operation has an id of its own; only three answer without a token', async () => {
  const { ask } = testApi();
  const { body } = await ask<Document>('GET', '/v1/openapi.json');
  const operations = Object.values(body.paths).flatMap((methods) => Object.values(methods));
  const ids = operations.map(({ operationId }) => operationId);
  expect(ids).not.toContain(undefined);
  expect(new Set(ids).size).toBe(ids.length);
  const open = operations.filter(({ security }) => security?.length === 0);
  expect(open.map(({ operationId }) => operationId).sort()).toEqual([
    'ca-certificate',
    'enrol',
    'health',
  ]);
});

test('schemas say what is required, and that MACs are text', async () => {
  const { ask } = testApi();
  const { body } = await ask<Document>('GET', '/v1/openapi.json');
  expect(body.components.schemas.System).toMatchObject({
    required: ['name', 'id', 'revision', 'createdAt', 'updatedAt'],
    properties: { macs: { type: 'array', items: { type: 'string' } } },
  });
});
