/** Keeps the screen on while the camera is in use, where the browser can. Showing the page again asks for it anew. */
export function keepAwake(signal: AbortSignal): void {
  const ask = async () => {
    if (document.visibilityState !== 'visible' || signal.aborted) return
    const lock = await navigator.wakeLock?.request('screen').catch(() => null)
    signal.addEventListener('abort', () => void lock?.release().catch(() => {}))
  }
  document.addEventListener('visibilitychange', () => void ask(), { signal })
  void ask()
}
