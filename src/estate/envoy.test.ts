import { describe, expect, test } from 'vitest';
import { appPorts, envoyContainers, parseMeshIdentity, usesAppMesh } from './envoy.ts';

describe('what Envoy says it is', () => {
  test.each([
    ['arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/virtualNode/user-vn', 'shop', undefined, 'user-vn'],
    ['mesh/shop/virtualNode/user-vn', 'shop', undefined, 'user-vn'],
    ['arn:aws:appmesh:::mesh/shop/virtualNode/user-vn', 'shop', undefined, 'user-vn'],
    ['mesh/shop@333344445555/virtualNode/user-vn', 'shop', '333344445555', 'user-vn'],
    ['arn:aws:appmesh:eu-west-1:444455556666:mesh/shop@333344445555/virtualNode/a/b', 'shop', '333344445555', 'a/b'],
  ])('%s', (text, meshName, meshOwner, name) => {
    expect(parseMeshIdentity(text)).toEqual({ kind: 'virtualNode', meshName, meshOwner, name, preview: false });
  });

  test('gateways and the preview channel are told apart', () => {
    expect(parseMeshIdentity('mesh/shop/virtualGateway/edge')?.kind).toBe('virtualGateway');
    const preview = 'arn:aws:appmesh-preview:us-west-2:111122223333:mesh/shop/virtualNode/user-vn';
    expect(parseMeshIdentity(preview)?.preview).toBe(true);
  });

  test.each(['', 'user-vn', 'mesh/shop', 'mesh/shop/virtualRouter/x'])('"%s" names none', (text) => {
    expect(parseMeshIdentity(text)).toBeUndefined();
  });
});

test('Envoy is known by the proxy configuration, by its image, also a mirrored one, or by its variables', () => {
  const containerDefinitions = [
    { name: 'app', image: 'shop/app:1' },
    { name: 'proxy', image: 'shop/own-proxy:1' },
    { name: 'mirror', image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/mirror/aws-appmesh-envoy:v1' },
    { name: 'told', image: 'shop/x:1', environment: [{ name: 'APPMESH_RESOURCE_NAME', value: 'x' }] },
    { name: 'not', image: 'shop/aws-appmesh-envoy-exporter:1' },
  ];
  const task = { containerDefinitions, proxyConfiguration: { type: 'APPMESH' as const, containerName: 'proxy' } };
  expect(envoyContainers(task as never).map((container) => container.name)).toEqual(['proxy', 'mirror', 'told']);
  expect(usesAppMesh(task as never)).toBe(true);
  expect(usesAppMesh({ containerDefinitions: [{ name: 'app', image: 'shop/app:1' }] })).toBe(false);
});

const ports = (value: string) =>
  appPorts({ proxyConfiguration: { properties: [{ name: 'AppPorts', value }] } } as never);

test('AppPorts are read with their blanks, and nothing else than ports', () => {
  expect(ports('5555, 6666')).toEqual([5555, 6666]);
  expect(ports('')).toEqual([]);
  expect(ports('http,0,99999,80')).toEqual([80]);
});
