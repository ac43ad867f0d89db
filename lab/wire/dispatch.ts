import { AwsError } from '../errors.ts';
import type { Random } from '../random.ts';
import type { Service, ServiceId } from '../services/service.ts';
import { type Api, type ApiAddress, APIS, loadApi } from './api.ts';
import { awsJson1_0, awsJson1_1 } from './awsJson.ts';
import { awsQuery, ec2Query, queryErrorResponse } from './awsQuery.ts';
import { openBody } from './body.ts';
import { checkLimits } from './limits/checkLimits.ts';
import { ConnectionLost, DecodeFault, type Dispatch, type WireRequest, type WireResponse } from './message.ts';
import { type Addressed, type Protocol, toBytes, toText } from './protocol.ts';
import { addressRest, restJson } from './restJson.ts';
import { parseRpcPath, rpcV2Cbor } from './rpcV2Cbor.ts';

/** One call as it ended, for counting. */
export interface CallSeen {
  service: ServiceId | 'dynamodb';
  operation: string;
  /** HTTP status; 0 where the connection was lost without an answer. */
  status: number;
  /** `undefined` for a success. */
  errorCode: string | undefined;
  /** From the request's signature; empty for an unsigned request. */
  accessKeyId: string;
}

/** What becomes of a call before its service sees it. */
export type Admission = { kind: 'admit' } | { kind: 'refuse'; error: AwsError } | { kind: 'hangUp'; reason: string };

export interface DispatchOptions {
  services: readonly Service[];
  /** Request ids are drawn from it. */
  random: Random;
  /** Told what the lab does not serve, and every fault of the lab itself. */
  log: (message: string) => void;
  admit?: (service: ServiceId, operation: string) => Admission;
  onCall?: (call: CallSeen) => void;
}

/** A request of which it is known whose it is. */
interface Located {
  api: Api;
  protocol: Protocol;
  operationName: string;
  /** `undefined` where the API has no such operation. */
  addressed: Addressed | undefined;
}

const PROTOCOLS: Readonly<Record<Api['protocol'], Protocol>> = {
  awsJson1_0,
  awsJson1_1,
  awsQuery,
  ec2Query,
  restJson,
};

/**
 * The socket-free core of the wire: decodes a request of any served protocol, holds it to the API's limits, calls the service,
 * encodes its answer. What is not served answers `UnknownOperationException` (400) naming it; an unexpected exception of a service answers
 * `InternalFailure` (500). Neither the host nor the signature of a request is looked at.
 */
export function createDispatch(options: DispatchOptions): Dispatch {
  const services = new Map(options.services.map((service) => [service.id, service]));

  return async (request) => {
    const requestId = newRequestId(options.random);
    const accessKeyId = /Credential=([^/,\s]+)/.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
    const opened = openBody(request);
    const located = await locate({ ...request, body: opened.body });
    if (located === undefined) return answerStranger(request, requestId, options.log);

    const { api, protocol, operationName } = located;
    const seen = (status: number, errorCode: string | undefined) =>
      options.onCall?.({ service: api.id, operation: operationName, status, errorCode, accessKeyId });
    try {
      admit(options, api.id, operationName);
      const { operation, addressed } = find(services.get(api.id), located);
      if (opened.fault !== undefined) throw opened.fault;
      const input = protocol.decode({ ...request, body: opened.body }, addressed);
      checkLimits(api, addressed.operation, input);
      const output = await operation(input, { requestId, accessKeyId });
      const response = protocol.encode(api, addressed.operation, output, requestId);
      seen(response.status, undefined);
      return dated(response);
    } catch (error) {
      if (error instanceof ConnectionLost) {
        seen(0, error.code);
        throw error;
      }
      const awsError = asAwsError(error, `${api.id} ${operationName}`, options.log);
      const response = protocol.encodeError(api, awsError, requestId);
      seen(response.status, awsError.code);
      return dated(response);
    }
  };
}

function admit(options: DispatchOptions, service: ServiceId, operation: string): void {
  const admission = options.admit?.(service, operation) ?? { kind: 'admit' };
  switch (admission.kind) {
    case 'admit':
      return;
    case 'refuse':
      throw admission.error;
    case 'hangUp':
      throw new ConnectionLost(admission.reason);
  }
}

/** The operation to call. Throws `UnknownOperationException` where the API has none such or the lab does not serve it. */
function find(service: Service | undefined, { api, operationName, addressed }: Located) {
  const operation =
    service !== undefined && Object.hasOwn(service.operations, operationName)
      ? service.operations[operationName]
      : undefined;
  if (addressed === undefined || operation === undefined) {
    const served = Object.keys(service?.operations ?? {}).sort();
    throw new NotServed(
      `${api.id} ${operationName} is not served; nothing was done. Of ${api.id} the lab serves ` +
        (served.length === 0 ? 'nothing' : served.join(', ')),
    );
  }
  return { operation, addressed };
}

class NotServed extends AwsError {
  constructor(what: string) {
    super('UnknownOperationException', `lab: ${what}.`);
  }
}

function asAwsError(error: unknown, what: string, log: (message: string) => void): AwsError {
  if (error instanceof NotServed) log(error.message);
  if (error instanceof AwsError) return error;
  if (error instanceof DecodeFault) return new AwsError('SerializationException', error.message);
  const fault = error instanceof Error ? error : new Error(String(error));
  log(`lab: fault in ${what}: ${fault.stack ?? fault.message}`);
  return new AwsError('InternalFailure', `lab: fault in ${what}: ${fault.message}`, { status: 500 });
}

/** Whose request this is: by target header, by `Action` and `Version` of a form, or by path. */
async function locate(request: WireRequest): Promise<Located | undefined> {
  const target = request.headers['x-amz-target'];
  if (target !== undefined) {
    const [prefix, operationName = ''] = target.split('.');
    const api = await addressed((candidate) => candidate.targetPrefix === prefix);
    return api && rpc(api, PROTOCOLS[api.protocol], operationName);
  }
  const rpcPath = parseRpcPath(request.path);
  if (rpcPath !== undefined) {
    const api = await addressed(({ targetPrefix }) => targetPrefix === rpcPath.service);
    return api && rpc(api, rpcV2Cbor, rpcPath.operationName);
  }
  const byPath = await addressed(({ pathPrefix }) => pathPrefix !== undefined && request.path.startsWith(pathPrefix));
  if (byPath !== undefined) {
    const found = addressRest(byPath, request);
    const operationName = found?.operation.name ?? `${request.method} ${request.path}`;
    return { api: byPath, protocol: restJson, operationName, addressed: found };
  }
  const form = isForm(request) ? new URLSearchParams(toText(request.body)) : request.query;
  const action = form.get('Action') ?? request.query.get('Action');
  if (action === null) return undefined;
  const version = form.get('Version') ?? request.query.get('Version');
  const api = await addressed((candidate) => candidate.queryVersion === version);
  return api && rpc(api, api.protocol === 'ec2Query' ? ec2Query : awsQuery, action);
}

async function addressed(matches: (candidate: ApiAddress) => boolean): Promise<Api | undefined> {
  const address = Object.values(APIS).find(matches);
  return address && loadApi(address);
}

function rpc(api: Api, protocol: Protocol, operationName: string): Located {
  const operation = api.schemas.operations.get(operationName);
  return { api, protocol, operationName, addressed: operation && { operation, labels: {} } };
}

function isForm(request: WireRequest): boolean {
  return (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
}

/** Those of the APIs that speak restXml which people reach for; their clients read no JSON. */
const REST_XML = new Set(['s3', 'route53', 'cloudfront']);

/** Answers a request of an API that the lab does not know: in XML where its client speaks a query protocol or restXml, else in JSON. */
function answerStranger(request: WireRequest, requestId: string, log: (message: string) => void): WireResponse {
  const signedFor = /Credential=[^/]+\/[^/]+\/[^/]+\/([^/]+)\//.exec(request.headers['authorization'] ?? '')?.[1];
  const what = request.headers['x-amz-target'] ?? `${request.method} ${request.path}`;
  const whose = signedFor === undefined ? '' : ` (signed for the service '${signedFor}')`;
  const error = new NotServed(`${what}${whose} is of no API that the lab serves; nothing was done`);
  log(error.message);
  if (isForm(request) || REST_XML.has(signedFor ?? '')) return dated(queryErrorResponse(error, requestId));
  return dated({
    status: 400,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': error.code,
    },
    body: toBytes(JSON.stringify({ __type: error.code, message: error.message })),
  });
}

/** Clients correct their clock by this header (row K10), and signing is done in real time. */
function dated(response: WireResponse): WireResponse {
  return { ...response, headers: { ...response.headers, date: new Date().toUTCString() } };
}

function newRequestId(random: Random): string {
  return [8, 4, 4, 4, 12].map((length) => random.hex(length)).join('-');
}
