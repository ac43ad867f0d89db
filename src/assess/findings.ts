import { callFindings } from './findings/calls.ts';
import { meshFindings } from './findings/mesh.ts';
import { nodeFindings } from './findings/nodes.ts';
import { routeFindings } from './findings/routes.ts';
import { FindingSet, type Scope } from './findings/scope.ts';
import { serviceFindings } from './findings/services.ts';
import type { Finding } from './model.ts';

/** Everything that translates inexactly for the services that move, worst first. */
export function findingsOf(scope: Scope): Finding[] {
  const found = new FindingSet();
  meshFindings(scope, found);
  nodeFindings(scope, found);
  routeFindings(scope, found);
  callFindings(scope, found);
  serviceFindings(scope, found);
  return found.all();
}
