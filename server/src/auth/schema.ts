import { type Static, Type } from 'typebox'
import { AccountEmail, Id, Line, Nullable, Timestamp } from '../http/fields.ts'
import type { RouteTable } from '../http/route.ts'
import { roles } from '../vocabulary.ts'

export const PASSWORD_LENGTH_MIN = 10
const PASSWORD_LENGTH_MAX = 128

const Password = Type.String({ minLength: PASSWORD_LENGTH_MIN, maxLength: PASSWORD_LENGTH_MAX })
const TimeZone = Type.String({
  maxLength: 64,
  pattern: '^[A-Za-z0-9_+/-]+$',
  description: 'IANA name, e.g. Europe/Berlin.',
})
const RoleName = Type.Enum(roles)

export const Me = Type.Object({
  user: Type.Object({ id: Type.String(), name: Type.String(), email: Type.String() }),
  workspace: Type.Object({
    id: Type.Integer(),
    name: Type.String(),
    time_zone: Type.String(),
    currency: Type.String(),
  }),
  role: RoleName,
  sales_rep_id: Nullable(Id),
})
export type Me = Static<typeof Me>

const SessionInfo = Type.Object({
  id: Type.String(),
  current: Type.Boolean(),
  created_at: Timestamp,
  last_seen_at: Type.String({ format: 'date-time', description: 'Exact to the hour.' }),
  ip_address: Nullable(Type.String()),
  user_agent: Nullable(Type.String()),
})
const Member = Type.Object({
  user_id: Type.String(),
  name: Type.String(),
  email: Type.String(),
  role: RoleName,
  sales_rep_id: Nullable(Id),
  joined_at: Timestamp,
})
const Invitation = Type.Object({
  id: Type.Integer(),
  email: Type.String(),
  role: RoleName,
  expires_at: Timestamp,
  created_at: Timestamp,
})
const UserParams = Type.Object({ user_id: Type.String({ maxLength: 64 }) })
const TokenParams = Type.Object({
  token: Type.String({ minLength: 20, maxLength: 100, pattern: '^[A-Za-z0-9_-]+$' }),
})
const closed = { additionalProperties: false }

const tag = 'Sign-in and members'
export const signInRoutes = {
  'GET /api/setup': {
    summary: 'Whether this installation still waits for its first owner',
    tag,
    access: 'public',
    response: Type.Object({
      needs_owner: Type.Boolean(),
      sends_mail: Type.Boolean({ description: 'Whether a forgotten password can be mended by mail.' }),
    }),
  },
  'POST /api/setup/owner': {
    summary: 'Create the first owner and workspace; works once',
    tag,
    access: 'public',
    body: Type.Object(
      {
        name: Line(100, 1),
        email: AccountEmail,
        password: Password,
        workspace_name: Line(100, 1),
        time_zone: Type.Optional(TimeZone),
      },
      closed,
    ),
    status: 201,
    response: Me,
  },
  'POST /api/auth/sign-in': {
    summary: 'Sign in with email and password; sets the session cookie',
    tag,
    access: 'public',
    body: Type.Object(
      { email: AccountEmail, password: Type.String({ minLength: 1, maxLength: PASSWORD_LENGTH_MAX }) },
      closed,
    ),
    response: Me,
  },
  'GET /api/auth/me': {
    summary: 'Who is signed in, where and with which role',
    tag,
    access: 'signed-in',
    response: Me,
  },
} as const satisfies RouteTable

export const sessionRoutes = {
  'POST /api/auth/sign-out': { summary: 'End this session', tag, access: 'signed-in', status: 204 },
  'POST /api/auth/sign-out-everywhere': {
    summary: 'End every session of this user',
    tag,
    access: 'signed-in',
    status: 204,
  },
  'POST /api/auth/password': {
    summary: 'Change the password; ends the other sessions',
    tag,
    access: 'signed-in',
    body: Type.Object(
      {
        current_password: Type.String({ minLength: 1, maxLength: PASSWORD_LENGTH_MAX }),
        new_password: Password,
      },
      closed,
    ),
    status: 204,
  },
  'GET /api/auth/sessions': {
    summary: 'The sessions of this user',
    tag,
    access: 'signed-in',
    response: Type.Object({ items: Type.Array(SessionInfo) }),
  },
  'DELETE /api/auth/sessions/:session_id': {
    summary: 'End one session of this user',
    tag,
    access: 'signed-in',
    params: Type.Object({ session_id: Type.String({ maxLength: 64 }) }),
    status: 204,
  },
} as const satisfies RouteTable

export const memberRoutes = {
  'GET /api/members': {
    summary: 'Members of the workspace',
    tag,
    access: 'records:read',
    response: Type.Object({ items: Type.Array(Member) }),
  },
  'PATCH /api/members/:user_id': {
    summary: "Change a member's role",
    description: 'A workspace keeps at least one owner, and only owners make owners.',
    tag,
    access: 'members:write',
    params: UserParams,
    body: Type.Object({ role: RoleName }, closed),
    response: Member,
  },
  'POST /api/members/:user_id/password-reset': {
    summary: 'Make a link with which a member chooses a new password',
    description:
      'The link is shown only in this answer; hand it to the person. It works once, for 24 hours, and ends the one before. Only owners make one for an owner; a member of other workspaces needs the operator.',
    tag,
    access: 'members:write',
    params: UserParams,
    status: 201,
    response: Type.Object({ email: Type.String(), url: Type.String(), expires_at: Timestamp }),
  },
  'DELETE /api/members/:user_id': {
    summary: 'Remove a member from the workspace',
    description:
      'Their sessions in it end; their records stay. A representative who was them is linked to nobody.',
    tag,
    access: 'members:write',
    writes: ['sales_representatives'],
    params: UserParams,
    status: 204,
  },
} as const satisfies RouteTable

export const invitationRoutes = {
  'GET /api/invitations': {
    summary: 'Open invitations',
    tag,
    access: 'members:write',
    response: Type.Object({ items: Type.Array(Invitation) }),
  },
  'POST /api/invitations': {
    summary: 'Invite someone by link',
    description:
      'The link is shown only in this answer; hand it to the person. It works once, for seven days. Inviting an address again ends its link before.',
    tag,
    access: 'members:write',
    body: Type.Object({ email: AccountEmail, role: RoleName }, closed),
    status: 201,
    response: Type.Object({ ...Invitation.properties, token: Type.String(), url: Type.String() }),
  },
  'DELETE /api/invitations/:id': {
    summary: 'Withdraw an invitation',
    tag,
    access: 'members:write',
    params: Type.Object({ id: Id }),
    status: 204,
  },
  'GET /api/invitations/by-token/:token': {
    summary: 'What an invitation link offers',
    tag,
    access: 'public',
    params: TokenParams,
    response: Type.Object({
      workspace_name: Type.String(),
      email: Type.String(),
      role: RoleName,
      has_account: Type.Boolean(),
    }),
  },
  'POST /api/invitations/by-token/:token/accept': {
    summary: 'Join the workspace; someone new chooses a name and password, others prove theirs',
    tag,
    access: 'public',
    params: TokenParams,
    body: Type.Object({ name: Type.Optional(Line(100, 1)), password: Password }, closed),
    status: 201,
    response: Me,
  },
} as const satisfies RouteTable

export const passwordRoutes = {
  'POST /api/auth/forgot-password': {
    summary: 'Send a link to choose a new password by mail',
    description:
      'The same answer whether somebody signs in with the address or not. 409 where this installation sends no mail.',
    tag,
    access: 'public',
    body: Type.Object({ email: AccountEmail }, closed),
    status: 204,
  },
  'GET /api/password-resets/:token': {
    summary: 'Whose password a link changes',
    tag,
    access: 'public',
    params: TokenParams,
    response: Type.Object({ email: Type.String() }),
  },
  'POST /api/password-resets/:token': {
    summary: 'Choose a new password with a link; ends all sessions of the person',
    tag,
    access: 'public',
    params: TokenParams,
    body: Type.Object({ password: Password }, closed),
    status: 204,
  },
} as const satisfies RouteTable

export const authRoutes = {
  ...passwordRoutes,
  ...signInRoutes,
  ...sessionRoutes,
  ...memberRoutes,
  ...invitationRoutes,
}
