import { type FormEvent, useId, useState } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { type ApiProblem, call, toProblem } from '../call.ts'
import { paths } from '../paths.ts'
import { listenToOtherTabs } from '../session/other-tabs.ts'
import { identityOf, type Me, resumeSession, startAnew } from '../session/session.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Input } from '../ui/input.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'

let open: Promise<boolean> | undefined

/**
 * Asks for the password over the page, which stays as it is and cannot be seen meanwhile. True once the same person
 * has signed in to the same workspace again; anyone else begins with a page of their own.
 */
export function signInAgain(me: Me): Promise<boolean> {
  open ??= cover(me).finally(() => {
    open = undefined
  })
  return open
}

function cover(me: Me): Promise<boolean> {
  // The top layer is above every dialog and popover, and leaves what is below inert.
  const element = document.body.appendChild(document.createElement('dialog'))
  element.className = 'm-0 h-dvh max-h-none w-screen max-w-none bg-sunken text-text'
  const root = createRoot(element)
  const unshield = shieldPage()
  return new Promise<boolean>((resolve) => {
    const enter = (now: Me) => {
      if (identityOf(now) !== identityOf(me)) return startAnew(paths.home())
      resumeSession(now)
      uncover()
    }
    const uncover = () => {
      stopListening()
      element.removeEventListener('close', stay)
      element.close()
      unshield()
      root.unmount()
      element.remove()
      resolve(true)
    }
    const stay = () => element.showModal()
    const stopListening = listenToOtherTabs(({ who }) => {
      if (who === identityOf(me)) uncover()
    })
    element.addEventListener('close', stay)
    flushSync(() => root.render(<SignInAgain me={me} onSignedIn={enter} />))
    element.showModal()
    element.querySelector<HTMLInputElement>('[name=password]')?.focus()
  })
}

const SHIELDED = [
  ...['pointerdown', 'pointerup', 'pointermove', 'mousedown', 'mouseup', 'click', 'touchstart', 'touchend'],
  ...['keydown', 'keyup', 'focus', 'blur', 'focusin', 'focusout'],
]

/**
 * The page below hears nothing while it is covered: no dialog closes because of a click beside it, no cell is saved
 * because the focus has left it, no key is a command. What events do by themselves is not touched.
 */
function shieldPage(): () => void {
  const shield = (event: Event) => {
    if (event instanceof KeyboardEvent && event.key === 'Escape') event.preventDefault()
    event.stopImmediatePropagation()
  }
  for (const name of SHIELDED) window.addEventListener(name, shield, true)
  return () => {
    for (const name of SHIELDED) window.removeEventListener(name, shield, true)
  }
}

/** Nothing but `submit` is heard in here; see shieldPage. */
function SignInAgain({ me, onSignedIn }: { me: Me; onSignedIn: (me: Me) => void }) {
  const id = useId()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ApiProblem>()
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const password = String(new FormData(event.currentTarget).get('password'))
    setBusy(true)
    setProblem(undefined)
    try {
      onSignedIn(await call('POST /api/auth/sign-in', { body: { email: me.user.email, password } }))
    } catch (error) {
      setProblem(toProblem(error))
      setBusy(false)
    }
  }
  return (
    <section aria-labelledby={id} className="m-auto w-full max-w-[400px] px-4 py-10">
      <div className="flex flex-col gap-4 rounded-dialog border border-line bg-raised p-6">
        <div>
          <h1 id={id} className="text-record font-semibold">
            Sign in to go on
          </h1>
          <p className="mt-1 text-muted">
            Your session has ended. What you were doing is still here, and appears again once you have signed
            in.
          </p>
        </div>
        <form className="flex flex-col gap-4" onSubmit={(event) => void submit(event)}>
          <Field label="Email">
            {(attributes) => (
              <Input
                {...attributes}
                name="email"
                type="email"
                autoComplete="username"
                readOnly
                defaultValue={me.user.email}
              />
            )}
          </Field>
          <Field label="Password">
            {(attributes) => (
              <Input
                {...attributes}
                name="password"
                type="password"
                autoComplete="current-password"
                required
              />
            )}
          </Field>
          {problem && <ProblemNote problem={problem} />}
          <Button large look="primary" type="submit" busy={busy}>
            Sign in
          </Button>
        </form>
        <SomeoneElse />
      </div>
    </section>
  )
}

function SomeoneElse() {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    startAnew(paths.signIn())
  }
  return (
    <form onSubmit={submit}>
      <Button type="submit" look="quiet" className="w-full">
        I am someone else: discard it
      </Button>
    </form>
  )
}
