import type { WireResponse } from './wire/message.ts';

export const bodyOf = (response: WireResponse): object =>
  JSON.parse(Buffer.from(response.body).toString('utf8')) as object;

/** The same answer with another body, and without the sum of the one before, which clients would check. */
export function withBody(response: WireResponse, content: object): WireResponse {
  const body = Buffer.from(JSON.stringify(content));
  const headers = Object.fromEntries(Object.entries(response.headers).filter(([name]) => name !== 'x-amz-crc32'));
  if (headers['content-length'] !== undefined) headers['content-length'] = String(body.byteLength);
  return { ...response, headers, body };
}

/** The answer with more told of its table, where it succeeded and has one. */
export function withTable(response: WireResponse, told: object): WireResponse {
  if (response.status !== 200) return response;
  const body = Object.entries(bodyOf(response)).map(([name, value]) => [
    name,
    name === 'Table' || name === 'TableDescription' ? { ...(value as object), ...told } : (value as unknown),
  ]);
  return withBody(response, Object.fromEntries(body) as object);
}
