import { useQuery } from '@tanstack/react-query'
import type { Response } from '../../../server/src/api.ts'
import { type Currency, currencies } from '../../../server/src/vocabulary.ts'
import { call, toProblem } from '../call.ts'
import { queryClient } from '../query-client.ts'
import { meQuery, useMay } from '../session/session.ts'
import { timeZoneOption, timeZoneOptions } from '../session/time-zones.ts'
import { Button } from '../ui/button.tsx'
import { Form, FormProblem, PickerField, TextField, useProblemForm } from '../ui/form.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { toast } from '../ui/toast.ts'
import type { Option } from '../vocabulary.ts'
import { Section } from './section.tsx'

type Workspace = Response<'GET /api/workspace'>

const WORKSPACE_KEY = ['workspace']
const currencyOptions = currencies.map((code) => ({ value: code, label: code }))

export function WorkspaceForm() {
  const mayWrite = useMay('workspace:write')
  const { data, error } = useQuery({
    queryKey: WORKSPACE_KEY,
    queryFn: ({ signal }) => call('GET /api/workspace', { signal }),
  })
  return (
    <Section title="Workspace" lead="For everyone who works in it.">
      {error && <ProblemNote problem={toProblem(error)} />}
      {data && (mayWrite ? <Editor key={data.version} workspace={data} /> : <Shown workspace={data} />)}
    </Section>
  )
}

function Shown({ workspace }: { workspace: Workspace }) {
  return (
    <p>
      {workspace.name} · {timeZoneOption(workspace.time_zone).label} · {workspace.currency}
    </p>
  )
}

interface Values {
  name: string
  time_zone: Option | null
  currency: Option | null
  unique_customer_emails: boolean
}

function Editor({ workspace }: { workspace: Workspace }) {
  const state = useProblemForm<Values>({
    defaultValues: {
      name: workspace.name,
      time_zone: timeZoneOption(workspace.time_zone),
      currency: { value: workspace.currency, label: workspace.currency },
      unique_customer_emails: workspace.unique_customer_emails,
    },
    onSubmit: async ({ name, time_zone, currency, unique_customer_emails }) => {
      const saved = await call('PATCH /api/workspace', {
        body: {
          version: workspace.version,
          name,
          time_zone: time_zone?.value,
          // The options are the API's own currencies.
          currency: currency?.value as Currency,
          unique_customer_emails,
        },
      })
      queryClient.setQueryData(WORKSPACE_KEY, saved)
      await queryClient.invalidateQueries(meQuery)
      void toast('Workspace saved')
    },
  })
  const { isDirty } = state.form.formState
  return (
    <Form state={state} className="flex flex-col gap-4">
      <div className="grid grid-cols-1 gap-4 wide:grid-cols-3">
        <TextField state={state} name="name" label="Name" required="Enter a name for the workspace." />
        <PickerField state={state} name="time_zone" label="Time zone" options={timeZoneOptions} />
        <PickerField state={state} name="currency" label="Currency of new orders" options={currencyOptions} />
      </div>
      <label className="flex items-center gap-2">
        <input type="checkbox" {...state.form.register('unique_customer_emails')} />
        Refuse two customers with the same email address
      </label>
      <FormProblem state={state} />
      <Button large look="primary" type="submit" busy={state.busy} disabled={!isDirty} className="self-start">
        Save workspace
      </Button>
    </Form>
  )
}
