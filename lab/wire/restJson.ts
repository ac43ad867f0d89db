import { JsonCodec } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { Api } from './api.ts';
import { parse, readJson, writeJson } from './awsJson.ts';
import { readScalar } from './awsQuery.ts';
import { checkJson, isRecord } from './jsonCheck.ts';
import { type Addressed, errorMembers, errorSchema, type Protocol, toBytes, toText } from './protocol.ts';
import { DecodeFault, type WireRequest } from './message.ts';

const codec = new JsonCodec({ timestampFormat: { useTrait: true, default: 7 }, jsonName: true });

/** restJson1: method and URI name the operation; labels, query, headers and body carry the input as its traits say. */
export const restJson: Protocol = {
  decode(request, { operation, labels }) {
    const body = readBody(request, operation.input);
    const input: Record<string, unknown> = {};
    for (const [name, member] of operation.input.structIterator()) {
      const value = readMember(request, labels, body, name, member);
      if (value !== undefined) input[name] = value;
    }
    return input;
  },

  encode(_api, operation, output, requestId) {
    const headers: Record<string, string> = { 'content-type': 'application/json', 'x-amzn-requestid': requestId };
    const record = isRecord(output) ? output : {};
    let text = operation.output.isUnitSchema() ? '' : writeJson(codec, operation.output, record);
    for (const [name, member] of operation.output.structIterator()) {
      const traits = member.getMergedTraits();
      if (traits.httpPayload) text = writeJson(codec, member, record[name]);
      else if (traits.httpHeader !== undefined && typeof record[name] === 'string') {
        headers[traits.httpHeader.toLowerCase()] = record[name];
      }
    }
    return { status: operation.http?.status ?? 200, headers, body: toBytes(text) };
  },

  encodeError(api, error, requestId) {
    const modelled = errorSchema(api, error.code);
    const members = errorMembers(error, modelled);
    return {
      status: error.status === 400 ? (modelled?.status ?? 400) : error.status,
      headers: {
        'content-type': 'application/json',
        'x-amzn-requestid': requestId,
        'x-amzn-errortype': modelled?.name ?? error.code,
      },
      body: toBytes(modelled === undefined ? JSON.stringify(members) : writeJson(codec, modelled.schema, members)),
    };
  },
};

/** Finds the operation whose method and URI pattern match; `undefined` where none does. */
export function addressRest(api: Api, request: WireRequest): Addressed | undefined {
  const segments = splitPath(request.path);
  for (const operation of api.schemas.operations.values()) {
    if (operation.http?.method !== request.method) continue;
    const labels = matchSegments(splitPath(operation.http.uri), segments);
    if (labels !== undefined) return { operation, labels };
  }
  return undefined;
}

function splitPath(path: string): string[] {
  return (path.split('?')[0] ?? '').split('/').filter((segment) => segment !== '');
}

function matchSegments(pattern: string[], segments: string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? '';
    const label = /^\{(\w+)\+?\}$/.exec(expected)?.[1];
    if (label !== undefined) labels[label] = segment;
    else if (expected !== segment) return undefined;
  }
  return labels;
}

function decodeLabel(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new DecodeFault(`'${segment}' in the path is not percent-encoded UTF-8`);
  }
}

function readBody(request: WireRequest, input: NormalizedSchema): Record<string, unknown> {
  const text = toText(request.body);
  if (text === '') return {};
  const value = parse(text);
  const payload = [...input.structIterator()].find(([, member]) => member.getMergedTraits().httpPayload);
  if (payload !== undefined) return { [payload[0]]: value };
  checkJson(input, value);
  return isRecord(value) ? value : {};
}

function readMember(
  request: WireRequest,
  labels: Readonly<Record<string, string>>,
  body: Record<string, unknown>,
  name: string,
  member: NormalizedSchema,
): unknown {
  const traits = member.getMergedTraits();
  if (traits.httpLabel) {
    const label = labels[name];
    return label === undefined ? undefined : readScalar(member, decodeLabel(label), name);
  }
  if (traits.httpQuery !== undefined) {
    const values = request.query.getAll(traits.httpQuery);
    if (values.length === 0) return undefined;
    if (member.isListSchema()) return values.map((value) => readScalar(member.getValueSchema(), value, name));
    return readScalar(member, values[0] ?? '', name);
  }
  if (traits.httpHeader !== undefined) {
    const header = request.headers[traits.httpHeader.toLowerCase()];
    return header === undefined ? undefined : readScalar(member, header, name);
  }
  const value = body[traits.jsonName ?? name];
  if (value === undefined || value === null) return undefined;
  return readJson(codec, member, value, name);
}
