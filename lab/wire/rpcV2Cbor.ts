import { cbor, CborCodec } from '@smithy/core/cbor';
import { checkCbor } from './jsonCheck.ts';
import { DecodeFault } from './message.ts';
import { errorMembers, errorSchema, type Protocol } from './protocol.ts';

const codec = new CborCodec();
const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };

/** The schema of a value that describes itself; error bodies are one, since they carry `__type` beside their members. */
const DOCUMENT = 15;

/** smithy RPC v2 with CBOR: what the AWS CLI and the Go SDK speak to CloudWatch, where the JavaScript SDK speaks JSON. */
export const rpcV2Cbor: Protocol = {
  decode(request, { operation }) {
    if (operation.input.isUnitSchema() || request.body.byteLength === 0) return {};
    try {
      const value: unknown = cbor.deserialize(request.body);
      checkCbor(operation.input, value);
      const input: unknown = codec.createDeserializer().read(operation.input, request.body);
      return input ?? {};
    } catch (error) {
      if (error instanceof DecodeFault) throw error;
      throw new DecodeFault(`The request body is not CBOR of ${operation.input.getName()}: ${String(error)}`);
    }
  },

  encode(_api, operation, output, requestId) {
    const unit = operation.output.isUnitSchema();
    return {
      status: 200,
      headers: { ...headers, 'x-amzn-requestid': requestId },
      body: unit ? new Uint8Array() : write(operation.output, output ?? {}),
    };
  },

  encodeError(api, error, requestId) {
    const modelled = errorSchema(api, error.code);
    const type = `${api.schemas.namespace}#${modelled?.name ?? error.code}`;
    const side = error.status >= 500 ? 'Receiver' : 'Sender';
    return {
      status: error.status,
      headers: {
        ...headers,
        'x-amzn-requestid': requestId,
        ...(api.queryCompatible ? { 'x-amzn-query-error': `${modelled?.queryCode ?? error.code};${side}` } : {}),
      },
      body: write(DOCUMENT, { __type: type, ...errorMembers(error, modelled) }),
    };
  },
};

/** The operation that an RPC v2 path names: `/service/GraniteServiceVersion20100801/operation/DescribeAlarms`. */
export function parseRpcPath(path: string): { service: string; operationName: string } | undefined {
  const match = /^\/service\/([^/]+)\/operation\/([^/]+)\/?$/.exec(path);
  return match?.[1] && match[2] ? { service: match[1], operationName: match[2] } : undefined;
}

function write(schema: Parameters<ReturnType<CborCodec['createSerializer']>['write']>[0], value: unknown): Uint8Array {
  const serializer = codec.createSerializer();
  serializer.write(schema, value);
  return serializer.flush();
}
