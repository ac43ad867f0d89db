import { type Ask, askOverHttp } from './ask.ts';
import { askGrpcHealth } from './askGrpcHealth.ts';
import type { ProbeWay } from './send.ts';

/** Asks over the network, each request in its own protocol. */
export const askOverNetwork: Ask = (url, request) =>
  request.grpcService === undefined ? askOverHttp(url, request) : askGrpcHealth(url, request);

/**
 * How an operator sends probes. Where it talks to another endpoint than AWS's own, the names that this gives to its load balancers
 * lead nowhere, or to somebody else's: it sends none there, and says what to give it instead.
 *
 * @param probeUrl where every probe goes instead, e.g. `http://127.0.0.1:8080`; `probeTestUrl` where those go that come in by a test
 * listener.
 */
export function probeWay(options: {
  endpointUrl: string | undefined;
  probeUrl: string | undefined;
  probeTestUrl: string | undefined;
}): ProbeWay {
  const { endpointUrl, probeUrl: baseUrl, probeTestUrl: testBaseUrl } = options;
  if (endpointUrl === undefined || baseUrl !== undefined) return { ask: askOverNetwork, baseUrl, testBaseUrl };
  const why = `the operator asks ${endpointUrl} instead of AWS, whose load balancers have no address of their own: set MESHLIFT_PROBE_URL to where they can be reached`;
  return { ask: () => Promise.resolve({ kind: 'notReached', why }), baseUrl: undefined };
}
