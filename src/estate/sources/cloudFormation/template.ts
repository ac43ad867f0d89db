import { pathText, type Path, type Plain, readDocuments } from '../documents.ts';
import { SourceError } from '../reading.ts';
import { KNOWN_FUNCTIONS, SHORT_FORMS } from './shortForms.ts';

/** A template as a file holds it. */
export interface TemplateFile {
  /** For a person: the file's name. A nested stack finds its template by the name's last part. */
  where: string;
  text: string;
  /** The stack that it was deployed as. Default: the file's name without its folder and ending. */
  stackName?: string;
}

export type Section = { [key: string]: Plain };

export interface Template {
  where: string;
  stackName: string;
  body: Section;
  /** The names of `Transform`: macros that change the template before it is deployed. */
  transforms: string[];
  /** @throws {SourceError} always, with the path and its line and column */
  refuse(path: Path, message: string): never;
}

/** AWS takes 1 MiB; what a person writes before a packager strips it may be longer. */
const LIMITS = { charactersMax: 8_000_000, nodesMax: 500_000 };

const SECTIONS = ['Mappings', 'Conditions', 'Resources', 'Outputs'] as const;

export const LANGUAGE_EXTENSIONS = 'AWS::LanguageExtensions';

export const isSection = (value: Plain | undefined): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fileName = (where: string): string => where.slice(where.search(/[^/\\]*$/));

function transformsOf(body: Section): string[] {
  const names = [body['Transform'] ?? []].flat();
  return names.flatMap((one) =>
    typeof one === 'string' ? [one] : isSection(one) && typeof one['Name'] === 'string' ? [one['Name']] : [],
  );
}

/**
 * Reads one CloudFormation template, JSON or YAML with short-form functions. Nothing is resolved yet.
 *
 * @throws {SourceError} for what is no template, and for a function that CloudFormation does not have, with line and column. A
 * template with a macro may hold functions that the macro alone knows; those are left to be named as unresolved.
 */
export function readTemplate(file: TemplateFile): Template {
  const { where } = file;
  const documents = readDocuments(where, file.text, LIMITS, SHORT_FORMS);
  const document = documents[0];
  if (document === undefined) throw new SourceError(where, '', 'it is empty');
  if (documents.length > 1) throw new SourceError(where, '', 'it holds several documents, and a template is one');
  const body = document.value;
  if (!isSection(body) || !isSection(body['Resources'])) {
    throw new SourceError(where, '', 'it has no Resources, so it is no CloudFormation template');
  }
  const refuse = (path: Path, message: string): never => {
    throw new SourceError(where, `${pathText(path)} (${document.locate(path)})`, message);
  };
  const transforms = transformsOf(body);
  const macros = transforms.some((name) => !name.startsWith('AWS::'));

  function look(value: Plain | undefined, path: Path): void {
    if (Array.isArray(value)) value.forEach((item, index) => look(item, [...path, index]));
    else if (isSection(value)) {
      const keys = Object.keys(value);
      const only = keys.length === 1 ? keys[0] : undefined;
      if (only?.startsWith('Fn::') === true && !only.startsWith('Fn::ForEach::') && !KNOWN_FUNCTIONS.has(only)) {
        if (!macros) refuse([...path, only], `CloudFormation has no function ${only}`);
      }
      for (const key of keys) look(value[key], [...path, key]);
    }
  }
  for (const section of SECTIONS) {
    const value = body[section];
    if (value === undefined || value === null) continue;
    if (!isSection(value)) refuse([section], `${section} should be an object`);
    look(value, [section]);
  }
  return {
    where,
    stackName: file.stackName ?? fileName(where).replace(/\.[^.]*$/, ''),
    body,
    transforms,
    refuse,
  };
}

/** Whether a nested stack's `TemplateURL` means this file. */
export const isTemplateAt = (template: Template, url: string): boolean =>
  fileName(template.where) === fileName(url.replace(/[?#].*$/, ''));
