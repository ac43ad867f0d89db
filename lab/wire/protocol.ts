import type { AwsError } from '../errors.ts';
import type { Api } from './api.ts';
import type { WireRequest, WireResponse } from './message.ts';
import type { ErrorSchema, OperationSchema } from './schemas.ts';

/** A request whose operation is known. */
export interface Addressed {
  operation: OperationSchema;
  /** What the URI's labels matched, by member name, still percent-encoded; empty but for the REST protocols. */
  labels: Readonly<Record<string, string>>;
}

/** One wire protocol of AWS. Stateless; a value for each of the SDK's protocol classes. */
export interface Protocol {
  /** Input of the operation, in the SDK's shape. Throws {@link DecodeFault}. */
  decode(request: WireRequest, addressed: Addressed): unknown;
  encode(api: Api, operation: OperationSchema, output: unknown, requestId: string): WireResponse;
  encodeError(api: Api, error: AwsError, requestId: string): WireResponse;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: false });

export const toBytes = (text: string): Uint8Array => encoder.encode(text);
export const toText = (bytes: Uint8Array): string => decoder.decode(bytes);

/** The modelled error of a code. Services throw shape names; a query code is accepted as well. */
export function errorSchema(api: Api, code: string): ErrorSchema | undefined {
  const byName = api.schemas.errors.get(code);
  if (byName !== undefined) return byName;
  for (const candidate of api.schemas.errors.values()) if (candidate.queryCode === code) return candidate;
  return undefined;
}

/** Values of the error's modelled members: its message under the member that the model names, and what the service added. */
export function errorMembers(error: AwsError, modelled: ErrorSchema | undefined): Record<string, unknown> {
  const capital = modelled !== undefined && 'Message' in modelled.schema.getMemberSchemas();
  return { ...error.members, [capital ? 'Message' : 'message']: error.message };
}
