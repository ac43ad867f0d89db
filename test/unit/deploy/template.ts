import { readFile } from 'node:fs/promises';
import { parse, type CollectionTag, type ScalarTag } from 'yaml';

/** CloudFormation's short functions, as the long form has them. */
const shortForm = (name: string): (ScalarTag | CollectionTag)[] => {
  const key = name === 'Ref' ? name : `Fn::${name}`;
  return [
    { tag: `!${name}`, resolve: (text: string) => ({ [key]: text }) },
    { tag: `!${name}`, collection: 'seq', resolve: (items) => ({ [key]: (items as { toJSON(): unknown }).toJSON() }) },
  ];
};

export interface Template {
  Parameters: Record<string, { Type: string; Default?: string | number }>;
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
}

/** The CloudFormation template, its functions in their long form. */
export async function readTemplate(): Promise<Template> {
  const text = await readFile(new URL('../../../deploy/cloudformation/meshlift.yaml', import.meta.url), 'utf8');
  const customTags = ['Ref', 'Sub', 'GetAtt', 'If', 'Equals', 'Not', 'Join'].flatMap(shortForm);
  return parse(text, { customTags }) as Template;
}
