import { callFindings } from './findings/calls.ts';
import { gatewayFindings } from './findings/gateways.ts';
import { kubernetesFindings } from './findings/kubernetes.ts';
import { meshFindings } from './findings/mesh.ts';
import { nodeFindings } from './findings/nodes.ts';
import { routeFindings } from './findings/routes.ts';
import { FindingSet, type Scope } from './findings/scope.ts';
import { serviceFindings, taskFindings } from './findings/services.ts';
import { tlsFindings } from './findings/tls.ts';
import type { Finding } from './model.ts';

/** Everything that translates inexactly, worst first: for the services that move, or for all that the mesh holds. */
export function findingsOf(scope: Scope): Finding[] {
  const found = new FindingSet();
  meshFindings(scope, found);
  kubernetesFindings(scope, found);
  nodeFindings(scope, found);
  tlsFindings(scope, found);
  gatewayFindings(scope, found);
  routeFindings(scope, found);
  callFindings(scope, found);
  serviceFindings(scope, found);
  taskFindings(scope, found);
  return found.all();
}
