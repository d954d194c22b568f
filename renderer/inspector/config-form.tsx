import { useCallback, useMemo, useState } from 'react';
import type { Flow } from '../../engine/flow/document.ts';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import type { Problem } from '../../engine/flow/problem.ts';
import type { z } from '../../engine/flow/zod.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import { Field } from './widgets.tsx';
import type { CaseValues } from './case-scope.ts';
import { FormContext, pathKey } from './form-context.ts';
import { NONE_REFUSED, stillRefused, withoutPath, withRefused } from './refused.ts';
import { changeConfig, fieldsOf, shownFields, valueAt, type Path } from './schema-form.ts';

interface ConfigFormProps {
  node: string;
  schema: z.ZodType;
  config: Record<string, unknown>;
  scope: FeelScopeTypes;
  surroundings: Surroundings;
  flow: Flow;
  /** Paths begin at the config. */
  problems: readonly Problem[];
  pointedAt: Path | null;
  readOnly: boolean;
  values?: CaseValues | null;
  onChange: (config: Record<string, unknown>, gesture: string) => void;
  onDone: () => void;
}

/**
 * The form of a node's config, from the schema of its kind. A value that the schema refuses stays in its field with the
 * reason and does not reach the document.
 */
export function ConfigForm(props: ConfigFormProps) {
  const { node, schema, config, scope, surroundings, flow, problems, pointedAt, readOnly, onChange, onDone } = props;
  const { values = null } = props;
  const [held, setHeld] = useState(NONE_REFUSED);
  const refused = useMemo(() => stillRefused(held, config), [held, config]);

  const set = useCallback(
    (path: Path, value: unknown) => {
      const change = changeConfig(schema, config, path, value);
      const key = pathKey(path);
      if (change.ok) setHeld((before) => withoutPath(before, path));
      else {
        const fault = change.faults.find((one) => pathKey(one.path).startsWith(key.slice(0, -1))) ?? change.faults[0];
        const instead = valueAt(config, path);
        setHeld((before) => withRefused(before, { path, value, message: fault?.message ?? '', instead }));
      }
      if (change.ok && value !== valueAt(config, path)) onChange(change.config, key);
    },
    [schema, config, onChange],
  );
  const context = useMemo(
    () => ({
      node,
      config,
      scope,
      surroundings,
      flow,
      problems,
      refused,
      pointedAt,
      readOnly,
      values,
      set,
      done: onDone,
    }),
    [node, config, scope, surroundings, flow, problems, refused, pointedAt, readOnly, values, set, onDone],
  );

  return (
    <FormContext value={context}>
      <div className="form">
        {shownFields(fieldsOf(schema), config).map((spec) => (
          <Field key={spec.key} spec={spec} path={[spec.key]} value={config[spec.key]} />
        ))}
      </div>
    </FormContext>
  );
}
