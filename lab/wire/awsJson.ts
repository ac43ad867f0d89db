import { JsonCodec } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { errorMembers, errorSchema, type Protocol, toBytes, toText } from './protocol.ts';
import { checkJson, isRecord } from './jsonCheck.ts';
import { DecodeFault } from './message.ts';

const codec = new JsonCodec({ timestampFormat: { useTrait: true, default: 7 }, jsonName: false });

/** awsJson 1.0 and 1.1: `X-Amz-Target` names the operation, input and output are the body, errors carry `__type`. */
function awsJson(version: '1.0' | '1.1'): Protocol {
  const headers = { 'content-type': `application/x-amz-json-${version}` };
  return {
    decode(request, { operation }) {
      if (operation.input.isUnitSchema()) return {};
      const text = toText(request.body);
      const value = parse(text === '' ? '{}' : text);
      return readJson(codec, operation.input, value);
    },

    encode(_api, operation, output, requestId) {
      return {
        status: 200,
        headers: { ...headers, 'x-amzn-requestid': requestId },
        body: toBytes(operation.output.isUnitSchema() ? '' : writeJson(codec, operation.output, output ?? {})),
      };
    },

    encodeError(api, error, requestId) {
      const modelled = errorSchema(api, error.code);
      const members = errorMembers(error, modelled);
      const written = modelled === undefined ? members : parse(writeJson(codec, modelled.schema, members));
      const type = `${api.schemas.namespace}#${modelled?.name ?? error.code}`;
      const side = error.status >= 500 ? 'Receiver' : 'Sender';
      return {
        status: error.status,
        headers: {
          ...headers,
          'x-amzn-requestid': requestId,
          ...(api.queryCompatible ? { 'x-amzn-query-error': `${modelled?.queryCode ?? error.code};${side}` } : {}),
        },
        body: toBytes(JSON.stringify({ __type: type, ...(isRecord(written) ? written : {}) })),
      };
    },
  };
}

export const awsJson1_0 = awsJson('1.0');
export const awsJson1_1 = awsJson('1.1');

/** Throws {@link DecodeFault} where the text is not JSON. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DecodeFault(`The request body is not JSON: ${String(error)}`);
  }
}

/** JSON in the SDK's shape. Throws {@link DecodeFault} where it is not of the schema's types. */
export function readJson(jsonCodec: JsonCodec, schema: NormalizedSchema, value: unknown, place?: string): unknown {
  checkJson(schema, value, place);
  try {
    const read: unknown = jsonCodec.createDeserializer().readObject(schema, value);
    return read;
  } catch (error) {
    throw new DecodeFault(`${place ?? 'The request'} cannot be read: ${String(error)}`);
  }
}

/** The JSON text of a value, or `null` where there is none. */
export function writeJson(jsonCodec: JsonCodec, schema: NormalizedSchema, value: unknown): string {
  const serializer = jsonCodec.createSerializer();
  serializer.write(schema, value);
  const written: unknown = serializer.flush();
  return typeof written === 'string' ? written : JSON.stringify(written ?? null);
}
