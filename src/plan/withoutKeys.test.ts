import { expect, test } from 'vitest';
import { leaveKeysOut, withoutKeys } from './withoutKeys.ts';

const KEY_ID = 'ASIAIOSFODNN7EXAMPLE';
const SECRET_KEY = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const TOKEN = `FwoGZXIvYXdzEPLANTED${'a1B2c3D4'.repeat(30)}==`;

test.each([
  [
    'a signature that AWS does not accept',
    `The Canonical String for this request should have been\n'POST\n/\n\nhost:ecs\nx-amz-date:20261129T000000Z\nx-amz-security-token:${TOKEN}\n\nhost;x-amz-date`,
  ],
  ['an authorization', `Authorization=AWS4-HMAC-SHA256 Credential=${KEY_ID}/20261129/x, Signature=0123456789abcdef`],
  ['a query string', `https://sts/?X-Amz-Credential=${KEY_ID}%2F1&X-Amz-Security-Token=${TOKEN}&X-Amz-Signature=00ff`],
  ['what a parser could not read', `Unexpected token: {"SecretAccessKey" : "${SECRET_KEY}", "Token":"short-PLANTED"`],
  ['a variable', `AWS_SECRET_ACCESS_KEY=${SECRET_KEY} AWS_SESSION_TOKEN=PLANTED`],
  ['a key by itself', `the key (${SECRET_KEY}) of ${KEY_ID}.`],
])('%s is told without its keys', (_what, text) => {
  const told = withoutKeys(text);
  for (const secret of [KEY_ID, SECRET_KEY, TOKEN, 'PLANTED', 'Signature=0', '00ff'])
    expect(told).not.toContain(secret);
  expect(told).toContain('<left out>');
});

test.each([
  'User: arn:aws:sts::123456789012:assumed-role/meshlift-operator/0f9de17a6465404e8b1b2356dc13c2f8 is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/Shop-Task1',
  'Signature expired: 20261129T000000Z is now earlier than 20261129T000001Z (20261129T000501Z - 5 min.)',
  'task arn:aws:ecs:eu-west-1:123456789012:task/Qa/0f9de17a6465404e8b1b2356dc13c2f8 is gone',
  'service/Production1/Frontend-sc has drifted: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'commit 4b825dc642cb6eb9a060e54bf8d69288fbee4904, token bucket empty',
])('what has none is told as it is: %s', (text) => {
  expect(withoutKeys(text)).toBe(text);
});

test('an error loses its keys with its message and its stack, and stays what it is', () => {
  const error = Object.assign(new Error(`no: ${SECRET_KEY}`), { name: 'InvalidSignatureException' });
  leaveKeysOut(error);
  expect(error.message).toBe('no: <left out>');
  expect(error.stack).not.toContain(SECRET_KEY);
  expect(error.name).toBe('InvalidSignatureException');
  leaveKeysOut('no error');
});
