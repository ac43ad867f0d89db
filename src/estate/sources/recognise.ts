import { isRecord } from '../../plan/json.ts';
import { lineAndColumn, parseJson } from './jsonText.ts';
import { SourceError } from './reading.ts';
import { answersIn } from './taskDefinitions/answers.ts';

type Members = Readonly<Record<string, unknown>>;

/** What a file is, by what stands in it; its name says nothing. */
export type Recognised =
  | { kind: 'export'; value: Members }
  | { kind: 'terraformState' }
  | { kind: 'cloudFormation' }
  | { kind: 'kubernetes' }
  | { kind: 'taskDefinitions' };

const WANTED =
  'an export (meshlift export), a Terraform state (terraform state pull, or terraform show -json), a CloudFormation template ' +
  '(aws cloudformation get-template --query TemplateBody), Kubernetes manifests (kubectl get -o yaml), or task definitions ' +
  '(aws ecs describe-task-definition)';

function ofJson(value: unknown, where: string): Recognised {
  if (answersIn(value).length > 0) return { kind: 'taskDefinitions' };
  if (!isRecord(value)) throw new SourceError(where, '', `this is a list or a value; wanted is ${WANTED}`);
  const has = (...names: string[]): boolean => names.some((name) => value[name] !== undefined);
  const { format, kind } = value;
  if (typeof format === 'string' && format.startsWith('meshlift.dev/')) return { kind: 'export', value };
  if (isRecord(value['appMesh']) || (isRecord(value['ecs']) && isRecord(value['caller']))) {
    return { kind: 'export', value };
  }
  if (isRecord(value['Resources']) || has('AWSTemplateFormatVersion')) return { kind: 'cloudFormation' };
  if (has('apiVersion') && typeof kind === 'string') {
    if (kind === 'MigrationPlan')
      throw new SourceError(where, 'kind', `this is a plan and no source; wanted is ${WANTED}`);
    return { kind: 'kubernetes' };
  }
  if (has('format_version', 'encrypted_data', 'backend', 'terraform_version') || typeof value['version'] === 'number') {
    return { kind: 'terraformState' };
  }
  if (isRecord(value['TemplateBody']) || typeof value['TemplateBody'] === 'string') {
    throw new SourceError(
      where,
      'TemplateBody',
      'the template stands inside an answer: add --query TemplateBody to the call',
    );
  }
  throw new SourceError(where, '', `this is JSON that Meshlift does not know; wanted is ${WANTED}`);
}

/**
 * What a text is: an export, a Terraform state, a CloudFormation template, Kubernetes manifests or task definitions.
 *
 * @param where the file's name, for messages
 * @throws SourceError for what is none of them, with line and column where JSON is at fault
 */
export function recognise(text: string, where: string): Recognised {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (body.trim() === '') throw new SourceError(where, '', 'the file is empty');
  if (body.includes('\u0000'))
    throw new SourceError(where, '', `this is a binary file, or no UTF-8; wanted is ${WANTED}`);
  if (/^\s*[{[]/.test(body)) return ofJson(parseJson(text, where), where);
  if (/^Resources[ \t]*:/m.test(body) || /^["']?AWSTemplateFormatVersion["']?[ \t]*:/m.test(body)) {
    return { kind: 'cloudFormation' };
  }
  const plan = /^apiVersion[ \t]*:[ \t]*["']?meshlift\.dev\//m.exec(body);
  if (plan !== null) {
    throw new SourceError(where, lineAndColumn(body, plan.index), `this is a plan and no source; wanted is ${WANTED}`);
  }
  if (/^apiVersion[ \t]*:/m.test(body)) return { kind: 'kubernetes' };
  if (/^(resource|module|provider|data|terraform|variable)[ \t]+("|\{)/m.test(body)) {
    const how = 'terraform state pull > terraform.tfstate writes what it made';
    throw new SourceError(where, '', `this is Terraform's configuration, which does not say what exists; ${how}`);
  }
  throw new SourceError(where, '', `this is nothing that Meshlift knows; wanted is ${WANTED}`);
}
