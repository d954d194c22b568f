import { english } from './english.ts';

/** What a catalogue holds, whatever its texts are. */
type Texts<T> = T extends string
  ? string
  : T extends (...given: infer Given) => infer Said
    ? (...given: Given) => Texts<Said>
    : { readonly [Key in keyof T]: Texts<T[Key]> };

/** Every text of the window. A language that lacks one, or has it in another shape, does not compile. */
export type Words = Texts<typeof english>;

/** The languages there are, by the first part of a locale. */
const LANGUAGES: Readonly<Record<string, Words>> = { en: english };

let spoken: Words = english;

/** The texts in the language that is spoken now. Asked where a text is drawn, not kept: the language may change. */
export const words = (): Words => spoken;

/** The language in which the window speaks to who has this locale, `de-AT` asking for German; English where there is no other. */
export function languageOf(locale: string | null): string {
  const language = locale?.split('-', 1)[0]?.toLowerCase() ?? '';
  return Object.hasOwn(LANGUAGES, language) ? language : 'en';
}

export const catalogueOf = (language: string): Words => LANGUAGES[language] ?? english;

/** From now on {@link words} gives these texts. */
export function speak(catalogue: Words): void {
  spoken = catalogue;
}
