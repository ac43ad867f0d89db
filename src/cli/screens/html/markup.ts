/** Text that is HTML already. Made by `html` and `trusted` alone, so that everything else is escaped on its way into a page. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Content = Markup | string | number | undefined | false | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters, and those that turn the direction of the text around them or take no room. */
const UNSEEN = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu;

/**
 * A foreign text as a person should see it: what cannot be seen, or turns the text around it, is written as its code point, white
 * space apart, and half a surrogate pair as U+FFFD.
 */
export const visible = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(UNSEEN, (character) =>
      /[\t\n\r]/.test(character)
        ? ' '
        : `‹U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`,
    );

/** Safe between tags and inside quoted attributes. */
export const escaped = (text: string): string => visible(text).replaceAll(/[&<>"']/g, (found) => ENTITIES[found] ?? '');

/** Everything that is put in is escaped, other markup apart. Lists are joined; `undefined` and `false` leave nothing. */
export function html(literals: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(
    literals.map((literal, index) => literal + (index < contents.length ? rendered(contents[index]) : '')).join(''),
  );
}

/** Of our own making only: style, script, and drawings whose numbers we reckoned. */
export const trusted = (text: string): Markup => new Markup(text);

function rendered(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'string') return escaped(content);
  if (typeof content === 'number') return String(content);
  return content.map(rendered).join('');
}
