import { z } from 'zod';
import type { NounService } from '../inventory/service.ts';
import type { Api } from './api.ts';
import {
  bodyCheckedByInventory,
  findQueryOf,
  RefParams,
  RemoveQuery,
  ResolvedQuery,
  RevisionHeaders,
  revisionOf,
} from './validation.ts';
import { ErrorReply, removalOf } from './views.ts';

interface Reply {
  revision?: number | undefined;
}

interface Noun {
  /** Last part of the address, and the group in the documentation: `profiles`. */
  path: string;
  /** `profile` */
  noun: string;
  /** What an operator may write. */
  input: z.ZodObject;
  reply: z.ZodType<Reply>;
  service: NounService<Reply>;
  /** For nouns that inherit: what `show` says with `resolved`. */
  resolved?: { reply: z.ZodType; of(ref: string): Promise<object> };
}

/** An edit: any of the fields, null to take one away. */
export const patchOf = (input: z.ZodObject): z.ZodObject =>
  z.strictObject({
    ...Object.fromEntries(
      Object.entries(input.shape).map(([name, field]) => [
        name,
        z.nullable(field as z.ZodType).optional(),
      ]),
    ),
    revision: z.int().positive().optional(),
  });

/** The routes that every noun of the inventory has. */
export const crudRoutes = (
  app: Api,
  { path, noun, input, reply, service, resolved }: Noun,
): void => {
  const url = `/v1/${path}`;
  const one = `${url}/:ref`;
  const tags = [path];
  const answers = { 200: reply, default: ErrorReply };
  const etag = ({ revision }: Reply) => (revision === undefined ? {} : { etag: `"${revision}"` });

  app.get(
    url,
    {
      schema: {
        tags,
        operationId: `list-${path}`,
        summary: `All ${path}, or those whose fields are as the query says, as in ?name=web*`,
        querystring: findQueryOf(input),
        response: { 200: z.array(reply), default: ErrorReply },
      },
    },
    async (request) => {
      const { query } = request;
      return Object.keys(query).length === 0 ? service.list() : service.find(query);
    },
  );

  app.post(
    url,
    {
      validatorCompiler: bodyCheckedByInventory,
      schema: {
        tags,
        operationId: `add-${noun}`,
        summary: `Add a ${noun}`,
        body: input,
        response: { 201: reply, default: ErrorReply },
      },
    },
    async (request, response) => {
      const added = await service.add(request.body);
      return response.code(201).headers(etag(added)).send(added);
    },
  );

  app.get(
    one,
    {
      schema: {
        tags,
        operationId: `show-${noun}`,
        summary: `One ${noun}, by id or name${resolved === undefined ? '' : '; resolved: with all that it inherits, each value with the object that it came from'}`,
        params: RefParams,
        querystring: resolved === undefined ? z.strictObject({}) : ResolvedQuery,
        response: {
          200: resolved === undefined ? reply : z.union([reply, resolved.reply]),
          default: ErrorReply,
        },
      },
    },
    async (request, response) => {
      const { ref } = request.params;
      if (
        resolved !== undefined &&
        'resolved' in request.query &&
        request.query.resolved === true
      ) {
        return response.send(await resolved.of(ref));
      }
      const found = await service.show(ref);
      return response.headers(etag(found)).send(found);
    },
  );

  app.patch(
    one,
    {
      validatorCompiler: bodyCheckedByInventory,
      schema: {
        tags,
        operationId: `edit-${noun}`,
        summary: `Set fields of a ${noun}; null takes one away`,
        params: RefParams,
        headers: RevisionHeaders,
        body: patchOf(input),
        response: answers,
      },
    },
    async (request, response) => {
      const { params, body, headers } = request;
      const edited = await service.edit(params.ref, body, revisionOf(headers));
      return response.headers(etag(edited)).send(edited);
    },
  );

  app.post(
    `${one}/copy`,
    {
      validatorCompiler: bodyCheckedByInventory,
      schema: {
        tags,
        operationId: `copy-${noun}`,
        summary: `Add a ${noun} like this one; the body has the new name, and fields to set or take away`,
        params: RefParams,
        body: patchOf(input),
        response: { 201: reply, default: ErrorReply },
      },
    },
    async (request, response) => {
      const copied = await service.copy(request.params.ref, request.body);
      return response.code(201).headers(etag(copied)).send(copied);
    },
  );

  app.delete(
    one,
    {
      schema: {
        tags,
        operationId: `remove-${noun}`,
        summary: `Remove a ${noun} that nothing depends on, or with recursive what depends on it too`,
        params: RefParams,
        querystring: RemoveQuery,
        headers: RevisionHeaders,
        response: { 200: removalOf(reply), default: ErrorReply },
      },
    },
    async (request) => {
      const { params, query, headers } = request;
      return service.remove(params.ref, { ...query, revision: revisionOf(headers) });
    },
  );
};
