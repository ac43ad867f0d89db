import { type Api, type ApiAddress, APIS, loadApi } from './api.ts';
import { awsJson1_0, awsJson1_1 } from './awsJson.ts';
import { awsQuery, ec2Query, queryErrorResponse } from './awsQuery.ts';
import { openBody } from './body.ts';
import { credentialsOf } from './credentials.ts';
import type { Dispatch, WireRequest, WireResponse } from './message.ts';
import { type Addressed, type Protocol, toBytes, toText } from './protocol.ts';
import { addressRest, restJson } from './restJson.ts';
import { parseRpcPath, rpcV2Cbor } from './rpcV2Cbor.ts';
import { NotServed, type Serving } from './serving.ts';

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
 * The socket-free core of the wire: decodes a request of any served protocol, has it served, encodes the answer. What is not
 * served answers `UnknownOperationException` (400) naming it; an unexpected exception of a service answers
 * `InternalFailure` (500). Neither the host nor the signature of a request is looked at.
 */
export function createDispatch(serving: Serving, log: (message: string) => void): Dispatch {
  return async (request) => {
    const requestId = serving.newRequestId();
    const { accessKeyId, sessionToken } = credentialsOf(request);
    const opened = openBody(request);
    const located = await locate({ ...request, body: opened.body });
    if (located === undefined) return answerStranger(request, requestId, log);

    const { api, protocol, operationName, addressed } = located;
    const operation = addressed?.operation;
    return dated(
      await serving.serve(
        { api, operationName, operation, requestId, accessKeyId, sessionToken },
        {
          read: (known) => {
            if (opened.fault !== undefined) throw opened.fault;
            return protocol.decode(
              { ...request, body: opened.body },
              { operation: known, labels: addressed?.labels ?? {} },
            );
          },
          write: (known, output) => counted(protocol.encode(api, known, output, requestId)),
          refuse: (error) => counted(protocol.encodeError(api, error, requestId)),
          // An answer in bytes is one, but a document in an input may be what was parsed.
          copies: false,
        },
      ),
    );
  };
}

const counted = (response: WireResponse) => ({ answer: response, status: response.status });

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
