import { expect, test } from 'vitest';
import { decodeHealthResponse, encodeHealthRequest } from './healthMessage.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

test('a request is framed, with the name in field 1 or nothing at all', () => {
  expect(encodeHealthRequest('')).toEqual(bytes('00 00000000'));
  expect(encodeHealthRequest('a.B')).toEqual(bytes('00 00000005 0a 03 612e42'));
  const long = encodeHealthRequest('x'.repeat(200));
  expect(long.subarray(0, 8)).toEqual(bytes('00 000000cb 0a c801'));
  expect(long).toHaveLength(208);
});

test.each<[string, string, number]>([
  ['nothing, which is UNKNOWN', '00 00000000', 0],
  ['SERVING', '00 00000002 0801', 1],
  ['the last of two', '00 00000004 0802 0801', 1],
  ['a status of more bytes', '00 00000003 08 ac02', 300],
  ['a negative status', '00 0000000b 08 ffffffffffffffffff01', -1],
  ['SERVING among fields of later versions', '00 00000016 1001 1905060708090a0b0c 1a02abcd 2501020304 0801', 1],
])('a response has %s', (_what, hex, status) => {
  expect(decodeHealthResponse(bytes(hex))).toBe(status);
});

test.each<[string, string]>([
  ['nothing', ''],
  ['half a frame', '00 000000'],
  ['a compressed message', '01 00000002 0801'],
  ['a message that is cut short', '00 00000003 0801'],
  ['two messages', '00 00000002 0801 00 00000002 0801'],
  ['a status that is a text', '00 00000003 0a 01 61'],
  ['a number without an end', '00 0000000c 08 ffffffffffffffffffff01'],
  ['a number that is cut off', '00 00000002 08ff'],
  ['a field 0', '00 00000002 0001'],
  ['a group', '00 00000002 0b0c'],
  ['a text longer than the message', '00 00000003 12 7f 61'],
  ['a text of an absurd length', '00 0000000b 12 ffffffffffffffffff01'],
])('%s is no response', (_what, hex) => {
  expect(decodeHealthResponse(bytes(hex))).toBeUndefined();
});
