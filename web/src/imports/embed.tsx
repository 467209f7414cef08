import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { type ApiProblem, call, toProblem } from '../call.ts'
import { paths } from '../paths.ts'
import { queryClient } from '../query-client.ts'
import { useMay } from '../session/session.ts'
import { Button } from '../ui/button.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'

/** Something to look at for whoever has nothing yet: brings in the sample company, and shows what becomes of it. */
export function SampleOffer() {
  const router = useRouter()
  const mayImport = useMay('import:run')
  const [problem, setProblem] = useState<ApiProblem>()
  const [busy, setBusy] = useState(false)
  if (!mayImport) return null
  const start = async () => {
    setBusy(true)
    setProblem(undefined)
    try {
      await call('POST /api/imports/sample')
      await queryClient.invalidateQueries({ queryKey: ['imports'] })
      await router.navigate({ href: paths.imports() })
    } catch (error) {
      setProblem(toProblem(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <section aria-label="Sample company" className="flex flex-col items-center gap-3 px-6 pb-16 text-center">
      <p className="max-w-sm text-balance text-muted">
        Just looking? An invented trading company with 90 customers and 800 orders comes into this workspace.
        Its records are like your own: delete them when you have seen enough.
      </p>
      {problem && <ProblemNote problem={problem} />}
      <Button busy={busy} onClick={() => void start()}>
        Try it with a sample company
      </Button>
    </section>
  )
}
