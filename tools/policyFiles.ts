import { policies } from '../src/aws/policy/policies.ts';
import { cloudFormationDashboard, cloudFormationPolicies, withMade } from './policy/cloudFormation.ts';

/**
 * What is made of the policies, by path: each as IAM's JSON, and all of them in the CloudFormation template whose rest is `template`, beside the
 * dashboard, which the module reads as it is.
 */
export function policyFiles(template: string, dashboard: string): Record<string, string> {
  const documents = policies();
  return {
    ...Object.fromEntries(
      Object.entries(documents).map(([name, document]) => [
        `deploy/iam/${name}.json`,
        `${JSON.stringify(document, undefined, 2)}\n`,
      ]),
    ),
    [TEMPLATE_PATH]: withMade(
      withMade(template, 'policies', cloudFormationPolicies(documents)),
      'dashboard',
      cloudFormationDashboard(dashboard),
    ),
  };
}

export const DASHBOARD_PATH = 'deploy/dashboards/cloudwatch.json';
export const TEMPLATE_PATH = 'deploy/cloudformation/meshlift.yaml';
