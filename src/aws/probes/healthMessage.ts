/**
 * The two messages of grpc.health.v1, one field each, and the frame that gRPC puts around them. Small enough that a library for
 * protocol buffers would be the larger risk.
 */

/** Flag and length, before each message. */
const FRAME_BYTES = 5;

/** Field 1, a text. */
const SERVICE_TAG = 0x0a;

/** A HealthCheckRequest, framed. An empty name asks for the whole server. */
export function encodeHealthRequest(service: string): Buffer {
  const name = Buffer.from(service, 'utf8');
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([SERVICE_TAG]), varint(name.length), name]);
  const frame = Buffer.alloc(FRAME_BYTES);
  frame.writeUInt32BE(message.length, 1);
  return Buffer.concat([frame, message]);
}

/** The status in a framed HealthCheckResponse; `undefined` for bytes that are none, or more than one. */
export function decodeHealthResponse(bytes: Buffer): number | undefined {
  // A compressed message was not asked for.
  if (bytes.length < FRAME_BYTES || bytes[0] !== 0) return undefined;
  const message = bytes.subarray(FRAME_BYTES);
  return message.length === bytes.readUInt32BE(1) ? statusOf(message) : undefined;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left > 0x7f; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) | 0x80);
  return Buffer.from([...bytes, left]);
}

/** What is not sent is 0; what a later version adds is passed over. */
function statusOf(message: Buffer): number | undefined {
  let status = 0;
  for (let at = 0; at < message.length; ) {
    const tag = readVarint(message, at);
    if (tag === undefined) return undefined;
    const [field, type] = [tag.value >> 3n, Number(tag.value & 7n)];
    const end = endOf(type, message, tag.end);
    if (field === 0n || end === undefined || end > message.length) return undefined;
    if (field === 1n) {
      const value = type === 0 ? readVarint(message, tag.end) : undefined;
      if (value === undefined) return undefined;
      status = Number(BigInt.asIntN(32, value.value));
    }
    at = end;
  }
  return status;
}

/** Where a field's value ends, by its wire type; groups are not known. */
function endOf(type: number, message: Buffer, at: number): number | undefined {
  switch (type) {
    case 0:
      return readVarint(message, at)?.end;
    case 1:
      return at + 8;
    case 2: {
      const length = readVarint(message, at);
      return length === undefined ? undefined : length.end + Number(length.value);
    }
    case 5:
      return at + 4;
    default:
      return undefined;
  }
}

const VARINT_BYTES_MAX = 10;

function readVarint(bytes: Buffer, from: number): { value: bigint; end: number } | undefined {
  let value = 0n;
  for (let index = 0; index < VARINT_BYTES_MAX; index += 1) {
    const byte = bytes[from + index];
    if (byte === undefined) return undefined;
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return { value, end: from + index + 1 };
  }
  return undefined;
}
