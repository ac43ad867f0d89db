import { policies } from '../src/aws/policy/policies.ts';
import { cloudFormationPolicies, withPolicies } from './policy/cloudFormation.ts';

/** What is made of the policies, by path: each as IAM's JSON, and all of them in the CloudFormation template whose rest is `template`. */
export function policyFiles(template: string): Record<string, string> {
  const documents = policies();
  return {
    ...Object.fromEntries(
      Object.entries(documents).map(([name, document]) => [
        `deploy/iam/${name}.json`,
        `${JSON.stringify(document, undefined, 2)}\n`,
      ]),
    ),
    [TEMPLATE_PATH]: withPolicies(template, cloudFormationPolicies(documents)),
  };
}

export const TEMPLATE_PATH = 'deploy/cloudformation/meshlift.yaml';
