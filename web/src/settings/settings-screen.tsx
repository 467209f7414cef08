import { useSections } from '../sections.ts'
import { useMay } from '../session/session.ts'
import { useSignOut } from '../session/sign-out.ts'
import { Button } from '../ui/button.tsx'
import { Link } from '../ui/link.tsx'
import { Screen, ScreenHeader } from '../ui/screen.tsx'
import { useWide } from '../ui/use-media.ts'
import { BackgroundWork } from './background-work.tsx'
import { Invitations } from './invitations.tsx'
import { Members } from './members.tsx'
import { PasswordForm } from './password-form.tsx'
import { Preferences } from './preferences-section.tsx'
import { Sessions } from './sessions.tsx'
import { WorkspaceForm } from './workspace-form.tsx'

/** Everything that is set rather than worked on: one page, in sections. */
export default function SettingsScreen() {
  const wide = useWide()
  const managesMembers = useMay('members:write')
  const managesJobs = useMay('jobs:manage')
  return (
    <Screen title="Settings">
      <ScreenHeader title="Settings" />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex max-w-[720px] flex-col gap-10 px-4 py-8">
          {!wide && <OnPhones />}
          <Preferences />
          <WorkspaceForm />
          <Members />
          {managesMembers && <Invitations />}
          <Sessions />
          <PasswordForm />
          {managesJobs && <BackgroundWork />}
        </div>
      </div>
    </Screen>
  )
}

/** What the sidebar offers on wider screens. */
function OnPhones() {
  const sections = useSections()
  const signOut = useSignOut()
  return (
    <nav aria-label="Everything" className="flex flex-col gap-1">
      {sections.map(({ href, icon: Icon, label }) => (
        <Link
          key={href}
          href={href}
          className="flex h-10 items-center gap-3 rounded-control px-2 hover:bg-hover"
        >
          <Icon size={18} aria-hidden />
          {label}
        </Link>
      ))}
      <Button large className="mt-2 self-start" onClick={() => void signOut()}>
        Sign out
      </Button>
    </nav>
  )
}
