import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mailLink } from './mail-link.ts'

const links = {
  'ann.lee@example.com': 'mailto:ann.lee@example.com',
  'x#y@example.com': 'mailto:x%23y@example.com',
  'ann+crm@example.com': 'mailto:ann%2Bcrm@example.com',
  '50%?a&b=c/d@example.com': 'mailto:50%25%3Fa%26b%3Dc%2Fd@example.com',
  'jürgen@müller-bau.de': 'mailto:j%C3%BCrgen@m%C3%BCller-bau.de',
}
for (const [address, link] of Object.entries(links)) {
  test(`a mail to ${address} goes to ${link}`, () => assert.equal(mailLink(address), link))
}
