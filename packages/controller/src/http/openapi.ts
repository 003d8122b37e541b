import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import {
  Agent,
  Distro,
  EnrolmentReply,
  ErrorBody,
  Facts,
  Image,
  Job,
  Network,
  Plan,
  Profile,
  Repo,
  Settings,
  StoredFacts,
  System,
} from '@resole/protocol';
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
} from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AgentView, ErrorReply, ResolvedView, TemplateView, TokenView } from './views.ts';

/** Schemas that have a name in the OpenAPI document, so that generated clients have good types. */
const named = {
  Agent,
  AgentView,
  Distro,
  EnrolmentReply,
  Error: ErrorBody,
  ErrorReply,
  Facts,
  Image,
  Job,
  Network,
  Plan,
  Profile,
  Repo,
  Resolved: ResolvedView,
  Settings,
  StoredFacts,
  System,
  Template: TemplateView,
  Token: TokenView,
} as const;

const schemaRegistry = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries(named)) schemaRegistry.add(schema, { id });

const nameAll = createJsonSchemaTransformObject({ schemaRegistry });

/** The parts of a document that are looked at here. */
interface Named {
  paths?: object;
  components?: { schemas?: Record<string, object> };
}

/** Every name that a document mentions, directly or through what it mentions. */
const mentioned = (document: object, schemas: Record<string, object>): Set<string> => {
  const names = new Set<string>();
  const visit = (part: object): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      const schema = schemas[name];
      if (names.has(name) || schema === undefined) continue;
      names.add(name);
      visit(schema);
    }
  };
  visit(document);
  return names;
};

/** How routes and their zod schemas become the OpenAPI document of `GET /v1/openapi.json`. */
export const openapiOptions = (version: string): FastifyDynamicSwaggerOptions => ({
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Resole',
      version,
      description: 'Reinstalls servers that already exist.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    components: { securitySchemes: { admin: { type: 'http', scheme: 'bearer' } } },
    security: [{ admin: [] }],
  },
  transform: createJsonSchemaTransform({ schemaRegistry }),
  transformObject: (input) => {
    const document = nameAll(input);
    const { paths, components }: Named = document;
    const schemas = components?.schemas ?? {};
    const names = mentioned(paths ?? {}, schemas);
    for (const name of Object.keys(schemas)) if (!names.has(name)) delete schemas[name];
    return document;
  },
});
