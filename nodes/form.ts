import { durationSchema } from '../engine/connections/contract.ts';
import { nameSchema } from '../engine/flow/document.ts';
import { z } from '../engine/flow/zod.ts';

/** What the inspector shows for a field of a config; carried in the schema's metadata. */
export interface FormMeta {
  label: string;
  help?: string;
  example?: string;
  /** Of the fields with one word here a config has one; only that one is shown. */
  either?: string;
  /** It is shown where another field has this value only. */
  when?: { field: string; is: string };
  /** What the choices of a field are called. */
  options?: Readonly<Record<string, string>>;
  widget?:
    | 'text'
    | 'long text'
    | 'feel'
    | 'feel by name'
    | 'table'
    | 'dmn model'
    | 'duration'
    | 'share'
    | 'model'
    | 'connection'
    | 'action'
    | 'arguments'
    | 'flow'
    | 'results'
    | 'names'
    | 'fields'
    | 'columns'
    | 'facts'
    | 'role'
    | 'several'
    | 'choices'
    | 'fallback';
}

/** A FEEL expression in a config. Checked against the scope by the kind, not by the schema. */
export const feel = (meta: FormMeta) =>
  z
    .string()
    .max(4000)
    .meta({ widget: 'feel', ...meta });

/** FEEL expressions by the name under which their values are kept. */
export const feelByName = (meta: FormMeta) =>
  z.record(nameSchema, z.string().max(4000)).meta({ widget: 'feel by name', ...meta });

export const text = (meta: FormMeta, max = 200) =>
  z
    .string()
    .max(max)
    .meta({ widget: 'text', ...meta });

export const duration = (meta: FormMeta) => durationSchema.meta({ widget: 'duration', ...meta });
