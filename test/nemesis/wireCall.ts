import { cbor } from '@smithy/core/cbor';
import type { WireRequest } from '../../lab/wire/message.ts';

/** A request for what it asks, whatever protocol it speaks. */
export interface WireCall {
  /** As signed for: `ecs`, `elasticloadbalancing`, `dynamodb`; empty for an unsigned request. */
  service: string;
  /** `UpdateService`; of App Mesh, which is addressed by path, `PUT /v20190125/meshes/…`. */
  operation: string;
  /** Who signed it. */
  accessKeyId: string;
  /** What it asks with: JSON's or CBOR's members, a form's flat ones, and nothing of App Mesh's beyond its path. */
  input: Readonly<Record<string, unknown>>;
}

const CREDENTIAL = /Credential=([^/,\s]+)\/[^/,\s]+\/[^/,\s]+\/([^/,\s]+)/;
const RPC_PATH = /\/operation\/(\w+)$/;

export function wireCallOf({ method, path, headers, body }: WireRequest): WireCall {
  const [, accessKeyId = '', service = ''] = CREDENTIAL.exec(headers['authorization'] ?? '') ?? [];
  const text = () => Buffer.from(body).toString('utf8');
  const target = headers['x-amz-target'];
  if (target !== undefined) {
    const input = JSON.parse(text() || '{}') as Record<string, unknown>;
    return { accessKeyId, service, operation: target.split('.').at(-1) ?? '', input };
  }
  const rpc = RPC_PATH.exec(path)?.[1];
  if (rpc !== undefined) {
    const input = body.byteLength === 0 ? {} : (cbor.deserialize(body) as Record<string, unknown>);
    return { accessKeyId, service, operation: rpc, input };
  }
  if ((headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
    const { Action = '', Version: _version, ...input } = Object.fromEntries(new URLSearchParams(text()));
    return { accessKeyId, service, operation: Action, input };
  }
  return { accessKeyId, service, operation: `${method} ${decodeURIComponent(path)}`, input: {} };
}

/** Whether an operation only reads, by AWS's own naming and by HTTP's. */
export const isReading = (operation: string): boolean =>
  /^(Describe|List|Get|Query|BatchGet|Discover|GET )/.test(operation);
