import { isRecord } from '../../../plan/json.ts';
import { parseJson } from '../jsonText.ts';
import { SourceError } from '../reading.ts';

/** One object that a state knows, of whatever form the file is. */
export interface StateResource {
  /** As `terraform state list` writes it: `module.shop["eu"].aws_ecs_service.frontend[0]`. */
  address: string;
  mode: 'managed' | 'data';
  type: string;
  attributes: Readonly<Record<string, unknown>>;
}

type JsonObject = Readonly<Record<string, unknown>>;

const PULL = '`terraform state pull > terraform.tfstate` writes the whole state, wherever it is kept';

const indexOf = (key: unknown): string =>
  typeof key === 'number' || typeof key === 'string' ? `[${JSON.stringify(key)}]` : '';

function ofVersion4(state: JsonObject, where: string): StateResource[] {
  const { resources } = state;
  if (!Array.isArray(resources)) throw new SourceError(where, 'resources', `this should be a list; ${PULL}`);
  return resources.flatMap((resource: unknown, at): StateResource[] => {
    const place = `resources[${at}]`;
    if (!isRecord(resource)) throw new SourceError(where, place, 'this should be an object');
    const { module, mode, type, name, instances } = resource;
    if (typeof type !== 'string' || typeof name !== 'string' || !Array.isArray(instances)) {
      throw new SourceError(where, place, 'this should have a type, a name and instances');
    }
    const path = `${typeof module === 'string' ? `${module}.` : ''}${mode === 'data' ? 'data.' : ''}${type}.${name}`;
    return instances.flatMap((instance: unknown): StateResource[] => {
      // A deposed instance was replaced and waits to be destroyed.
      if (!isRecord(instance) || instance['deposed'] !== undefined) return [];
      const { attributes, index_key: index } = instance;
      if (!isRecord(attributes)) return [];
      return [{ address: `${path}${indexOf(index)}`, mode: mode === 'data' ? 'data' : 'managed', type, attributes }];
    });
  });
}

function ofShown(module: unknown): StateResource[] {
  if (!isRecord(module)) return [];
  const resources: unknown[] = Array.isArray(module['resources']) ? module['resources'] : [];
  const children: unknown[] = Array.isArray(module['child_modules']) ? module['child_modules'] : [];
  return [
    ...resources.flatMap((resource): StateResource[] => {
      if (!isRecord(resource) || resource['deposed_key'] !== undefined) return [];
      const { address, mode, type, values } = resource;
      if (typeof address !== 'string' || typeof type !== 'string' || !isRecord(values)) return [];
      return [{ address, mode: mode === 'data' ? 'data' : 'managed', type, attributes: values }];
    }),
    ...children.flatMap(ofShown),
  ];
}

/**
 * Every object in a Terraform state: the state file itself, of version 4, or what `terraform show -json` writes. Deposed
 * instances are left out.
 *
 * @throws SourceError where the text is no JSON, no state, a state of another version, encrypted, or only says where it is kept
 */
export function stateResources(text: string, where: string): StateResource[] {
  const state = parseJson(text, where);
  if (!isRecord(state)) throw new SourceError(where, '', 'this is no Terraform state');
  if (state['encrypted_data'] !== undefined) {
    throw new SourceError(
      where,
      'encrypted_data',
      'this state is encrypted; `tofu state pull > terraform.tfstate` opens it',
    );
  }
  if (isRecord(state['backend']) && state['resources'] === undefined) {
    throw new SourceError(where, 'backend', `this file only says where the state is kept; ${PULL}`);
  }
  if (typeof state['format_version'] === 'string') {
    if (isRecord(state['values'])) return ofShown(state['values']['root_module']);
    const plan = state['planned_values'] !== undefined || state['resource_changes'] !== undefined;
    const why = plan ? 'this is a plan and no state' : 'this state is empty';
    throw new SourceError(where, '', `${why}; \`terraform show -json > state.json\`, without a plan, writes the state`);
  }
  const { version } = state;
  if (typeof version !== 'number' || (state['resources'] === undefined && state['modules'] === undefined)) {
    throw new SourceError(
      where,
      '',
      'this is no Terraform state: it has neither a version with resources nor a format_version',
    );
  }
  if (version < 4) {
    const why = `this state is of version ${version}, which Terraform 0.11 and older wrote`;
    throw new SourceError(where, 'version', `${why}; Terraform 0.13 or newer writes version 4 with the next apply`);
  }
  if (version > 4) {
    const why = `this state is of version ${version}, and version 4 can be read`;
    throw new SourceError(where, 'version', `${why}; \`terraform show -json > state.json\` writes a form that can be`);
  }
  return ofVersion4(state, where);
}
