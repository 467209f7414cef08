import { useQuery } from '@tanstack/react-query'
import type { Response } from '../../../server/src/api.ts'
import { call, toProblem } from '../call.ts'
import { formatMoment } from '../format.ts'
import { queryClient } from '../query-client.ts'
import { Button } from '../ui/button.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { toast, toastProblem } from '../ui/toast.ts'
import { Row, Rows, Section } from './section.tsx'

type Work = Response<'GET /api/background-work'>

const WORK_KEY = ['background-work']
const REFRESH_MS = 5_000
/** A worker looks after its queues every ten seconds. */
const SILENT_AFTER_MS = 60_000

/** What works in the background: how much waits and for how long, and what was given up and why. */
export function BackgroundWork() {
  const { data, error, refetch } = useQuery({
    queryKey: WORK_KEY,
    queryFn: ({ signal }) => call('GET /api/background-work', { signal }),
    refetchInterval: REFRESH_MS,
  })
  return (
    <Section title="Background work" lead="Imports, emptying the trash and checks, which nobody waits for.">
      {error && <ProblemNote problem={toProblem(error)} onRetry={() => void refetch()} />}
      {data && (
        <>
          <p>
            {workerSentence(data)} {checkSentence(data)}
          </p>
          {data.kinds.length > 0 && <Kinds work={data} />}
          {data.failed.length > 0 && <GivenUp work={data} />}
        </>
      )}
    </Section>
  )
}

function workerSentence({ worker_heard_at: heard }: Work): string {
  if (heard === null) return 'No worker has run yet: jobs wait until one does.'
  if (Date.now() - Date.parse(heard) < SILENT_AFTER_MS) return 'A worker is running.'
  return `No worker has been heard of since ${formatMoment(heard)}: jobs wait until one runs again.`
}

function checkSentence({ summary_check: check }: Work): string {
  if (check === null) return 'The figures have not been checked yet; that is done every night.'
  const at = formatMoment(check.checked_at)
  return check.wrong === 0
    ? `The figures were checked ${at}, and all were right.`
    : `The figures were checked ${at}, and ${check.wrong} differed from the records. Whoever runs the server can set them right (rapport check --repair).`
}

function Kinds({ work: { kinds } }: { work: Work }) {
  return (
    <Rows label="Jobs by kind">
      {kinds.map(({ name, title, waiting, running, failed, oldest_waiting_at }) => (
        <Row
          key={name}
          title={title}
          detail={[
            `${waiting} waiting${oldest_waiting_at ? ` since ${formatMoment(oldest_waiting_at)}` : ''}`,
            `${running} running`,
            `${failed} given up`,
          ].join(' · ')}
        />
      ))}
    </Rows>
  )
}

function GivenUp({ work: { failed } }: { work: Work }) {
  return (
    <Rows label="Jobs that were given up">
      {failed.map((job) => (
        <Row
          key={job.id}
          title={job.title}
          detail={`Given up ${formatMoment(job.failed_at)} after ${job.tries} ${job.tries === 1 ? 'try' : 'tries'}: ${job.reason}`}
        >
          <div className="flex gap-2">
            <Button
              aria-label={`Run again: ${job.title}, ${job.reason}`}
              onClick={() =>
                void change(
                  () => call('POST /api/background-work/:id/retry', { params: { id: job.id } }),
                  'It will run again in a moment',
                )
              }
            >
              Run again
            </Button>
            <Button
              look="danger"
              aria-label={`Delete: ${job.title}, ${job.reason}`}
              onClick={() =>
                void change(
                  () => call('DELETE /api/background-work/:id', { params: { id: job.id } }),
                  'The job was deleted',
                )
              }
            >
              Delete
            </Button>
          </div>
        </Row>
      ))}
    </Rows>
  )
}

async function change(work: () => Promise<unknown>, sentence: string): Promise<void> {
  try {
    await work()
    void toast(sentence)
  } catch (error) {
    await toastProblem(toProblem(error))
  }
  await queryClient.invalidateQueries({ queryKey: WORK_KEY })
}
