import { LogOut, Monitor, Moon, Sun } from 'lucide-react'
import { useMe } from '../session/session.ts'
import { useSignOut } from '../session/sign-out.ts'
import { useTheme } from '../theme.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Menu } from '../ui/menu.tsx'

export function UserMenu({ collapsed }: { collapsed: boolean }) {
  const { user } = useMe()
  const [theme, setTheme] = useTheme()
  const signOut = useSignOut()
  return (
    <Menu
      side="top"
      entries={[
        { label: 'Light', icon: Sun, checked: theme === 'light', run: () => setTheme('light') },
        { label: 'Dark', icon: Moon, checked: theme === 'dark', run: () => setTheme('dark') },
        { label: 'As the system', icon: Monitor, checked: theme === 'system', run: () => setTheme('system') },
        'separator',
        { label: 'Sign out', icon: LogOut, run: () => void signOut() },
      ]}
    >
      {(trigger) => (
        <button
          type="button"
          {...trigger}
          className="flex h-8 items-center gap-2 rounded-control px-1.5 hover:bg-hover"
        >
          <Avatar name={user.name} />
          <span className={collapsed ? 'sr-only' : 'truncate'}>{user.name}</span>
          <span className="sr-only">: theme and sign out</span>
        </button>
      )}
    </Menu>
  )
}
