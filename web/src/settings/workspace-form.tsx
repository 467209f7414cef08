import { useQuery } from '@tanstack/react-query'
import { type RefObject, useEffect, useRef } from 'react'
import type { UseFormReturn } from 'react-hook-form'
import type { Response } from '../../../server/src/api.ts'
import { type Country, countries } from '../../../server/src/values/countries.ts'
import type { Currency } from '../../../server/src/vocabulary.ts'
import { ApiProblem, call, toProblem } from '../call.ts'
import { queryClient } from '../query-client.ts'
import { meQuery, useMay } from '../session/session.ts'
import { timeZoneOption, timeZoneOptions } from '../session/time-zones.ts'
import { Button } from '../ui/button.tsx'
import { Form, FormProblem, PickerField, TextField, useProblemForm } from '../ui/form.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { toast } from '../ui/toast.ts'
import { currencyOptions, type Option } from '../vocabulary.ts'
import { Section } from './section.tsx'

type Workspace = Response<'GET /api/workspace'>

const WORKSPACE_KEY = ['workspace']
const countryNames = new Intl.DisplayNames(['en'], { type: 'region' })
const countryOptions = countries.map(countryOption).sort((a, b) => a.label.localeCompare(b.label))

function countryOption(code: Country): Option {
  return { value: code, label: countryNames.of(code) ?? code }
}

const NEVER = 'never'

function trashOption(days: number | null): Option {
  return {
    value: String(days ?? NEVER),
    label: days === null ? 'Never' : days === 1 ? '1 day' : `${days} days`,
  }
}

/** The usual times, and whatever another client has set. */
function trashOptions(days: number | null): Option[] {
  const usual = [7, 30, 90, 365]
  const all = days === null || usual.includes(days) ? usual : [...usual, days].toSorted((a, b) => a - b)
  return [...all, null].map(trashOption)
}

export function WorkspaceForm() {
  const mayWrite = useMay('workspace:write')
  const { data, error, refetch } = useQuery({
    queryKey: WORKSPACE_KEY,
    queryFn: ({ signal }) => call('GET /api/workspace', { signal }),
  })
  return (
    <Section title="Workspace" lead="For everyone who works in it.">
      {error && <ProblemNote problem={toProblem(error)} onRetry={() => void refetch()} />}
      {data && (mayWrite ? <Editor workspace={data} /> : <Shown workspace={data} />)}
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
  country: Option | null
  currency: Option | null
  trash_days: Option | null
  unique_customer_emails: boolean
}

function valuesOf(workspace: Workspace): Values {
  return {
    name: workspace.name,
    time_zone: timeZoneOption(workspace.time_zone),
    country: workspace.country && countryOption(workspace.country),
    currency: { value: workspace.currency, label: workspace.currency },
    trash_days: trashOption(workspace.trash_days),
    unique_customer_emails: workspace.unique_customer_emails,
  }
}

function Editor({ workspace }: { workspace: Workspace }) {
  /** The settings that the person has seen and begun to change. */
  const seen = useRef(workspace)
  const state = useProblemForm<Values>({
    defaultValues: valuesOf(workspace),
    onSubmit: async (values) => {
      const saved = await save(changesOf(values, seen.current), seen)
      seen.current = saved
      showSaved(state.form, values, valuesOf(saved))
      queryClient.setQueryData(WORKSPACE_KEY, saved)
      await queryClient.invalidateQueries(meQuery)
      void toast('Workspace saved')
    },
  })
  useEffect(() => {
    // What someone else has saved is shown while nothing is typed here; typed work is kept.
    if (workspace.version <= seen.current.version || state.form.formState.isDirty) return
    seen.current = workspace
    state.form.reset(valuesOf(workspace))
  })
  const { isDirty } = state.form.formState
  return (
    <Form state={state} className="flex flex-col gap-4">
      <div className="grid grid-cols-1 gap-4 wide:grid-cols-2">
        <TextField state={state} name="name" label="Name" required="Enter a name for the workspace." />
        <PickerField state={state} name="time_zone" label="Time zone" options={timeZoneOptions} />
        <PickerField
          state={state}
          name="country"
          label="Country of phones without a code"
          options={countryOptions}
        />
        <PickerField state={state} name="currency" label="Currency of new orders" options={currencyOptions} />
        <PickerField
          state={state}
          name="trash_days"
          label="Delete for good what is in the trash after"
          options={trashOptions(workspace.trash_days)}
        />
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

/** Shows what was saved, but what was typed since it was sent stays. */
function showSaved(form: UseFormReturn<Values>, sent: Values, saved: Values): void {
  const typed = form.getValues()
  form.reset(saved)
  // They are fields of the form.
  for (const name of Object.keys(sent) as (keyof Values)[]) {
    const since = JSON.stringify(typed[name]) !== JSON.stringify(sent[name])
    if (since) form.setValue(name, typed[name], { shouldDirty: true })
  }
}

type Changes = Partial<Omit<Workspace, 'id' | 'version'>>

/** What the person has changed of the settings that they have seen. */
function changesOf(values: Values, seen: Workspace): Changes {
  const { name, unique_customer_emails } = values
  const typed: Changes = {
    name: name.trim(),
    time_zone: values.time_zone?.value ?? seen.time_zone,
    country: (values.country?.value as Country | undefined) ?? null, // The options are the API's own countries.
    // The options are the API's own currencies.
    currency: (values.currency?.value as Currency) ?? seen.currency,
    trash_days: trashDays(values.trash_days, seen),
    unique_customer_emails,
  }
  const changed = Object.entries(typed).filter(([field, value]) => value !== seen[field as keyof Changes]) // Its own keys.
  return Object.fromEntries(changed)
}

/** An emptied field is no choice. */
function trashDays(option: Option | null, seen: Workspace): number | null {
  if (option === null) return seen.trash_days
  return option.value === NEVER ? null : Number(option.value)
}

/** Saves changes; where someone else has changed the same meanwhile says to what, and saves over it the next time. */
async function save(changes: Changes, seen: RefObject<Workspace>): Promise<Workspace> {
  const send = () => call('PATCH /api/workspace', { body: { version: seen.current.version, ...changes } })
  if (Object.keys(changes).length === 0) return seen.current
  try {
    return await send()
  } catch (error) {
    if (toProblem(error).type !== 'edit-conflict') throw error
    const theirs = await call('GET /api/workspace')
    // They are fields of a workspace.
    const fields = Object.keys(changes) as (keyof Changes)[]
    const both = fields.filter((field) => theirs[field] !== seen.current[field])
    seen.current = theirs
    if (both.length === 0) return send()
    throw new ApiProblem({
      status: 409,
      errors: both.map((field) => ({
        path: `/${field}`,
        message: `Someone else has changed this to “${theirs[field]}”. Save again to replace it.`,
      })),
    })
  }
}
