import { z } from 'zod';
import { askedFor, PROBES_MAX, type Probe } from '../probes.ts';
import { section, unique } from './building.ts';
import { ECS_NAME } from './names.ts';

const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, 'must be the name of an HTTP header')
  .transform((name) => name.toLowerCase());

/** RFC 6901. */
const pointer = z
  .string()
  .max(500, 'must be at most 500 characters')
  .regex(/^(\/([^~]|~[01])*)?$/, 'must be a JSON pointer, e.g. /status or /checks/0/name');

const scalar = z.union(
  [z.string(), z.number(), z.boolean(), z.null()],
  'must be a text, a number, true, false or null: name what is inside a map or a list by its own pointer',
);

const parity = section({
  headers: unique(headerName, (name) => name, 'header')
    .default([])
    .describe('Names of headers that must be alike. Default none.'),
  ignore: unique(pointer, (one) => `"${one}"`, 'pointer')
    .default([])
    .describe('JSON pointers of what in the body may differ. Default none.'),
});

const expectation = section({
  status: z
    .int('must be an HTTP status')
    .min(100, 'must be an HTTP status')
    .max(599, 'must be an HTTP status')
    .default(200)
    .describe('Status of the answer. Redirects are not followed. Default 200.'),
  headers: z.record(headerName, z.string()).default({}).describe('Headers of the answer, letter by letter.'),
  json: z.record(pointer, scalar).default({}).describe('What is in the JSON body, by JSON pointer.'),
});

const grpc = section({
  service: z
    .string()
    .max(200, 'must be at most 200 characters')
    .regex(/^[!-~]*$/, 'must be the name of a gRPC service, e.g. my.package.Orders')
    .default('')
    .describe(
      'Whose health is asked for, as the server registers it, e.g. my.package.Orders. Default the whole server.',
    ),
});

const probe = section({
  service: z
    .string()
    .regex(ECS_NAME, 'must be the name of an ECS service: letters, digits, "-" and "_"')
    .describe('Name of the blue ECS service of an entry, through whose listener the probe is sent.'),
  path: z
    .string()
    .max(1024, 'must be at most 1024 characters')
    .regex(/^\/[!-"$-~]*$/, 'must be a path as a browser would send it: it begins with /, without spaces and "#"')
    .optional()
    .describe('Path of the GET request, with its query where it has one.'),
  grpc: grpc
    .optional()
    .describe('Instead of path: gRPC health (grpc.health.v1.Health/Check), which must be answered with SERVING.'),
  host: z
    .string()
    .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/, 'must be the name of a host')
    .optional()
    .describe("Host header of the request. Default the entry's own, where its rule names one without wildcards."),
  expect: expectation.optional().describe('What green must answer. Default status 200. Not with grpc.'),
  parity: z
    .union([z.boolean(), parity], 'must be true, or a map of headers and ignore')
    .default(false)
    .describe(
      'Whether blue must answer the same request alike: status, body, and the headers that are named. Default no.',
    ),
}).transform(({ service, host = null, path, grpc: health, expect, parity: wanted }, context): Probe => {
  const refuse = (at: string[], message: string): never => {
    context.addIssue({ code: 'custom', path: at, message });
    return z.NEVER;
  };
  if (path !== undefined && health === undefined) {
    const like = wanted === true ? { headers: [], ignore: [] } : wanted === false ? null : wanted;
    return { service, path, host, expect: expect ?? expectation.parse({}), parity: like };
  }
  if (health === undefined || path !== undefined) {
    return refuse([], 'must have either path, for an HTTP request, or grpc, for gRPC health, and not both');
  }
  if (expect !== undefined) {
    return refuse(['expect'], 'is for HTTP alone: with grpc the answer must be SERVING. Leave it out');
  }
  if (typeof wanted !== 'boolean') {
    return refuse(['parity'], 'must be true or false with grpc: a health has neither headers nor a body');
  }
  return { service, host, grpc: health, parity: wanted };
});

export const probes = unique(probe, (one) => `${one.service} ${one.host ?? ''}${askedFor(one)}`, 'probe')
  .max(PROBES_MAX, `must list at most ${PROBES_MAX} probes`)
  .default([])
  .describe('Requests that green must answer as expected before it has any weight. Default none.');
