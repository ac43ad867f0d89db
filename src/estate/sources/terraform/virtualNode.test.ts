import { describe, expect, test } from 'vitest';
import { meshObject } from '../../../../test/fixtures/terraformResources.ts';

const nodeOf = (spec: object) => meshObject('virtualNodes', 'aws_appmesh_virtual_node', { spec: [spec] }).spec;
const trust = (kind: object) => [{ trust: [{ acm: [], file: [], sds: [], ...kind }], subject_alternative_names: [] }];
const duration = (value: number, unit = 's') => [{ unit, value }];

const listenerOf = (listener: object) => nodeOf({ listener: [listener] })?.listeners?.[0];

describe('a virtual node', () => {
  test.each([
    ['http', { idle: duration(0), per_request: duration(250, 'ms') }],
    ['http2', { idle: [], per_request: duration(5) }],
    ['grpc', { idle: duration(300), per_request: duration(0) }],
    ['tcp', { idle: duration(60) }],
  ])('its timeout of %s, where 0 says something', (protocol, timeout) => {
    const unset = { grpc: [], http: [], http2: [], tcp: [] };
    const values = Object.entries(timeout).flatMap(([name, found]) =>
      found.map((one) => [name === 'per_request' ? 'perRequest' : name, one]),
    );
    expect(listenerOf({ timeout: [{ ...unset, [protocol]: [timeout] }] })?.timeout).toEqual({
      [protocol]: Object.fromEntries(values),
    });
  });

  test.each([
    ['http', { max_connections: 10, max_pending_requests: 0 }, { maxConnections: 10 }],
    ['http', { max_connections: 10, max_pending_requests: 5 }, { maxConnections: 10, maxPendingRequests: 5 }],
    ['http2', { max_requests: 100 }, { maxRequests: 100 }],
    ['grpc', { max_requests: 100 }, { maxRequests: 100 }],
    ['tcp', { max_connections: 10 }, { maxConnections: 10 }],
  ])('its connection pool of %s', (protocol, pool, expected) => {
    const unset = { grpc: [], http: [], http2: [], tcp: [] };
    expect(listenerOf({ connection_pool: [{ ...unset, [protocol]: [pool] }] })?.connectionPool).toEqual({
      [protocol]: expected,
    });
  });

  test('its outlier detection and its health check', () => {
    const outlier = {
      base_ejection_duration: duration(30),
      interval: duration(10),
      max_ejection_percent: 0,
      max_server_errors: 5,
    };
    const check = {
      healthy_threshold: 2,
      interval_millis: 5000,
      path: '',
      port: 0,
      protocol: 'tcp',
      timeout_millis: 2000,
      unhealthy_threshold: 3,
    };
    expect(listenerOf({ outlier_detection: [outlier], health_check: [check] })).toEqual({
      outlierDetection: {
        baseEjectionDuration: { unit: 's', value: 30 },
        interval: { unit: 's', value: 10 },
        maxEjectionPercent: 0,
        maxServerErrors: 5,
      },
      healthCheck: {
        healthyThreshold: 2,
        intervalMillis: 5000,
        protocol: 'tcp',
        timeoutMillis: 2000,
        unhealthyThreshold: 3,
      },
    });
  });

  test.each([
    [{ acm: [{ certificate_arn: 'arn:a' }] }, { acm: { certificateArn: 'arn:a' } }],
    [
      { file: [{ certificate_chain: '/c', private_key: '/k' }] },
      { file: { certificateChain: '/c', privateKey: '/k' } },
    ],
    [{ sds: [{ secret_name: 's' }] }, { sds: { secretName: 's' } }],
  ])('its listener with the certificate %j, and whom it trusts', (certificate, expected) => {
    const names = [{ match: [{ exact: ['a', 'b'] }] }];
    const [validation] = trust({ sds: [{ secret_name: 'ca' }] });
    const tls = {
      mode: 'STRICT',
      certificate: [{ acm: [], file: [], sds: [], ...certificate }],
      validation: [{ ...validation, subject_alternative_names: names }],
    };
    expect(listenerOf({ tls: [tls] })?.tls).toEqual({
      mode: 'STRICT',
      certificate: expected,
      validation: {
        trust: { sds: { secretName: 'ca' } },
        subjectAlternativeNames: { match: { exact: ['a', 'b'] } },
      },
    });
  });

  test.each([
    [{ acm: [{ certificate_authority_arns: ['arn:ca'] }] }, { acm: { certificateAuthorityArns: ['arn:ca'] } }],
    [{ file: [{ certificate_chain: '/c' }] }, { file: { certificateChain: '/c' } }],
    [{ sds: [{ secret_name: 's' }] }, { sds: { secretName: 's' } }],
  ])('its policy as a client that trusts %j, of one backend and of all', (kind, expected) => {
    const tls = { certificate: [], enforce: false, ports: [8443], validation: trust(kind) };
    const policy = { tls: { enforce: false, ports: [8443], validation: { trust: expected } } };
    expect(
      nodeOf({
        backend: [{ virtual_service: [{ virtual_service_name: 'user.local', client_policy: [{ tls: [tls] }] }] }],
        backend_defaults: [{ client_policy: [{ tls: [{ ...tls, enforce: true, ports: null }] }] }],
      }),
    ).toEqual({
      backends: [{ virtualService: { virtualServiceName: 'user.local', clientPolicy: policy } }],
      backendDefaults: { clientPolicy: { tls: { enforce: true, validation: { trust: expected } } } },
    });
  });

  test.each([
    [{ text: '', json: [] }, {}],
    [{ text: '%START_TIME%', json: [] }, { text: '%START_TIME%' }],
    [{ text: '', json: [{ key: 'at', value: '%START_TIME%' }] }, { json: [{ key: 'at', value: '%START_TIME%' }] }],
  ])('its access log in the format %j', (format, expected) => {
    const logging = [{ access_log: [{ file: [{ path: '/dev/stdout', format: [format] }] }] }];
    expect(nodeOf({ logging })?.logging).toEqual({ accessLog: { file: { path: '/dev/stdout', format: expected } } });
  });

  test.each([
    [
      { aws_cloud_map: [{ namespace_name: 'local', service_name: 'user', attributes: { stack: 'blue', a: 'b' } }] },
      {
        awsCloudMap: {
          namespaceName: 'local',
          serviceName: 'user',
          attributes: [
            { key: 'stack', value: 'blue' },
            { key: 'a', value: 'b' },
          ],
        },
      },
    ],
    [
      { aws_cloud_map: [{ namespace_name: 'local', service_name: 'user', attributes: {} }] },
      { awsCloudMap: { namespaceName: 'local', serviceName: 'user' } },
    ],
    [
      { dns: [{ hostname: 'user.local', ip_preference: 'IPv6_ONLY', response_type: 'ENDPOINTS' }] },
      { dns: { hostname: 'user.local', ipPreference: 'IPv6_ONLY', responseType: 'ENDPOINTS' } },
    ],
    [{ dns: [{ hostname: 'user.local', ip_preference: '', response_type: '' }] }, { dns: { hostname: 'user.local' } }],
  ])('its service discovery %j', (discovery, expected) => {
    expect(nodeOf({ service_discovery: [{ aws_cloud_map: [], dns: [], ...discovery }] })?.serviceDiscovery).toEqual(
      expected,
    );
  });
});
