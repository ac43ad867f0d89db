import { expect, test } from 'vitest';
import { estateOf, exportOf } from '../../../test/fixtures/estates.ts';
import { connectAliases } from './connectAliases.ts';

const SIMPLE = '01-simple-three-tier';

/** The names that frontend's proxy answers, when frontend and stock-api are in these namespaces. */
function answered(client: string | undefined, server: string | undefined, enabled = true): string[] {
  const exported = exportOf(SIMPLE);
  const put = (name: string, namespace: string | undefined, dnsName?: string): void => {
    const service = exported.ecs.services.find(({ serviceName }) => serviceName === name);
    if (service === undefined) throw new Error(`the fixture lost ${name}`);
    const services = dnsName === undefined ? [] : [{ portName: 'http', clientAliases: [{ dnsName, port: 80 }] }];
    service.deployments = [
      {
        status: 'PRIMARY',
        ...(namespace === undefined ? {} : { serviceConnectConfiguration: { enabled, namespace, services } }),
      },
    ] as never;
  };
  put('frontend', client);
  put('stock-api', server, 'Stock.local');
  const estate = estateOf(SIMPLE, exported);
  const frontend = estate.services.find(({ name }) => name === 'frontend');
  if (frontend === undefined) throw new Error('the fixture lost frontend');
  return [...connectAliases(estate, frontend)];
}

test('a client’s proxy answers the aliases of its namespace, and those alone', () => {
  expect(answered('shop-sc', 'shop-sc')).toEqual(['stock.local']);
  expect(answered('shop-sc', 'other')).toEqual([]);
  expect(answered(undefined, 'shop-sc')).toEqual([]);
  expect(answered('shop-sc', 'shop-sc', false)).toEqual([]);
});
