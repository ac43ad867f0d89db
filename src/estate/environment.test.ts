import { expect, test } from 'vitest';
import { hostsIn } from './environment.ts';

test.each([
  ['http://user.shop.local:8080', 'user.shop.local', 8080],
  ['http://user.local', 'user.local', 80],
  ['https://user.local/path?x=1', 'user.local', 443],
  ['user.local:8080', 'user.local', 8080],
  ['user.local', 'user.local', undefined],
  ['postgres://app:s3cret@ledger.example.com:5432/ledger', 'ledger.example.com', 5432],
  ['{"url":"http://User.Local:81"}', 'user.local', 81],
  ['a=1;host=user.local:9;b', 'user.local', 9],
  ['dns:///inventory.platform.local:50051', 'inventory.platform.local', 50051],
])('%s names %s, port %s', (text, host, port) => {
  expect(hostsIn(text)).toContainEqual({ host, port });
});

test('several addresses in one value are all found', () => {
  expect(hostsIn('http://a.local:1,http://b.local:2 c.local:3')).toEqual(
    expect.arrayContaining([
      { host: 'a.local', port: 1 },
      { host: 'b.local', port: 2 },
      { host: 'c.local', port: 3 },
    ]),
  );
});

test('a name inside another name is not found', () => {
  expect(hostsIn('http://my-user.local:80').map((one) => one.host)).not.toContain('user.local');
});
