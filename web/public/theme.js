// Runs before the first paint, so that a remembered theme never flashes the other one. See src/theme.ts.
try {
  const theme = localStorage.getItem('rapport.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.style.colorScheme = theme
} catch {}
