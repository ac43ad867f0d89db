import { gunzipSync } from 'node:zlib';
import { AwsError } from '../errors.ts';
import type { WireRequest } from './message.ts';

/** Four times what any API here takes, DynamoDB aside, which reads its bodies itself: CloudWatch takes 1 MiB of datapoints. */
const BODY_MAX_BYTES = 4 * 2 ** 20;

/** A request's body without its content encoding. Where there is a fault it is empty. */
export interface OpenedBody {
  body: Uint8Array;
  /** What to answer instead of looking at the body. */
  fault: AwsError | undefined;
}

/** Nothing is inflated beyond what would be read, so that a small request cannot take all memory. */
export function openBody({ headers, body }: WireRequest): OpenedBody {
  if (body.byteLength > BODY_MAX_BYTES) return closed(tooLarge());
  if (headers['content-encoding'] !== 'gzip') return { body, fault: undefined };
  try {
    return { body: gunzipSync(body, { maxOutputLength: BODY_MAX_BYTES }), fault: undefined };
  } catch (error) {
    const isTooLarge = error instanceof RangeError;
    return closed(isTooLarge ? tooLarge() : new AwsError('SerializationException', 'The request body is not gzip'));
  }
}

function closed(fault: AwsError): OpenedBody {
  return { body: new Uint8Array(), fault };
}

function tooLarge(): AwsError {
  const message = `lab: the request body has more than ${BODY_MAX_BYTES} bytes; nothing was done.`;
  return new AwsError('RequestEntityTooLargeException', message, { status: 413 });
}
